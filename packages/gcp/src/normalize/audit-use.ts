import { type GraphBuilder, type NodeId, quoteText, type Usage } from '@keyreach/core/graph';
import { readTimestamp } from '@keyreach/core/input';
import type { GcpAuditRow, GcpAuditUsage } from '../bundle/gcp-input.ts';
import { permissionOfMethod } from '../usage/method-permissions.ts';
import type { RecordedPrincipals } from './recorded-principals.ts';

/**
 * Adds what rows of audit logs tell of use: permissions, by whom and with which key; that delegators acted; and that keys
 * were used of which nobody knows more (`docs/usage-gcp.md`, "From a row to use"). Principals without a node are a gap.
 */
export function addAuditUse(usage: GcpAuditUsage, builder: GraphBuilder, principals: RecordedPrincipals): void {
  const adding = new AuditUse(usage.source, builder, principals);
  for (const row of usage.rows) adding.add(row);
  adding.end();
}

/** Permissions that a caller may have needed to act as the next one in a chain. */
const DELEGATION = ['iam.serviceAccounts.getAccessToken', 'iam.serviceAccounts.implicitDelegation'];

type UseKey = Pick<Usage, 'identity' | 'credential' | 'otherCredential' | 'action' | 'resource' | 'perhaps'>;

type Sum = { -readonly [K in keyof Usage]: Usage[K] };

class AuditUse {
  readonly #source: string;
  readonly #builder: GraphBuilder;
  readonly #principals: RecordedPrincipals;
  readonly #sums = new Map<string, Sum>();
  readonly #identities = new Map<string, NodeId | undefined>();
  readonly #strangers = new Set<string>();

  constructor(source: string, builder: GraphBuilder, principals: RecordedPrincipals) {
    this.#source = source;
    this.#builder = builder;
    this.#principals = principals;
  }

  add(row: GcpAuditRow): void {
    for (const delegator of new Set(row.delegators)) this.#addDelegator(delegator, row);
    const key = row.keyId === undefined ? undefined : this.#principals.key(row.keyId);
    const identity = this.#identityOf(row.principal, row);
    // A key of another account began the chain: it was used, by its own account.
    if (key !== undefined && key.account !== identity && this.#existed(key.account, row)) {
      this.#sum({ identity: key.account, credential: key.id, action: '*' }, row);
    }
    if (identity === undefined) {
      this.#strangers.add(row.principal);
      return;
    }
    const who = { identity, ...credentialOf(row, key, identity) };
    const permission = row.permission ?? permissionOfMethod(row.method ?? '');
    if (permission === undefined || permission === 'none') {
      // The call was made, whatever it needed: that is use of the identity and the key, not of any permission.
      this.#sum({ ...who, action: '*' }, row);
      return;
    }
    const { resource } = row;
    this.#sum({ ...who, action: permission, ...(resource === undefined ? {} : { resource }) }, row);
  }

  end(): void {
    for (const sum of this.#sums.values()) this.#builder.usage(sum);
    if (this.#strangers.size === 0) return;
    const names = [...this.#strangers].sort().map(quoteText);
    const one = names.length === 1;
    const count = one ? '1 principal of recorded calls is' : `${names.length} principals of recorded calls are`;
    const more = names.length - MOST_SHOWN;
    const shown = `${names.slice(0, MOST_SHOWN).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
    const why = `${count} not in the input, and ${one ? 'its' : 'their'} use is left out: ${shown}`;
    this.#builder.gap({ scope: this.#source, what: 'recorded use', why, kind: 'not-collected' });
  }

  /** Whoever stands in a chain of delegation acted; what it needed for that, the log of another call tells. */
  #addDelegator(delegator: string, row: GcpAuditRow): void {
    const identity = this.#identityOf(delegator, row);
    if (identity === undefined) return;
    this.#sum({ identity, action: '*' }, row);
    for (const action of DELEGATION) this.#sum({ identity, action, perhaps: true }, row);
  }

  /** Names are given again: what is older than who has it now was done by another one. */
  #identityOf(principal: string, row: GcpAuditRow): NodeId | undefined {
    let identity = this.#identities.get(principal);
    if (!this.#identities.has(principal)) {
      identity = this.#principals.identity(principal);
      this.#identities.set(principal, identity);
    }
    return identity !== undefined && this.#existed(identity, row) ? identity : undefined;
  }

  #existed(identity: NodeId, { last }: GcpAuditRow): boolean {
    const created = this.#builder.get(identity)?.created;
    const time = readTimestamp(last);
    return created === undefined || time === undefined || time >= created;
  }

  #sum(key: UseKey, { first: from, last: to, count, refused }: GcpAuditRow): void {
    const { identity, credential, otherCredential, action, resource, perhaps } = key;
    const text = JSON.stringify([identity, credential, otherCredential, action, resource, perhaps]);
    let sum = this.#sums.get(text);
    if (sum === undefined) {
      sum = { ...key, count: 0, refused: 0, source: this.#source };
      this.#sums.set(text, sum);
    }
    const first = readTimestamp(from);
    const last = readTimestamp(to);
    if (first !== undefined && (sum.first === undefined || first < sum.first)) sum.first = first;
    if (last !== undefined && (sum.last === undefined || last > sum.last)) sum.last = last;
    sum.count = (sum.count ?? 0) + count;
    sum.refused = (sum.refused ?? 0) + refused;
  }
}

const MOST_SHOWN = 5;

function credentialOf(
  { keyId, delegators }: GcpAuditRow,
  key: { readonly id: NodeId; readonly account: NodeId } | undefined,
  identity: NodeId,
): Pick<Usage, 'credential' | 'otherCredential'> {
  // Who acts by way of others uses none of the principal's own keys.
  if (keyId === undefined) return delegators.length > 0 ? { otherCredential: true } : {};
  return key?.account === identity ? { credential: key.id } : { otherCredential: true };
}
