import { type AwsRequirement, type AwsTechnique, type AwsTechniqueRow, tableOf } from './technique-row.ts';

/**
 * What returns the configuration or the content of a resource, by type (aws.md 2.3.5, reads that commonly return
 * credentials): every access key whose id stands there is found with it.
 */
const READS: Readonly<Record<string, readonly AwsRequirement[]>> = {
  'AWS::AppRunner::Service': [{ allowed: 'apprunner:DescribeService' }],
  'AWS::Batch::JobDefinition': [{ allows: ['batch:DescribeJobDefinitions'] }],
  'AWS::CloudFormation::Stack': [
    { allowed: 'cloudformation:GetTemplate' },
    { allowed: 'cloudformation:DescribeStacks' },
  ],
  'AWS::CodeBuild::Project': [{ allowed: 'codebuild:BatchGetProjects' }],
  'AWS::EC2::Instance': [{ allowed: 'ec2:DescribeInstanceAttribute' }],
  'AWS::EC2::LaunchTemplate': [{ allows: ['ec2:DescribeLaunchTemplateVersions'] }],
  'AWS::ECS::TaskDefinition': [{ allows: ['ecs:DescribeTaskDefinition'] }],
  'AWS::Glue::Connection': [{ allowed: 'glue:GetConnection' }],
  'AWS::Glue::Job': [{ allowed: 'glue:GetJob' }],
  'AWS::Lambda::Function': [{ allowed: 'lambda:GetFunction' }, { allowed: 'lambda:GetFunctionConfiguration' }],
  'AWS::SSM::Parameter': [
    { allowed: 'ssm:GetParameter' },
    { allowed: 'ssm:GetParameters' },
    { allowed: 'ssm:GetParameterHistory' },
    { allowed: 'ssm:GetParametersByPath' },
  ],
  'AWS::SecretsManager::Secret': [{ allowed: 'secretsmanager:GetSecretValue' }],
};

const ROWS: readonly AwsTechniqueRow[] = Object.entries(READS).map(([type, any]) => ({
  id: `read-stored-credential/${type.slice('AWS::'.length).replace('::', '-').toLowerCase()}`,
  title: 'Reads an access key out of the configuration of the resource',
  attack: type === 'AWS::SecretsManager::Secret' ? ['T1555.006'] : ['T1552.001'],
  target: { kind: 'resource', types: [type], sameZone: false },
  requires: { all: [{ holds: 'names-a-credential' }, { any }] },
  yields: 'become-stored',
}));

/** Reads of resources whose configuration names a credential of the input (aws.md 2.3.5). */
export const storedCredentialTechniques: readonly AwsTechnique[] = tableOf('aws.md 2.3.5', ROWS);
