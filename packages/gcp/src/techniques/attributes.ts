/** Name of an attribute that predicates may read. */
export type AttributeName =
  | 'autopilot'
  | 'connectionKind'
  | 'blockProjectSshKeys'
  | 'dagBucket'
  | 'disabled'
  | 'email'
  | 'externalAddress'
  | 'flexible'
  | 'namespacedName'
  | 'nodeMetadataMode'
  | 'oauthScopes'
  | 'orgPolicies'
  | 'orgPolicyLists'
  | 'osConfig'
  | 'osLogin'
  | 'producer'
  | 'projectId'
  | 'projectNumber'
  | 'sourceBucket'
  | 'stagingBucket'
  | 'startupScript'
  | 'state'
  | 'streaming'
  | 'tagKey';

/** Kind of value that an attribute has; absent always means not known. */
export type AttributeKind = 'boolean' | 'string' | 'record';

/** An attribute of nodes that preconditions of techniques read. */
export interface TechniqueAttribute {
  readonly name: AttributeName;
  /** Types of the nodes that carry it. */
  readonly on: readonly string[];
  readonly kind: AttributeKind;
  readonly meaning: string;
}

/** Every attribute that `predicates.ts` reads. The normaliser is held to it, as the predicates are. */
export const TECHNIQUE_ATTRIBUTES: readonly TechniqueAttribute[] = [
  { name: 'disabled', on: ['service-account'], kind: 'boolean', meaning: 'the account is switched off' },
  { name: 'email', on: ['service-account', 'service-agent'], kind: 'string', meaning: 'its e-mail, lower case' },
  { name: 'producer', on: ['service-agent'], kind: 'string', meaning: 'the project of Google that it is from' },
  { name: 'orgPolicies', on: ['organization', 'folder', 'project'], kind: 'record', meaning: 'effective switches' },
  {
    name: 'orgPolicyLists',
    on: ['organization', 'folder', 'project'],
    kind: 'record',
    meaning: 'effective lists: what is allowed and denied',
  },
  { name: 'projectNumber', on: ['project'], kind: 'string', meaning: 'its number' },
  { name: 'projectId', on: ['project'], kind: 'string', meaning: 'its id' },
  {
    name: 'oauthScopes',
    on: ['compute.googleapis.com/Instance', 'container.googleapis.com/Cluster'],
    kind: 'string',
    meaning: '`full` or `limited`',
  },
  { name: 'osLogin', on: ['compute.googleapis.com/Instance'], kind: 'boolean', meaning: 'OS Login is on' },
  {
    name: 'blockProjectSshKeys',
    on: ['compute.googleapis.com/Instance'],
    kind: 'boolean',
    meaning: 'project keys are ignored',
  },
  {
    name: 'startupScript',
    on: ['compute.googleapis.com/Instance'],
    kind: 'boolean',
    meaning: 'it has a start-up script',
  },
  {
    name: 'externalAddress',
    on: ['compute.googleapis.com/Instance'],
    kind: 'boolean',
    meaning: 'it has an external address; present wherever its configuration is known',
  },
  {
    name: 'osConfig',
    on: ['compute.googleapis.com/Instance'],
    kind: 'boolean',
    meaning: 'the agent of VM Manager is on',
  },
  {
    name: 'flexible',
    on: ['appengine.googleapis.com/Version'],
    kind: 'boolean',
    meaning: 'it runs on instances one can open a shell on',
  },
  {
    name: 'nodeMetadataMode',
    on: ['container.googleapis.com/Cluster', 'container.googleapis.com/NodePool'],
    kind: 'string',
    meaning: '`GKE_METADATA`, `GCE_METADATA` or `mixed`',
  },
  { name: 'autopilot', on: ['container.googleapis.com/Cluster'], kind: 'boolean', meaning: 'Google runs the nodes' },
  {
    name: 'state',
    on: ['iam.googleapis.com/WorkloadIdentityPool', 'iam.googleapis.com/WorkforcePool', 'dataflow.googleapis.com/Job'],
    kind: 'string',
    meaning: 'of pools `active`, `disabled`, `deleted`; of others as their API has it',
  },
  {
    name: 'namespacedName',
    on: ['cloudresourcemanager.googleapis.com/TagKey', 'cloudresourcemanager.googleapis.com/TagValue'],
    kind: 'string',
    meaning: '`ORG/key` and `ORG/key/value`',
  },
  {
    name: 'tagKey',
    on: ['cloudresourcemanager.googleapis.com/TagValue'],
    kind: 'string',
    meaning: 'the key it is a value of, `tagKeys/…`',
  },
  {
    name: 'connectionKind',
    on: ['bigqueryconnection.googleapis.com/Connection'],
    kind: 'string',
    meaning: 'what it leads to: `database`, `resource`, `spark` or `other`',
  },
  {
    name: 'streaming',
    on: ['dataflow.googleapis.com/Job'],
    kind: 'boolean',
    meaning: 'the job does not end by itself',
  },
  {
    name: 'disabled',
    on: ['cloudbuild.googleapis.com/BuildTrigger'],
    kind: 'boolean',
    meaning: 'the trigger is switched off',
  },
  {
    name: 'dagBucket',
    on: ['storage.googleapis.com/Bucket'],
    kind: 'boolean',
    meaning: 'an environment runs workflows of it',
  },
  {
    name: 'sourceBucket',
    on: ['storage.googleapis.com/Bucket'],
    kind: 'boolean',
    meaning: 'functions or clusters take code of it',
  },
  {
    name: 'stagingBucket',
    on: ['storage.googleapis.com/Bucket'],
    kind: 'boolean',
    meaning: 'applications, agents or jobs take code of it',
  },
];
