import { CONDITIONAL, FALSE, not, or, TRUE, type Truth, UNKNOWN } from '@keyreach/core/authz';
import type { GraphIndex, GraphNode, Json } from '@keyreach/core/graph';
import type { ScopedPredicate } from '@keyreach/core/reach';
import type { AttributeName } from './attributes.ts';
import {
  type DecidablePrecondition,
  MOMENTARY_PRECONDITIONS,
  OPEN_QUESTIONS,
  type PredicateName,
} from './precondition-names.ts';
import { isTagLookedAt } from './tags-looked-at.ts';
import { SCOPED_WORKLOADS } from './target-types.ts';

/** Preconditions that the graph decides where it holds the facts; the attributes they read are in `attributes.ts`. */
const decidable: Readonly<Record<DecidablePrecondition, ScopedPredicate>> = {
  // Only service accounts can be switched off; agents of Google and principals of pools cannot, not here.
  enabled: (identity) => (identity.type === 'service-account' ? not(isTrue(read(identity, 'disabled'))) : TRUE),
  disabled: (identity) => isTrue(read(identity, 'disabled')),
  // Whether the attacker holds the key that is there, nobody knows.
  'has-disabled-key': (account, graph) =>
    perhapsHeld(account, graph, 'service-account-key', ({ status }) => status === 'disabled'),
  'has-user-key': (account, graph) =>
    perhapsHeld(account, graph, 'service-account-key', ({ status }) => status !== 'expired'),
  'has-inactive-hmac-key': (account, graph) =>
    perhapsHeld(account, graph, 'hmac-key', ({ status }) => status === 'disabled'),

  // gcp.md 1.8: the managed constraint forbids as the older one does.
  'keys-may-be-created': (account, graph) =>
    not(
      or(
        policy(account, graph, 'iam.disableServiceAccountKeyCreation'),
        policy(account, graph, 'iam.managed.disableServiceAccountKeyCreation'),
      ),
    ),
  'keys-may-be-uploaded': (account, graph) =>
    not(
      or(
        policy(account, graph, 'iam.disableServiceAccountKeyUpload'),
        policy(account, graph, 'iam.managed.disableServiceAccountKeyUpload'),
      ),
    ),
  'api-keys-may-be-bound': (account, graph) =>
    not(policy(account, graph, 'iam.managed.disableServiceAccountApiKeyCreation')),
  'usable-across-projects': (account, graph) =>
    not(policy(account, graph, 'iam.disableCrossProjectServiceAccountUsage')),

  'full-token-scopes': fullTokenScopes,
  'runs-as-one-identity': (workload, graph) => (graph.outgoing(workload.id, 'runs-as').length > 1 ? UNKNOWN : TRUE),

  // Whoever may write metadata of an instance may switch OS Login off there, unless policy demands it.
  'os-login-not-required': (instance, graph) => {
    const required = policy(instance, graph, 'compute.requireOsLogin');
    return required === UNKNOWN && read(instance, 'osLogin') === false ? TRUE : not(required);
  },
  'os-login-on': (instance, graph) =>
    or(isTrue(read(instance, 'osLogin')), policy(instance, graph, 'compute.requireOsLogin')),
  'honours-project-ssh-keys': (instance) => not(switchOf(instance, 'blockProjectSshKeys')),
  'startup-script-there': (instance) => switchOf(instance, 'startupScript'),
  'no-startup-script': (instance) => not(switchOf(instance, 'startupScript')),
  // On the images of Google the agent is installed, and off unless metadata of the instance or the project switches it on.
  'os-config-agent': (instance) => {
    const on = isTrue(read(instance, 'osConfig'));
    return on === TRUE ? CONDITIONAL : on;
  },
  'flexible-environment': (version) => isTrue(read(version, 'flexible')),

  'nodes-give-their-token': (cluster) => {
    if (read(cluster, 'autopilot') === true) return FALSE;
    const mode = read(cluster, 'nodeMetadataMode');
    if (mode === undefined) return UNKNOWN;
    // Pods in the network of the node get past the metadata server of Kubernetes; who may make those the cluster tells.
    return mode === 'GKE_METADATA' ? CONDITIONAL : TRUE;
  },

  'is-workload-pool': (pool) => (isKubernetesPool(pool.id) ? FALSE : TRUE),
  'issuers-within-reach-allowed': issuersAllowed,
  'pool-usable': (pool) => isOne(read(pool, 'state'), 'active'),
  'pool-not-deleted': (pool) => not(isOne(read(pool, 'state'), 'deleted')),
  'has-provider': hasProvider,

  'connects-databases': (connection) => isOne(read(connection, 'connectionKind'), 'database'),
  'connects-resources': (connection) => isOne(read(connection, 'connectionKind'), 'resource'),
  'connects-spark': (connection) => isOne(read(connection, 'connectionKind'), 'spark'),
  'is-streaming': (job) => isTrue(read(job, 'streaming')),
  'holds-workflows': (bucket) => isMarked(bucket, 'dagBucket'),
  'pulls-code-from-here': (bucket) => or(isMarked(bucket, 'sourceBucket'), isMarked(bucket, 'stagingBucket')),
  'trigger-is-on': (trigger) => not(isTrue(read(trigger, 'disabled'))),

  'default-build-account': defaultBuildAccount,
  'is-cloud-services-account': (account) =>
    String(read(account, 'email') ?? '').endsWith('@cloudservices.gserviceaccount.com') ? TRUE : FALSE,
  'runs-reasoning-engines': (agent) => isOne(read(agent, 'producer'), 'gcp-sa-aiplatform-re'),
  'runs-vertex-code': (agent) => isOne(read(agent, 'producer'), 'gcp-sa-aiplatform-cc'),
  'entitlement-service-is-set-up': entitlementService,
  'tag-is-looked-at': isTagLookedAt,
  // A tag of the organization lies below every grant on the organization; below others it may lie anywhere.
  'tag-values-lie-below': (target) => (target.type === 'organization' ? TRUE : UNKNOWN),
};

/** The preconditions that rows of this adapter name. Each is total: an attribute that is absent leaves it `UNKNOWN`. */
export const gcpPredicates: Readonly<Record<PredicateName, ScopedPredicate>> = {
  ...decidable,
  ...constants(MOMENTARY_PRECONDITIONS, CONDITIONAL),
  ...constants(OPEN_QUESTIONS, UNKNOWN),
};

function constants<Name extends PredicateName>(
  names: readonly Name[],
  truth: Truth,
): Readonly<Record<Name, ScopedPredicate>> {
  return Object.fromEntries(names.map((name) => [name, () => truth])) as unknown as Readonly<
    Record<Name, ScopedPredicate>
  >;
}

function read(node: GraphNode, name: AttributeName): Json | undefined {
  const { attributes } = node;
  return attributes !== undefined && Object.hasOwn(attributes, name) ? attributes[name] : undefined;
}

function isTrue(value: Json | undefined): Truth {
  if (value === true) return TRUE;
  return value === false ? FALSE : UNKNOWN;
}

function isOne(value: Json | undefined, wanted: string): Truth {
  if (typeof value !== 'string') return UNKNOWN;
  return value === wanted ? TRUE : FALSE;
}

/** Switches of instances are left out where they are off; `externalAddress` tells that the configuration is known at all. */
function switchOf(instance: GraphNode, name: AttributeName): Truth {
  const value = isTrue(read(instance, name));
  return value === UNKNOWN && read(instance, 'externalAddress') !== undefined && read(instance, name) === undefined
    ? FALSE
    : value;
}

/** Marks that other assets give a bucket. One without has no edge to what its code would run as, so nothing is lost. */
function isMarked(bucket: GraphNode, name: AttributeName): Truth {
  return read(bucket, name) === true ? TRUE : FALSE;
}

/** The effective value of an organization policy on the project of the node. */
function policy(node: GraphNode, graph: GraphIndex, constraint: string): Truth {
  const home = projectOf(node, graph);
  const switches = home === undefined ? undefined : read(home, 'orgPolicies');
  if (typeof switches !== 'object' || switches === null || Array.isArray(switches)) return UNKNOWN;
  const named = switches as Readonly<Record<string, Json>>;
  return isTrue(Object.hasOwn(named, constraint) ? named[constraint] : undefined);
}

/** Issuers that anybody can get tokens of: of builds of their own, or of a key that they upload. */
const OPEN_ISSUERS: ReadonlySet<string> = new Set([
  'KEY_UPLOAD',
  'https://accounts.google.com',
  'https://app.terraform.io',
  'https://gitlab.com',
  'https://token.actions.githubusercontent.com',
]);
const AWS_ISSUER = 'https://sts.amazonaws.com';

/** Whether providers of pools may be pointed to an issuer that a stranger has tokens of (gcp.md 1.8). */
function issuersAllowed(pool: GraphNode, graph: GraphIndex): Truth {
  const allowed = allowedIn(pool, graph, 'iam.workloadIdentityPoolProviders');
  if (allowed === undefined) return UNKNOWN;
  // One of one's own is in no list of what is denied.
  if (allowed === 'all') return TRUE;
  if (allowed.some((one) => OPEN_ISSUERS.has(String(one)))) return TRUE;
  if (allowed.length === 0) return FALSE;
  const isAws = allowed.includes(AWS_ISSUER);
  if (isAws && allowedIn(pool, graph, 'iam.workloadIdentityPoolAwsAccounts') === 'all') return TRUE;
  // Whether the attacker has tokens of those that are left nobody knows.
  return UNKNOWN;
}

/** What a list of organization policies on the project of a node allows; undefined where that is not known. */
function allowedIn(node: GraphNode, graph: GraphIndex, constraint: string): 'all' | readonly Json[] | undefined {
  const home = projectOf(node, graph);
  const lists = home === undefined ? undefined : read(home, 'orgPolicyLists');
  if (!isFields(lists) || !Object.hasOwn(lists, constraint)) return undefined;
  const list = lists[constraint];
  if (!isFields(list) || !Object.hasOwn(list, 'allowed')) return undefined;
  const { allowed, denied } = list;
  if (allowed === 'all') return 'all';
  return Array.isArray(allowed) ? allowed.filter((one) => !Array.isArray(denied) || !denied.includes(one)) : undefined;
}

function isFields(value: Json | undefined): value is Readonly<Record<string, Json>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function projectOf(node: GraphNode, graph: GraphIndex): GraphNode | undefined {
  if (node.kind === 'scope' && node.type === 'project') return node;
  return graph.scopesOf(node.id).find(({ type }) => type === 'project');
}

/** What the gaps call the lists of credentials that an input can be without. */
const LISTS: Readonly<Record<string, string>> = {
  'service-account-key': 'service account keys',
  'hmac-key': 'HMAC keys',
};

/** `CONDITIONAL` where there is such a credential; false where all were listed and there is none. */
function perhapsHeld(
  account: GraphNode,
  graph: GraphIndex,
  type: string,
  matches: (credential: ReturnType<GraphIndex['credentialsOf']>[number]) => boolean,
): Truth {
  const own = graph.credentialsOf(account.id).filter((one) => one.type === type);
  if (own.some(matches)) return CONDITIONAL;
  if (own.some(({ status }) => status === 'unknown')) return UNKNOWN;
  if (account.kind === 'identity' && account.external === true) return UNKNOWN;
  return lacksList(graph, LISTS[type]) ? UNKNOWN : FALSE;
}

const lacking = new WeakMap<GraphIndex, ReadonlySet<string>>();

/** Whether a gap says that some of the list are missing. */
function lacksList(graph: GraphIndex, what: string | undefined): boolean {
  let names = lacking.get(graph);
  if (names === undefined) {
    names = new Set(graph.graph.gaps.map((gap) => gap.what));
    lacking.set(graph, names);
  }
  return what === undefined || names.has(what);
}

const scoped: ReadonlySet<string> = new Set(SCOPED_WORKLOADS);

/** Tokens of a workload with few OAuth scopes are of use for some APIs only (gcp.md 2). */
function fullTokenScopes(workload: GraphNode): Truth {
  const told = read(workload, 'oauthScopes');
  if (told === 'full') return TRUE;
  if (told === 'limited') return CONDITIONAL;
  return scoped.has(workload.type) ? UNKNOWN : TRUE;
}

/** Pools of clusters have no providers that anybody could add or change. */
function isKubernetesPool(id: string): boolean {
  return id.endsWith('.svc.id.goog');
}

function hasProvider(pool: GraphNode, graph: GraphIndex): Truth {
  const own = providersOf(graph).has(pool.id);
  if (own) return TRUE;
  return lacksList(graph, 'workload identity pools') || lacksList(graph, 'workload identity providers')
    ? UNKNOWN
    : FALSE;
}

const providers = new WeakMap<GraphIndex, ReadonlySet<string>>();

/** Pools that have a provider. */
function providersOf(graph: GraphIndex): ReadonlySet<string> {
  let pools = providers.get(graph);
  if (pools === undefined) {
    pools = new Set(
      graph.credentials
        .filter(({ type }) => type === 'workload-identity-provider')
        .map(({ id }) => id.slice(0, Math.max(0, id.lastIndexOf('/providers/')))),
    );
    providers.set(graph, pools);
  }
  return pools;
}

/**
 * Builds that name no account run as one of two default accounts of the project, which one is a setting (gcp.md 3.D,
 * build-default). To act as that of Compute Engine may need a right of its own.
 */
function defaultBuildAccount(account: GraphNode, graph: GraphIndex): Truth {
  const email = read(account, 'email');
  const home = projectOf(account, graph);
  const number = home === undefined ? undefined : read(home, 'projectNumber');
  if (typeof email !== 'string' || typeof number !== 'string')
    return typeof email === 'string' && isDefault(email) ? UNKNOWN : FALSE;
  if (email === `${number}@cloudbuild.gserviceaccount.com`) {
    const setting = policy(account, graph, 'cloudbuild.useBuildServiceAccount');
    return setting === TRUE ? TRUE : UNKNOWN;
  }
  if (email === `${number}-compute@developer.gserviceaccount.com`) return UNKNOWN;
  return FALSE;
}

function isDefault(email: string): boolean {
  return email.endsWith('@cloudbuild.gserviceaccount.com') || email.endsWith('-compute@developer.gserviceaccount.com');
}

const ENTITLEMENT_AGENT = 'roles/privilegedaccessmanager.serviceAgent';

/** The agent that carries out entitlements has its role on the scope or above once the service is set up there. */
function entitlementService(scope: GraphNode, graph: GraphIndex): Truth {
  const chain = [scope.id, ...graph.scopesOf(scope.id).map(({ id }) => id)];
  const isSetUp = chain.some((id) =>
    graph.attachmentsOn(id).some(({ policy: role }) => role.startsWith(ENTITLEMENT_AGENT)),
  );
  return isSetUp ? TRUE : UNKNOWN;
}
