import type { CredentialNode, IdentityNode, NodeId, Usage } from '@keyreach/core/graph';
import { isRecord } from '@keyreach/core/input';
import type { AzureRecordedUse, AzureUseCoverage, AzureUseRow } from '../bundle/azure-input.ts';
import { permissionsOfGraphCall } from '../usage/graph-call-permissions.ts';
import { AZURE, armRootId, attachmentCredentialId, credentialId, entraId, tenantId } from './azure-ids.ts';
import { timestampOf } from './instants.ts';
import type { NormalizeContext } from './normalize-context.ts';

/** Sources of the two reports and of the last sign-ins of people. */
const REPORT = 'sign-in-reports';

/** Identities that sign in by themselves, and for which sign-in logs speak. */
const MACHINES: ReadonlySet<string> = new Set(['service-principal', 'managed-identity', 'agent']);

/**
 * Adds what the input records of use, and what its sources could have seen (docs/usage-azure.md, azure.md 5). The nodes must be there
 * already. Whoever is not in the input is left out, and counted in a gap.
 */
export function addRecordedUse(context: NormalizeContext): void {
  const recorded = new RecordedUse(context);
  recorded.addReports();
  for (const usage of context.input.recordedUse) recorded.addRows(usage);
  for (const usage of context.input.recordedUse) recorded.addObservations(usage);
}

type UseKey = Pick<Usage, 'identity' | 'credential' | 'otherCredential' | 'action' | 'resource' | 'perhaps' | 'source'>;

type Sum = { -readonly [K in keyof Usage]: Usage[K] };

/** Names of people and applications that a gap gives. */
const MOST_SHOWN = 5;

class RecordedUse {
  readonly #context: NormalizeContext;
  readonly #byAppId = new Map<string, NodeId[]>();
  readonly #machines: IdentityNode[] = [];
  /** Credentials by key id or id, in lower case. */
  readonly #credentials = new Map<string, CredentialNode[]>();
  /** Secrets and certificates with each identity that they log in as: `credential identity`. */
  readonly #logIns = new Set<string>();
  /** What each identity holds of application permissions of Microsoft Graph: `graph:…`. */
  readonly #held = new Map<NodeId, string[]>();

  constructor(context: NormalizeContext) {
    this.#context = context;
    for (const node of context.builder.nodes) {
      if (node.provider !== AZURE) continue;
      if (node.kind === 'credential' && node.publicId !== undefined) {
        listIn(this.#credentials, node.publicId.toLowerCase()).push(node);
      }
      if (node.kind !== 'identity' || !MACHINES.has(node.type)) continue;
      this.#machines.push(node);
      const appId = node.attributes?.['appId'];
      if (typeof appId === 'string') listIn(this.#byAppId, appId.toLowerCase()).push(node.id);
    }
    this.#noteOwners();
    this.#noteHeld();
  }

  /** Last sign-ins of applications and people: whoever is not named was perhaps seen before reporting began. */
  addReports(): void {
    const { input, builder, tenant } = this.#context;
    for (const { appId, raw } of input.servicePrincipalSignIns?.items ?? []) {
      const activity = raw['lastSignInActivity'];
      if (appId === undefined || !isRecord(activity)) continue;
      const success = activity['lastSuccessfulSignInDateTime'] ?? activity['lastSignInDateTime'];
      const last = typeof success === 'string' ? timestampOf(success) : undefined;
      if (last === undefined) continue;
      for (const identity of this.#byAppId.get(appId.toLowerCase()) ?? []) {
        builder.usage({ identity, action: '*', last, source: REPORT });
      }
    }
    for (const { id, lastSignInDateTime } of input.users?.items ?? []) {
      const last = lastSignInDateTime === undefined ? undefined : timestampOf(lastSignInDateTime);
      const identity = entraId(tenant, id);
      if (last !== undefined && builder.get(identity) !== undefined) {
        builder.usage({ identity, action: '*', last, source: REPORT });
      }
    }
  }

  addRows({ source, rows }: AzureRecordedUse): void {
    const sums = new Map<string, Sum>();
    const strangers = new Set<string>();
    for (const row of rows) {
      const identity = this.#identityOf(row);
      if (identity === undefined) {
        strangers.add(row.principalId ?? row.appId ?? '');
        continue;
      }
      for (const use of this.#usesOf(row, identity)) addTo(sums, { ...use, source }, row);
    }
    for (const sum of sums.values()) this.#context.builder.usage(sum);
    if (strangers.size === 0) return;
    const names = [...strangers].sort();
    const more = names.length - MOST_SHOWN;
    const shown = `${names.slice(0, MOST_SHOWN).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
    this.#context.builder.gap({
      scope: source,
      what: 'recorded use',
      why: `use of ${names.length} principals that are not in the input is left out: ${shown}`,
      kind: 'not-collected',
    });
  }

  /**
   * What silence of a source means: that of the Activity Log of every subscription, that nobody wrote, deleted or acted on the control
   * plane; that of calls of Microsoft Graph, that no application permission of it was used; that of sign-ins, that nothing was. Reads
   * and the data plane are in none of them.
   */
  addObservations({ source, coverage }: AzureRecordedUse): void {
    const { builder, tenant } = this.#context;
    const arm = this.#everywhere(coverage);
    if (arm !== undefined) {
      const actions = { include: ['*'], exclude: NOT_IN_ACTIVITY_LOG };
      builder.observation({ subject: tenantId(tenant), actions, granularity: 'action', ...arm, source });
    }
    const graph = longest(coverage.filter((one) => one.kind === 'graph' && this.#isTenant(one.scope)));
    if (graph !== undefined) {
      const actions = { include: ['graph:*'], exclude: [] };
      builder.observation({ subject: tenantId(tenant), actions, granularity: 'action', ...graph, source });
    }
    const signIns = longest(coverage.filter((one) => one.kind === 'sign-in' && this.#isTenant(one.scope)));
    if (signIns === undefined) return;
    for (const { id } of this.#machines) {
      const actions = { include: ['*'], exclude: [] };
      builder.observation({ subject: id, actions, granularity: 'identity', byCredential: true, ...signIns, source });
    }
  }

  #isTenant(scope: string): boolean {
    const { tenant } = this.#context;
    return scope.toLowerCase() === tenant || scope === '/' || scope === tenantId(tenant);
  }

  /** The time for which the Activity Log of all subscriptions was read. */
  #everywhere(coverage: readonly AzureUseCoverage[]): Period | undefined {
    const { builder, tenant } = this.#context;
    const arm = coverage.filter(({ kind }) => kind === 'arm');
    const whole = longest(arm.filter(({ scope }) => this.#isTenant(scope)));
    if (whole !== undefined) return whole;
    const subscriptions = [...builder.nodes].filter((node) => node.kind === 'scope' && node.type === 'subscription');
    // Subscriptions that nobody lists may lie below the root.
    const isUnread = builder.get(armRootId(tenant))?.attributes?.['groupsUnread'] === true;
    if (subscriptions.length === 0 || isUnread) return undefined;
    let shared: Period | undefined;
    for (const { id } of subscriptions) {
      const own = longest(arm.filter(({ scope }) => scope.toLowerCase() === id.toLowerCase()));
      if (own === undefined) return undefined;
      shared = shared === undefined ? own : { from: later(shared.from, own.from), to: earlier(shared.to, own.to) };
    }
    return shared === undefined || shared.from >= shared.to ? undefined : shared;
  }

  #identityOf({ principalId, appId }: AzureUseRow): NodeId | undefined {
    const { builder, tenant } = this.#context;
    if (principalId !== undefined) {
      const id = entraId(tenant, principalId);
      return builder.get(id)?.kind === 'identity' ? id : undefined;
    }
    const [only, ...others] = appId === undefined ? [] : (this.#byAppId.get(appId.toLowerCase()) ?? []);
    return others.length === 0 ? only : undefined;
  }

  #usesOf(row: AzureUseRow, identity: NodeId): readonly Omit<UseKey, 'source'>[] {
    const resource = row.resource === undefined ? {} : { resource: row.resource };
    switch (row.kind) {
      case 'sign-in':
        return [{ identity, ...this.#credentialOf(row, identity), action: '*' }];
      case 'arm':
        return [{ identity, action: row.action, ...resource }];
      case 'graph': {
        // The log tells the call, and not which of the permissions that allow it did (azure.md 5).
        const given = row.roles?.map((role) => `graph:${role}`) ?? this.#held.get(identity) ?? [];
        const allowing = permissionsOfGraphCall(row.action)?.map((name) => `graph:${name}`);
        const some = allowing === undefined ? given : given.filter((one) => allowing.includes(one));
        const [only, ...others] = some;
        const base = { identity, action: '*' };
        if (only !== undefined && others.length === 0 && allowing !== undefined)
          return [base, { identity, action: only }];
        return [base, ...some.map((action) => ({ identity, action, perhaps: true as const }))];
      }
      default: {
        const never: never = row.kind;
        return never;
      }
    }
  }

  #credentialOf({ credentialId: key, principalId, attachedResource }: AzureUseRow, identity: NodeId): Partial<UseKey> {
    const { builder, tenant } = this.#context;
    if (principalId !== undefined && attachedResource !== undefined) {
      const id = attachmentCredentialId(tenant, principalId, attachedResource);
      return builder.get(id) === undefined ? {} : { credential: id };
    }
    if (key === undefined) return {};
    const own = (this.#credentials.get(key.toLowerCase()) ?? []).filter(
      ({ id, type }) => type === 'federated-identity-credential' || this.#logIns.has(`${id} ${identity}`),
    );
    const [only, ...others] = own;
    if (only === undefined) return { otherCredential: true };
    return others.length === 0 ? { credential: only.id } : {};
  }

  #noteOwners(): void {
    const { input, tenant } = this.#context;
    for (const { id, credentials } of input.servicePrincipals?.items ?? []) {
      for (const { keyId } of credentials.items) {
        this.#logIns.add(`${credentialId(tenant, id, keyId)} ${entraId(tenant, id)}`);
      }
    }
    for (const { id, appId, credentials } of input.applications?.items ?? []) {
      for (const identity of this.#byAppId.get(appId.toLowerCase()) ?? []) {
        for (const { keyId } of credentials.items) {
          this.#logIns.add(`${credentialId(tenant, id, keyId)} ${identity}`);
        }
      }
    }
  }

  #noteHeld(): void {
    const { input, tenant } = this.#context;
    const graphs = (input.servicePrincipals?.items ?? []).filter(
      ({ appId }) => appId.toLowerCase() === MICROSOFT_GRAPH,
    );
    const values = new Map(
      graphs.flatMap(({ id, appRoles }) =>
        appRoles.items.map((role) => [`${id} ${role.id}`.toLowerCase(), role.value] as const),
      ),
    );
    for (const { principalId, resourceId, appRoleId } of input.appRoleAssignments?.items ?? []) {
      const value = values.get(`${resourceId} ${appRoleId}`.toLowerCase());
      if (value !== undefined) listIn(this.#held, entraId(tenant, principalId)).push(`graph:${value}`);
    }
  }
}

const MICROSOFT_GRAPH = '00000003-0000-0000-c000-000000000000';

/** Reads, the data plane, the directory and other APIs. */
const NOT_IN_ACTIVITY_LOG: readonly string[] = ['*/read', 'data:*', 'graph:*', 'app:*', 'microsoft.directory/*'];

interface Period {
  readonly from: string;
  readonly to: string;
}

function longest(coverage: readonly AzureUseCoverage[]): Period | undefined {
  let best: Period | undefined;
  for (const { from: start, to: end } of coverage) {
    const from = timestampOf(start);
    const to = timestampOf(end);
    if (from === undefined || to === undefined || from >= to) continue;
    if (best === undefined || Date.parse(to) - Date.parse(from) > Date.parse(best.to) - Date.parse(best.from)) {
      best = { from, to };
    }
  }
  return best;
}

function later(left: string, right: string): string {
  return left > right ? left : right;
}

function earlier(left: string, right: string): string {
  return left < right ? left : right;
}

function addTo(sums: Map<string, Sum>, key: UseKey, { first: from, last: to, count, failed }: AzureUseRow): void {
  const { identity, credential, otherCredential, action, resource, perhaps } = key;
  // Failed calls are no use of a permission, but use of the identity and its credential (azure.md 5).
  if (count === 0 && action !== '*') return;
  const text = JSON.stringify([identity, credential, otherCredential, action, resource, perhaps]);
  let sum = sums.get(text);
  if (sum === undefined) {
    sum = { ...key, count: 0, refused: 0 };
    sums.set(text, sum);
  }
  const first = from === undefined ? undefined : timestampOf(from);
  const last = to === undefined ? undefined : timestampOf(to);
  if (first !== undefined && (sum.first === undefined || first < sum.first)) sum.first = first;
  if (last !== undefined && (sum.last === undefined || last > sum.last)) sum.last = last;
  sum.count = (sum.count ?? 0) + count;
  sum.refused = (sum.refused ?? 0) + failed;
}

function listIn<Key, Value>(map: Map<Key, Value[]>, key: Key): Value[] {
  let list = map.get(key);
  if (list === undefined) {
    list = [];
    map.set(key, list);
  }
  return list;
}
