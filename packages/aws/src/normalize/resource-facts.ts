import type { Json } from '@keyreach/core/graph';
import { type ListedResource, mayHave } from '../bundle/resource-list.ts';
import { ACCESS_POINT_TYPE, networkOf } from './access-point-network.ts';
import { valuesAt } from './property-path.ts';
import type { ResourceTypeName } from './workload-roles.ts';

/** A property that technique preconditions ask about, and the attribute it becomes. */
export interface ResourceFact {
  readonly type: ResourceTypeName;
  readonly attribute: string;
  /** Paths to try, first hit counts; see `valuesAt`. */
  readonly paths: readonly string[];
  /**
   * - `word`: a short plain text, such as a state;
   * - `flag`: true or false;
   * - `presence`: whether the property is there at all;
   * - `arn`: an ARN; null where the property is not there.
   *
   * `presence` and `arn` take the properties for the whole model, as Cloud Control returns it: what is not in it is
   * not configured. For the others a property that is not there is unknown.
   */
  readonly reads: 'word' | 'flag' | 'presence' | 'arn';
}

/** Facts beyond name, tags and roles that leave the properties of a resource. One row for each attribute. */
export const RESOURCE_FACTS: readonly ResourceFact[] = [
  { type: 'AWS::CodeBuild::Project', attribute: 'batchBuilds', paths: ['BuildBatchConfig'], reads: 'presence' },
  { type: 'AWS::EC2::Instance', attribute: 'commandAgentOnline', paths: ['CommandAgentOnline'], reads: 'flag' },
  { type: 'AWS::EC2::Instance', attribute: 'instanceType', paths: ['InstanceType'], reads: 'word' },
  { type: 'AWS::EC2::Instance', attribute: 'rootDeviceType', paths: ['RootDeviceType'], reads: 'word' },
  { type: 'AWS::ECR::Repository', attribute: 'imageTagMutability', paths: ['ImageTagMutability'], reads: 'word' },
  { type: 'AWS::ECS::Service', attribute: 'deploymentController', paths: ['DeploymentController.Type'], reads: 'word' },
  {
    type: 'AWS::EKS::Cluster',
    attribute: 'authenticationMode',
    paths: ['AccessConfig.AuthenticationMode'],
    reads: 'word',
  },
  { type: 'AWS::EMR::Cluster', attribute: 'status', paths: ['Status.State', 'Status'], reads: 'word' },
  { type: 'AWS::Lambda::Function', attribute: 'codeSigningConfig', paths: ['CodeSigningConfigArn'], reads: 'arn' },
  { type: 'AWS::RolesAnywhere::Profile', attribute: 'enabled', paths: ['Enabled'], reads: 'flag' },
  { type: 'AWS::RolesAnywhere::TrustAnchor', attribute: 'enabled', paths: ['Enabled'], reads: 'flag' },
  { type: 'AWS::RolesAnywhere::TrustAnchor', attribute: 'sourceType', paths: ['Source.SourceType'], reads: 'word' },
  {
    type: 'AWS::RolesAnywhere::TrustAnchor',
    attribute: 'privateAuthority',
    paths: ['Source.SourceData.AcmPcaArn'],
    reads: 'arn',
  },
  { type: 'AWS::S3::Bucket', attribute: 'cannedAcl', paths: ['AccessControl'], reads: 'word' },
  {
    type: 'AWS::S3::Bucket',
    attribute: 'ignorePublicAcls',
    paths: ['PublicAccessBlockConfiguration.IgnorePublicAcls'],
    reads: 'flag',
  },
  {
    type: 'AWS::S3::Bucket',
    attribute: 'objectOwnership',
    paths: ['OwnershipControls.Rules[].ObjectOwnership'],
    reads: 'word',
  },
  {
    type: 'AWS::S3::Bucket',
    attribute: 'restrictPublicBuckets',
    paths: ['PublicAccessBlockConfiguration.RestrictPublicBuckets'],
    reads: 'flag',
  },
  { type: 'AWS::SageMaker::Domain', attribute: 'authMode', paths: ['AuthMode'], reads: 'word' },
  {
    type: 'AWS::SageMaker::NotebookInstance',
    attribute: 'status',
    paths: ['NotebookInstanceStatus', 'Status'],
    reads: 'word',
  },
];

/**
 * Attributes of a resource by the table. `domainModes`: how users of each Studio domain sign in, by domain id. An access point
 * tells its bucket by ARN, and where requests to it come from.
 */
export function resourceFacts(
  resource: ListedResource,
  domainModes: ReadonlyMap<string, string>,
  partition: string,
): Readonly<Record<string, Json>> {
  const { TypeName, Properties } = resource;
  const facts: Record<string, Json> = {};
  for (const { type, attribute, paths, reads } of RESOURCE_FACTS) {
    if (type !== TypeName) continue;
    if (paths.some((path) => mayHave(resource, path))) continue;
    const fact = read(
      paths.flatMap((path) => valuesAt(Properties, path)),
      reads,
    );
    if (fact !== undefined) facts[attribute] = fact;
  }
  const domain = TypeName === 'AWS::SageMaker::UserProfile' ? Properties['DomainId'] : undefined;
  const mode = typeof domain === 'string' ? domainModes.get(domain) : undefined;
  if (mode !== undefined) facts['authMode'] = mode;
  if (TypeName === ACCESS_POINT_TYPE) {
    const bucket = Properties['Bucket'];
    if (typeof bucket === 'string' && /^[\w.-]{3,255}$/.test(bucket))
      facts['bucket'] = `arn:${partition}:s3:::${bucket}`;
    facts['networkOrigin'] = networkOf(Properties) === undefined ? 'Internet' : 'VPC';
  }
  return facts;
}

/** How the users of each Studio domain sign in: a fact about the users that only their domain tells. */
export function studioDomainModes(resources: readonly ListedResource[]): ReadonlyMap<string, string> {
  const modes = new Map<string, string>();
  for (const { TypeName, Identifier, Properties } of resources) {
    const mode = TypeName === 'AWS::SageMaker::Domain' ? read([Properties['AuthMode']], 'word') : undefined;
    if (typeof mode === 'string') modes.set(Identifier.slice(Identifier.lastIndexOf('/') + 1), mode);
  }
  return modes;
}

function read(values: readonly unknown[], reads: ResourceFact['reads']): Json | undefined {
  switch (reads) {
    case 'word':
      return values.find((value): value is string => typeof value === 'string' && /^[A-Za-z][\w.-]{0,63}$/.test(value));
    case 'flag':
      return values.find((value) => typeof value === 'boolean');
    case 'presence':
      return values.length > 0;
    case 'arn': {
      const [value = ''] = values;
      if (value === '') return null;
      return typeof value === 'string' && /^arn:[\w:/.-]{1,256}$/.test(value) ? value : undefined;
    }
  }
}
