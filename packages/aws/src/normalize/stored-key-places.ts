import { isRecord } from '@keyreach/core/input';
import { valuesAt } from './property-path.ts';
import type { ResourceTypeName } from './workload-roles.ts';

/** Where the configuration of a resource holds text that whoever may read the configuration can read. */
export interface StoredKeyPlace {
  readonly type: ResourceTypeName;
  /** Paths of texts; see `valuesAt`. */
  readonly paths: readonly string[];
  /** `base64` where the API holds the text encoded. */
  readonly encoding?: 'base64';
}

/** Configuration that reads in aws.md 2.3.5 return. One row for each type and encoding. */
export const STORED_KEY_PLACES: readonly StoredKeyPlace[] = [
  { type: 'AWS::Amplify::App', paths: ['EnvironmentVariables[].Value', 'Branches[].EnvironmentVariables[].Value'] },
  {
    type: 'AWS::AppRunner::Service',
    paths: [
      'SourceConfiguration.CodeRepository.CodeConfiguration.CodeConfigurationValues.RuntimeEnvironmentVariables[].Value',
      'SourceConfiguration.CodeRepository.CodeConfiguration.CodeConfigurationValues.RuntimeEnvironmentVariables{}',
      'SourceConfiguration.ImageRepository.ImageConfiguration.RuntimeEnvironmentVariables[].Value',
      'SourceConfiguration.ImageRepository.ImageConfiguration.RuntimeEnvironmentVariables{}',
    ],
  },
  { type: 'AWS::AutoScaling::LaunchConfiguration', paths: ['UserData'], encoding: 'base64' },
  {
    type: 'AWS::Batch::JobDefinition',
    paths: [
      'ContainerProperties.Environment[].Value',
      'ContainerProperties.Command[]',
      'EcsProperties.TaskProperties[].Containers[].Environment[].Value',
      'NodeProperties.NodeRangeProperties[].Container.Environment[].Value',
    ],
  },
  {
    type: 'AWS::CloudFormation::Stack',
    paths: ['Parameters{}', 'Parameters[].ParameterValue', 'Outputs[].OutputValue', 'Outputs[].Value', 'TemplateBody'],
  },
  {
    type: 'AWS::CodeBuild::Project',
    paths: ['Environment.EnvironmentVariables[Type=PLAINTEXT].Value', 'Source.BuildSpec'],
  },
  { type: 'AWS::EC2::Instance', paths: ['UserData'], encoding: 'base64' },
  { type: 'AWS::EC2::LaunchTemplate', paths: ['LaunchTemplateData.UserData'], encoding: 'base64' },
  {
    type: 'AWS::EC2::SpotFleet',
    paths: ['SpotFleetRequestConfigData.LaunchSpecifications[].UserData'],
    encoding: 'base64',
  },
  {
    type: 'AWS::ECS::TaskDefinition',
    paths: [
      'ContainerDefinitions[].Environment[].Value',
      'ContainerDefinitions[].Command[]',
      'ContainerDefinitions[].EntryPoint[]',
    ],
  },
  { type: 'AWS::ElasticBeanstalk::Environment', paths: ['OptionSettings[].Value'] },
  { type: 'AWS::Glue::Job', paths: ['DefaultArguments{}', 'NonOverridableArguments{}'] },
  { type: 'AWS::Lambda::Function', paths: ['Environment.Variables{}', 'Code.ZipFile'] },
  { type: 'AWS::MWAA::Environment', paths: ['AirflowConfigurationOptions{}'] },
  { type: 'AWS::SSM::Parameter', paths: ['Value'] },
  {
    type: 'AWS::SageMaker::Model',
    paths: ['PrimaryContainer.Environment{}', 'Containers[].Environment{}'],
  },
  {
    type: 'AWS::SageMaker::NotebookInstanceLifecycleConfig',
    paths: ['OnCreate[].Content', 'OnStart[].Content'],
    encoding: 'base64',
  },
  { type: 'AWS::SecretsManager::Secret', paths: ['SecretString'] },
  { type: 'AWS::StepFunctions::StateMachine', paths: ['DefinitionString'] },
  { type: 'AWS::Synthetics::Canary', paths: ['RunConfig.EnvironmentVariables{}'] },
];

/** Longest text that is looked through; user data has at most 16 KiB, a template 1 MiB. */
const maxText = 1_048_576;

const keyId = /(?<![A-Za-z0-9])AKIA[A-Z0-9]{16}(?![A-Za-z0-9])/g;

/**
 * Ids of long-term access keys (aws.md 5.1) in the configuration of a resource, sorted. Nothing else of the
 * configuration leaves this function: what stands next to an id may be its secret.
 */
export function storedKeyIds(type: string, properties: unknown): readonly string[] {
  const found = new Set<string>();
  for (const place of STORED_KEY_PLACES) {
    if (place.type !== type) continue;
    for (const value of place.paths.flatMap((path) => valuesAt(properties, path))) {
      if (typeof value !== 'string') continue;
      const text = place.encoding === 'base64' ? decoded(value) : value.slice(0, maxText);
      for (const [id] of text.matchAll(keyId)) found.add(id);
    }
  }
  for (const value of untypedVariables(type, properties)) for (const [id] of value.matchAll(keyId)) found.add(id);
  return [...found].sort();
}

/** A variable of a build project without a type is plain text; the other types hold the name of a secret. */
function untypedVariables(type: string, properties: unknown): readonly string[] {
  if (type !== 'AWS::CodeBuild::Project') return [];
  return valuesAt(properties, 'Environment.EnvironmentVariables[]').flatMap((variable) => {
    if (!isRecord(variable) || variable['Type'] !== undefined || variable['type'] !== undefined) return [];
    return valuesAt(variable, 'Value').filter((value) => typeof value === 'string');
  });
}

/** The text of a base64 value, byte by byte; the value itself where it is not encoded. */
function decoded(value: string): string {
  const encoded = value.slice(0, maxText);
  try {
    return atob(encoded);
  } catch {
    return encoded;
  }
}
