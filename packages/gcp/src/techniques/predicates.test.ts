import { CONDITIONAL, FALSE, TRUE, type Truth, UNKNOWN } from '@keyreach/core/authz';
import {
  type CredentialNode,
  GraphBuilder,
  GraphIndex,
  type GraphNode,
  type IdentityNode,
  type Json,
} from '@keyreach/core/graph';
import { describe, expect, test } from 'vitest';
import { serviceAccountId } from '../normalize/gcp-ids.ts';
import {
  DECIDABLE_PRECONDITIONS,
  MOMENTARY_PRECONDITIONS,
  OPEN_QUESTIONS,
  type PredicateName,
} from './precondition-names.ts';
import { gcpPredicates } from './predicates.ts';

type Attributes = Readonly<Record<string, Json>>;

const PROJECT = '//cloudresourcemanager.googleapis.com/projects/3';
const ORG = '//cloudresourcemanager.googleapis.com/organizations/1';
const ACCOUNT = serviceAccountId('app@p.iam.gserviceaccount.com');
const POOL = '//iam.googleapis.com/projects/3/locations/global/workloadIdentityPools/ci';

/** What a case has beside the target. */
interface Surroundings {
  readonly project?: Attributes;
  readonly keys?: readonly { readonly type: string; readonly status: CredentialNode['status'] }[];
  readonly gaps?: readonly string[];
  readonly runsAs?: number;
  readonly provider?: boolean;
  readonly agentOn?: string;
  readonly condition?: string;
}

function ask(name: PredicateName, target: GraphNode, around: Surroundings = {}): Truth {
  const builder = new GraphBuilder();
  builder.node({ kind: 'scope', id: ORG, provider: 'gcp', type: 'organization', name: 'o' });
  const { project = {} } = around;
  if (target.id !== PROJECT && target.id !== ORG) {
    builder.node({
      kind: 'scope',
      id: PROJECT,
      provider: 'gcp',
      type: 'project',
      name: 'p',
      scope: ORG,
      attributes: project,
    });
  }
  if (target.id !== ORG) builder.node(target);
  for (const [index, { type, status }] of (around.keys ?? []).entries()) {
    const id = `${target.id}/keys/${index}`;
    builder.node({ kind: 'credential', id, provider: 'gcp', type, name: id, status, lastUsed: { state: 'unknown' } });
    builder.edge({ type: 'authenticates', from: id, to: target.id });
  }
  for (const what of around.gaps ?? []) builder.gap({ scope: 'bundle', what, why: 'no file', kind: 'missing-file' });
  for (let index = 0; index < (around.runsAs ?? 0); index += 1) {
    const to = serviceAccountId(`sa-${index}@p.iam.gserviceaccount.com`);
    builder.node({ kind: 'identity', id: to, provider: 'gcp', type: 'service-account', name: to });
    builder.edge({ type: 'runs-as', from: target.id, to });
  }
  if (around.provider === true) {
    const id = `${target.id}/providers/github`;
    const type = 'workload-identity-provider';
    builder.node({
      kind: 'credential',
      id,
      provider: 'gcp',
      type,
      name: id,
      status: 'active',
      lastUsed: { state: 'unknown' },
    });
  }
  if (around.agentOn !== undefined) {
    const document = builder.document({ provider: 'gcp', statements: [] });
    const id = 'roles/privilegedaccessmanager.serviceAgent';
    builder.policy({ id, provider: 'gcp', name: id, type: 'predefined', document });
    builder.attachment({
      policy: id,
      node: around.agentOn,
      role: 'resource-grant',
      principals: { include: [{ match: 'anyone', strength: 'sufficient' }], exclude: [] },
    });
  }
  if (around.condition !== undefined) {
    const document = builder.document({ provider: 'gcp', statements: [] });
    builder.policy({ id: 'roles/x', provider: 'gcp', name: 'x', type: 'predefined', document });
    builder.attachment({
      policy: 'roles/x',
      node: ORG,
      role: 'resource-grant',
      principals: { include: [{ match: 'anyone', strength: 'sufficient' }], exclude: [] },
      condition: { language: 'gcp', body: { cel: around.condition } },
    });
  }
  return gcpPredicates[name](target, new GraphIndex(builder.build()));
}

const account = (attributes: Attributes = {}, extra: Partial<IdentityNode> = {}): IdentityNode => ({
  kind: 'identity',
  id: ACCOUNT,
  provider: 'gcp',
  type: 'service-account',
  name: 'app',
  scope: PROJECT,
  attributes,
  ...extra,
});

const agent = (producer: string): IdentityNode => account({ producer }, { type: 'service-agent' });
const resource = (type: string, attributes: Attributes = {}, id = `//example.googleapis.com/${type}`): GraphNode => ({
  kind: 'resource',
  id,
  provider: 'gcp',
  type,
  name: 'r',
  scope: PROJECT,
  attributes,
});

const instance = (attributes?: Attributes): GraphNode => resource('compute.googleapis.com/Instance', attributes);
const cluster = (attributes?: Attributes): GraphNode => resource('container.googleapis.com/Cluster', attributes);
const bucket = (attributes?: Attributes): GraphNode => resource('storage.googleapis.com/Bucket', attributes);
const trigger = (attributes?: Attributes): GraphNode => resource('cloudbuild.googleapis.com/BuildTrigger', attributes);
const connection = (attributes?: Attributes): GraphNode =>
  resource('bigqueryconnection.googleapis.com/Connection', attributes);
const pool = (attributes?: Attributes, id = POOL): GraphNode =>
  resource('iam.googleapis.com/WorkloadIdentityPool', attributes, id);
const switches = (orgPolicies: Attributes): Surroundings => ({ project: { orgPolicies } });
const looksAt = (condition: string): Surroundings => ({ condition });
const tagValue = (namespacedName: string | undefined): GraphNode =>
  resource(
    'cloudresourcemanager.googleapis.com/TagValue',
    namespacedName === undefined
      ? {}
      : { namespacedName, tagKey: namespacedName.startsWith('1/env/') ? 'tagKeys/9' : 'tagKeys/8' },
    '//cloudresourcemanager.googleapis.com/tagValues/7',
  );
const GITHUB = 'https://token.actions.githubusercontent.com';
const IDP = 'https://idp.example.com';
const issuers = (
  allowed: 'all' | readonly string[],
  accounts: 'all' | readonly string[] = 'all',
  denied: readonly string[] = [],
): Surroundings => ({
  project: {
    orgPolicyLists: {
      'iam.workloadIdentityPoolProviders': { allowed, denied },
      'iam.workloadIdentityPoolAwsAccounts': { allowed: accounts, denied: [] },
    },
  },
});
const key = (status: CredentialNode['status'], type = 'service-account-key'): Surroundings => ({
  keys: [{ type, status }],
});
const numbered = (orgPolicies: Attributes = {}): Surroundings => ({ project: { projectNumber: '3', orgPolicies } });

const organization: GraphNode = { kind: 'scope', id: ORG, provider: 'gcp', type: 'organization', name: 'o' };
const project: GraphNode = { kind: 'scope', id: PROJECT, provider: 'gcp', type: 'project', name: 'p', scope: ORG };

type Case = readonly [PredicateName, string, Truth, GraphNode, Surroundings?];

const KEYS = 'iam.disableServiceAccountKeyCreation';
const MANAGED_KEYS = 'iam.managed.disableServiceAccountKeyCreation';
const UPLOAD = 'iam.disableServiceAccountKeyUpload';
const MANAGED_UPLOAD = 'iam.managed.disableServiceAccountKeyUpload';
const ACROSS = 'iam.disableCrossProjectServiceAccountUsage';
const BOUND = 'iam.managed.disableServiceAccountApiKeyCreation';
const LOGIN = 'compute.requireOsLogin';
const BUILD = 'cloudbuild.useBuildServiceAccount';
const GCB = '3@cloudbuild.gserviceaccount.com';
const COMPUTE = '3-compute@developer.gserviceaccount.com';

const cases: readonly Case[] = [
  ['enabled', 'on', TRUE, account({ disabled: false })],
  ['enabled', 'off', FALSE, account({ disabled: true })],
  ['enabled', 'not told', UNKNOWN, account()],
  ['enabled', 'an agent of Google', TRUE, account({}, { type: 'service-agent' })],
  ['disabled', 'off', TRUE, account({ disabled: true })],
  ['disabled', 'on', FALSE, account({ disabled: false })],
  ['disabled', 'not told', UNKNOWN, account()],

  ['has-disabled-key', 'one that somebody may hold', CONDITIONAL, account(), key('disabled')],
  ['has-disabled-key', 'an active one only', FALSE, account(), key('active')],
  ['has-disabled-key', 'a storage key only', FALSE, account(), key('disabled', 'hmac-key')],
  ['has-disabled-key', 'keys not collected', UNKNOWN, account(), { gaps: ['service account keys'] }],
  ['has-disabled-key', 'another list not collected', FALSE, account(), { gaps: ['HMAC keys'] }],
  ['has-disabled-key', 'an account of elsewhere', UNKNOWN, account({}, { external: true })],
  ['has-user-key', 'one that somebody may hold', CONDITIONAL, account(), key('disabled')],
  ['has-user-key', 'none', FALSE, account()],
  ['has-user-key', 'expired', FALSE, account(), key('expired')],
  ['has-user-key', 'keys not collected', UNKNOWN, account(), { gaps: ['service account keys'] }],
  ['has-inactive-hmac-key', 'one that somebody may hold', CONDITIONAL, account(), key('disabled', 'hmac-key')],
  ['has-inactive-hmac-key', 'active', FALSE, account(), key('active', 'hmac-key')],
  ['has-inactive-hmac-key', 'in a state not told', UNKNOWN, account(), key('unknown', 'hmac-key')],
  ['has-inactive-hmac-key', 'keys not collected', UNKNOWN, account(), { gaps: ['HMAC keys'] }],

  ['keys-may-be-created', 'neither constraint', TRUE, account(), switches({ [KEYS]: false, [MANAGED_KEYS]: false })],
  ['keys-may-be-created', 'the managed one', FALSE, account(), switches({ [KEYS]: false, [MANAGED_KEYS]: true })],
  ['keys-may-be-created', 'the older one, the other not told', FALSE, account(), switches({ [KEYS]: true })],
  ['keys-may-be-created', 'one not told', UNKNOWN, account(), switches({ [KEYS]: false })],
  ['keys-may-be-created', 'the one for uploads', UNKNOWN, account(), switches({ [UPLOAD]: true })],
  ['keys-may-be-created', 'policies not collected', UNKNOWN, account()],
  [
    'keys-may-be-uploaded',
    'neither constraint',
    TRUE,
    account(),
    switches({ [UPLOAD]: false, [MANAGED_UPLOAD]: false }),
  ],
  ['keys-may-be-uploaded', 'the older one', FALSE, account(), switches({ [UPLOAD]: true, [MANAGED_UPLOAD]: false })],
  [
    'keys-may-be-uploaded',
    'the one for creation',
    TRUE,
    account(),
    switches({ [KEYS]: true, [UPLOAD]: false, [MANAGED_UPLOAD]: false }),
  ],
  ['keys-may-be-uploaded', 'policies not collected', UNKNOWN, account()],
  ['api-keys-may-be-bound', 'allowed', TRUE, account(), switches({ [BOUND]: false })],
  ['api-keys-may-be-bound', 'forbidden', FALSE, account(), switches({ [BOUND]: true })],
  ['api-keys-may-be-bound', 'not told', UNKNOWN, account(), switches({})],
  ['usable-across-projects', 'allowed', TRUE, account(), switches({ [ACROSS]: false })],
  ['usable-across-projects', 'forbidden, as by default', FALSE, account(), switches({ [ACROSS]: true })],
  ['usable-across-projects', 'not told', UNKNOWN, account(), switches({})],
  [
    'usable-across-projects',
    'an account of a project that is not in the input',
    UNKNOWN,
    { ...account({}), scope: ORG },
  ],

  ['full-token-scopes', 'all', TRUE, instance({ oauthScopes: 'full' })],
  ['full-token-scopes', 'some', CONDITIONAL, instance({ oauthScopes: 'limited' })],
  ['full-token-scopes', 'not told', UNKNOWN, instance()],
  ['full-token-scopes', 'a type that has no scopes', TRUE, resource('run.googleapis.com/Service')],
  ['runs-as-one-identity', 'one', TRUE, resource('run.googleapis.com/Service'), { runsAs: 1 }],
  ['runs-as-one-identity', 'two', UNKNOWN, resource('run.googleapis.com/Service'), { runsAs: 2 }],

  ['os-login-not-required', 'not demanded', TRUE, instance({ osLogin: true }), switches({ [LOGIN]: false })],
  ['os-login-not-required', 'demanded', FALSE, instance({ osLogin: false }), switches({ [LOGIN]: true })],
  ['os-login-not-required', 'off at present', TRUE, instance({ osLogin: false })],
  ['os-login-not-required', 'not told', UNKNOWN, instance({ osLogin: true })],
  ['os-login-on', 'on', TRUE, instance({ osLogin: true }), switches({ [LOGIN]: false })],
  ['os-login-on', 'demanded', TRUE, instance(), switches({ [LOGIN]: true })],
  ['os-login-on', 'off', FALSE, instance({ osLogin: false }), switches({ [LOGIN]: false })],
  ['os-login-on', 'not told', UNKNOWN, instance()],
  ['honours-project-ssh-keys', 'nothing set', TRUE, instance({ externalAddress: false })],
  ['honours-project-ssh-keys', 'blocked', FALSE, instance({ blockProjectSshKeys: true })],
  ['honours-project-ssh-keys', 'configuration not known', UNKNOWN, instance()],
  ['startup-script-there', 'one', TRUE, instance({ startupScript: true })],
  ['startup-script-there', 'none', FALSE, instance({ externalAddress: true })],
  ['startup-script-there', 'configuration not known', UNKNOWN, instance()],
  ['no-startup-script', 'one', FALSE, instance({ startupScript: true })],
  ['no-startup-script', 'none', TRUE, instance({ externalAddress: true })],
  ['no-startup-script', 'configuration not known', UNKNOWN, instance()],
  ['os-config-agent', 'switched on', CONDITIONAL, instance({ osConfig: true })],
  ['os-config-agent', 'switched off', FALSE, instance({ osConfig: false })],
  ['os-config-agent', 'not told', UNKNOWN, instance()],
  ['flexible-environment', 'flexible', TRUE, resource('appengine.googleapis.com/Version', { flexible: true })],
  ['flexible-environment', 'standard', FALSE, resource('appengine.googleapis.com/Version', { flexible: false })],
  ['flexible-environment', 'not told', UNKNOWN, resource('appengine.googleapis.com/Version')],

  ['nodes-give-their-token', 'plain', TRUE, cluster({ nodeMetadataMode: 'GCE_METADATA', autopilot: false })],
  ['nodes-give-their-token', 'some nodes', TRUE, cluster({ nodeMetadataMode: 'mixed' })],
  ['nodes-give-their-token', 'behind a metadata server', CONDITIONAL, cluster({ nodeMetadataMode: 'GKE_METADATA' })],
  ['nodes-give-their-token', 'nodes of Google', FALSE, cluster({ nodeMetadataMode: 'GCE_METADATA', autopilot: true })],
  ['nodes-give-their-token', 'not told', UNKNOWN, cluster()],

  ['pool-usable', 'active', TRUE, pool({ state: 'active' })],
  ['pool-usable', 'disabled', FALSE, pool({ state: 'disabled' })],
  ['pool-usable', 'not told', UNKNOWN, pool()],
  ['pool-not-deleted', 'disabled', TRUE, pool({ state: 'disabled' })],
  ['pool-not-deleted', 'deleted', FALSE, pool({ state: 'deleted' })],
  ['pool-not-deleted', 'not told', UNKNOWN, pool()],
  ['issuers-within-reach-allowed', 'nothing set', TRUE, pool(), issuers('all')],
  ['issuers-within-reach-allowed', 'nothing allowed', FALSE, pool(), issuers([])],
  ['issuers-within-reach-allowed', 'one that everybody has tokens of', TRUE, pool(), issuers([GITHUB, IDP])],
  ['issuers-within-reach-allowed', 'which is denied again', UNKNOWN, pool(), issuers([GITHUB, IDP], 'all', [GITHUB])],
  ['issuers-within-reach-allowed', 'one of a company', UNKNOWN, pool(), issuers([IDP])],
  ['issuers-within-reach-allowed', 'AWS, any account', TRUE, pool(), issuers(['https://sts.amazonaws.com'])],
  ['issuers-within-reach-allowed', 'AWS, some', UNKNOWN, pool(), issuers(['https://sts.amazonaws.com'], ['1'])],
  ['issuers-within-reach-allowed', 'not told', UNKNOWN, pool()],
  ['is-workload-pool', 'a pool', TRUE, pool()],
  ['is-workload-pool', 'that of the clusters of a project', FALSE, pool({}, `${POOL.slice(0, -2)}p.svc.id.goog`)],
  ['has-provider', 'one', TRUE, pool(), { provider: true }],
  ['has-provider', 'none', FALSE, pool()],
  ['has-provider', 'pools not collected', UNKNOWN, pool(), { gaps: ['workload identity pools'] }],

  ['connects-databases', 'a database', TRUE, connection({ connectionKind: 'database' })],
  ['connects-databases', 'files', FALSE, connection({ connectionKind: 'resource' })],
  ['connects-databases', 'not told', UNKNOWN, connection()],
  ['connects-resources', 'files', TRUE, connection({ connectionKind: 'resource' })],
  ['connects-resources', 'another cloud', FALSE, connection({ connectionKind: 'other' })],
  ['connects-resources', 'not told', UNKNOWN, connection()],
  ['connects-spark', 'Spark', TRUE, connection({ connectionKind: 'spark' })],
  ['connects-spark', 'a database', FALSE, connection({ connectionKind: 'database' })],
  ['connects-spark', 'not told', UNKNOWN, connection()],
  ['is-streaming', 'streaming', TRUE, resource('dataflow.googleapis.com/Job', { streaming: true })],
  ['is-streaming', 'batch', FALSE, resource('dataflow.googleapis.com/Job', { streaming: false })],
  ['is-streaming', 'not told', UNKNOWN, resource('dataflow.googleapis.com/Job')],
  ['holds-workflows', 'marked', TRUE, bucket({ dagBucket: true })],
  ['holds-workflows', 'other code', FALSE, bucket({ sourceBucket: true })],
  ['pulls-code-from-here', 'source', TRUE, bucket({ sourceBucket: true })],
  ['pulls-code-from-here', 'staged', TRUE, bucket({ stagingBucket: true })],
  ['pulls-code-from-here', 'workflows', FALSE, bucket({ dagBucket: true })],
  ['trigger-is-on', 'on', TRUE, trigger({ disabled: false })],
  ['trigger-is-on', 'off', FALSE, trigger({ disabled: true })],
  ['trigger-is-on', 'not told', UNKNOWN, trigger()],

  ['default-build-account', 'of Cloud Build, which is set', TRUE, account({ email: GCB }), numbered({ [BUILD]: true })],
  ['default-build-account', 'of Cloud Build, setting not told', UNKNOWN, account({ email: GCB }), numbered()],
  [
    'default-build-account',
    'of Cloud Build in another project',
    FALSE,
    account({ email: `1${GCB}` }),
    numbered({ [BUILD]: true }),
  ],
  ['default-build-account', 'of Compute Engine', UNKNOWN, account({ email: COMPUTE }), numbered({ [BUILD]: true })],
  ['default-build-account', 'number of the project not told', UNKNOWN, account({ email: GCB })],
  ['default-build-account', 'any other', FALSE, account({ email: 'app@p.iam.gserviceaccount.com' }), numbered()],
  ['is-cloud-services-account', 'it is', TRUE, account({ email: '3@cloudservices.gserviceaccount.com' })],
  ['runs-reasoning-engines', 'that agent', TRUE, agent('gcp-sa-aiplatform-re')],
  ['runs-reasoning-engines', 'another agent', FALSE, agent('gcp-sa-aiplatform-cc')],
  ['runs-vertex-code', 'that agent', TRUE, agent('gcp-sa-aiplatform-cc')],
  ['runs-vertex-code', 'another agent', FALSE, agent('gcp-sa-aiplatform')],
  ['is-cloud-services-account', 'another', FALSE, account({ email: COMPUTE })],
  ['entitlement-service-is-set-up', 'its agent has its role there', TRUE, project, { agentOn: PROJECT }],
  ['entitlement-service-is-set-up', 'above', TRUE, project, { agentOn: ORG }],
  ['entitlement-service-is-set-up', 'no sign of it', UNKNOWN, project],
  ['tag-is-looked-at', 'the one value', TRUE, tagValue('1/env/prod'), looksAt("resource.matchTag('1/env', 'prod')")],
  [
    'tag-is-looked-at',
    'by its id',
    TRUE,
    tagValue('1/env/prod'),
    looksAt("resource.matchTagId('tagKeys/9', 'tagValues/7')"),
  ],
  ['tag-is-looked-at', 'any value', TRUE, tagValue('1/env/prod'), looksAt("resource.hasTagKey('1/env')")],
  ['tag-is-looked-at', 'another value', UNKNOWN, tagValue('1/env/dev'), looksAt("resource.matchTag('1/env', 'prod')")],
  ['tag-is-looked-at', 'another key', FALSE, tagValue('1/team/a'), looksAt("resource.matchTag('1/env', 'prod')")],
  ['tag-is-looked-at', 'no tags at all', FALSE, tagValue('1/env/prod'), looksAt("resource.name == 'x'")],
  ['tag-is-looked-at', 'name not told', UNKNOWN, tagValue(undefined), looksAt("resource.matchTag('1/env', 'prod')")],
  ['tag-values-lie-below', 'an organization', TRUE, organization],
  ['tag-values-lie-below', 'a project', UNKNOWN, project],
  ['tag-values-lie-below', 'a resource', UNKNOWN, bucket()],
];

describe('gcpPredicates', () => {
  test.each(cases.map((one) => [one[0], one[1], one] as const))('%s: %s', (name, _, [, , expected, target, around]) => {
    expect(ask(name, target, around)).toBe(expected);
  });

  test('every one that the graph decides has a case that holds or may, and one that does not or is not known', () => {
    for (const name of DECIDABLE_PRECONDITIONS) {
      const truths = cases.filter(([one]) => one === name).map(([, , truth]) => truth);
      expect([name, truths.some((truth) => truth >= CONDITIONAL), truths.some((truth) => truth <= UNKNOWN)]).toEqual([
        name,
        true,
        true,
      ]);
    }
  });

  test('what only the moment tells is conditional, what nobody tells is unknown', () => {
    for (const name of MOMENTARY_PRECONDITIONS) expect(ask(name, account())).toBe(CONDITIONAL);
    for (const name of OPEN_QUESTIONS) expect(ask(name, account())).toBe(UNKNOWN);
  });

  test('values of another kind than the attribute has leave everything open', () => {
    expect(ask('enabled', account({ disabled: 'no' }))).toBe(UNKNOWN);
    expect(ask('keys-may-be-created', account(), { project: { orgPolicies: [] } })).toBe(UNKNOWN);
    expect(ask('pool-usable', pool({ state: true }))).toBe(UNKNOWN);
    expect(ask('keys-may-be-created', account(), { project: { orgPolicies: { constructor: true } } })).toBe(UNKNOWN);
  });
});
