import { type Gap, type NodeId, quoteText, type Usage } from '@keyreach/core/graph';
import { actionsOfEvent, type NeededAction } from '../usage/event-actions.ts';
import type { TrailRow, TrailUsage } from '../usage/trail-usage.ts';
import { accountOf, passwordId } from './aws-ids.ts';
import { type NormalizeContext, scopeOf } from './normalize-context.ts';
import { addTrailObservations } from './trail-observations.ts';

/**
 * Adds what CloudTrail records tell of use: the actions that calls needed, by whom and with which credential, and what the
 * records could have shown (aws.md 4.1 to 4.3, `docs/usage-aws.md`). Every identity and credential must be there already.
 * Calls of principals that are not in the input, and calls that no action is known for, are told as gaps.
 */
export function addTrailUse(context: NormalizeContext): void {
  const { trailUsage } = context.input;
  if (trailUsage.length === 0) return;
  const keys = accessKeys(context);
  for (const usage of trailUsage) {
    new SourceUse(usage, keys, context).add();
    addTrailObservations(usage, context);
  }
}

/** Long-term access keys of the input. */
interface AccessKeys {
  readonly byKeyId: ReadonlyMap<string, NodeId>;
  /** Owners of keys without an id: only a credential report tells of them. */
  readonly unnamed: ReadonlySet<NodeId>;
}

function accessKeys({ builder }: NormalizeContext): AccessKeys {
  const byKeyId = new Map<string, NodeId>();
  const unnamed = new Set<NodeId>();
  for (const node of builder.nodes) {
    if (node.kind !== 'credential' || node.type !== 'access-key') continue;
    if (node.publicId !== undefined) byKeyId.set(node.publicId, node.id);
    else unnamed.add(node.id.slice(0, node.id.lastIndexOf('/accesskey/')));
  }
  return { byKeyId, unnamed };
}

/** Parts of a row of use that tell it from others. */
type UseKey = Pick<Usage, 'identity' | 'credential' | 'otherCredential' | 'action' | 'resource' | 'perhaps'>;

type Sum = { -readonly [K in keyof Usage]: Usage[K] };

/** What one source tells, added up as it stands in the graph. */
class SourceUse {
  readonly #usage: TrailUsage;
  readonly #keys: AccessKeys;
  readonly #context: NormalizeContext;
  readonly #sums: Map<string, Sum> = new Map();
  readonly #identities: Map<string, NodeId | undefined> = new Map();
  readonly #strangers: Set<string> = new Set();
  readonly #unknownEvents: Map<string, number> = new Map();

  constructor(usage: TrailUsage, keys: AccessKeys, context: NormalizeContext) {
    this.#usage = usage;
    this.#keys = keys;
    this.#context = context;
  }

  add(): void {
    for (const row of this.#usage.rows) this.#addRow(row);
    const { builder } = this.#context;
    for (const sum of this.#sums.values()) builder.usage(sum);
    this.#addStrangers();
    this.#addUnknownEvents();
  }

  #addRow(row: TrailRow): void {
    const identity = this.#identityOf(row.principal);
    if (identity === undefined) {
      this.#strangers.add(row.principal);
      return;
    }
    // Names are given again: what is older than who has it now was done by another one.
    const made = this.#context.builder.get(identity)?.created;
    if (made !== undefined && row.last !== undefined && row.last < made) {
      this.#strangers.add(row.principal);
      return;
    }
    const who = { identity, ...this.#credentialOf(row.origin, identity) };
    const { known, actions } = actionsOfEvent(row);
    if (!known) {
      const event = `${row.eventSource}:${row.eventName}`;
      this.#unknownEvents.set(event, (this.#unknownEvents.get(event) ?? 0) + row.count + row.refused);
    }
    // The call was made, whatever it needed: that is use of the identity and the credential, not of any action.
    if (!actions.some(({ certain }) => certain)) this.#sum({ ...who, action: '*' }, row);
    for (const action of actions) {
      for (const resource of this.#resourcesOf(action, row)) {
        const perhaps = action.certain ? {} : { perhaps: true };
        this.#sum({ ...who, action: action.action, ...(resource === undefined ? {} : { resource }), ...perhaps }, row);
      }
    }
  }

  #sum(key: UseKey, { first, last, count, refused }: TrailRow): void {
    const { identity, credential, otherCredential, action, resource, perhaps } = key;
    const text = JSON.stringify([identity, credential, otherCredential, action, resource, perhaps]);
    let sum = this.#sums.get(text);
    if (sum === undefined) {
      sum = { ...key, count: 0, refused: 0, source: this.#usage.source };
      this.#sums.set(text, sum);
    }
    if (first !== undefined && (sum.first === undefined || first < sum.first)) sum.first = first;
    if (last !== undefined && (sum.last === undefined || last > sum.last)) sum.last = last;
    sum.count = (sum.count ?? 0) + count;
    sum.refused = (sum.refused ?? 0) + refused;
  }

  #identityOf(principal: string): NodeId | undefined {
    if (this.#identities.has(principal)) return this.#identities.get(principal);
    const { builder, directory } = this.#context;
    const [account, name] = roleNameOf(principal) ?? [];
    const id = account === undefined || name === undefined ? principal : directory.role(account, name);
    const node = id === undefined ? undefined : builder.get(id);
    const identity = node?.kind === 'identity' && node.external !== true ? node.id : undefined;
    this.#identities.set(principal, identity);
    return identity;
  }

  /**
   * The credential the calls began with. Calls of a role belong to the key that opened its first session, whoever owns it.
   * A key id that is none of the user's known keys is one that was deleted, unless a key of the user is known without its id.
   */
  #credentialOf(origin: string | undefined, identity: NodeId): Pick<Usage, 'credential' | 'otherCredential'> {
    if (origin === undefined) return {};
    const { builder } = this.#context;
    if (origin === 'console') {
      const password = passwordId(identity);
      return builder.has(password) ? { credential: password } : {};
    }
    if (!origin.startsWith('AKIA')) return {};
    const credential = this.#keys.byKeyId.get(origin);
    if (credential !== undefined) return { credential };
    return this.#keys.unnamed.has(identity) ? {} : { otherCredential: true };
  }

  #resourcesOf({ of }: NeededAction, { resource, roles }: TrailRow): readonly (string | undefined)[] {
    switch (of) {
      case 'resource':
        return [resource];
      case 'role':
        return roles.length === 0 ? [undefined] : this.#rolesOf(roles);
      case 'other':
        return [undefined];
      default:
        return of satisfies never;
    }
  }

  /** Roles themselves, and those within instance profiles; a profile of unknown content tells no role. */
  #rolesOf(arns: readonly string[]): readonly (string | undefined)[] {
    const { directory } = this.#context;
    const roles = arns.flatMap((arn): readonly (string | undefined)[] => {
      if (!arn.includes(':instance-profile/')) return [arn];
      const within = directory.rolesOfProfile(accountOf(arn) ?? '', arn);
      return within === undefined || within.length === 0 ? [undefined] : within;
    });
    return [...new Set(roles)];
  }

  #addStrangers(): void {
    const { input, builder } = this.#context;
    const byAccount = new Map<string, string[]>();
    for (const principal of this.#strangers) {
      const account = accountOf(principal) ?? '';
      const list = byAccount.get(account);
      if (list === undefined) byAccount.set(account, [principal]);
      else list.push(principal);
    }
    for (const [accountId, principals] of byAccount) {
      const account = input.accounts[accountId];
      const one = principals.length === 1;
      const count = one ? '1 principal of recorded calls is' : `${principals.length} principals of recorded calls are`;
      const why = `${count} not in the input, and ${one ? 'its' : 'their'} use is left out: ${shown(principals.sort().map(quoteText))}`;
      const gap: Gap = {
        scope: account === undefined ? this.#usage.source : scopeOf(account),
        what: 'recorded use',
        why,
        kind: 'not-collected',
      };
      builder.gap(gap);
    }
  }

  #addUnknownEvents(): void {
    if (this.#unknownEvents.size === 0) return;
    let calls = 0;
    for (const count of this.#unknownEvents.values()) calls += count;
    const events = [...this.#unknownEvents]
      .sort(([left, few], [right, many]) => many - few || (left < right ? -1 : 1))
      .map(([event, count]) => `${quoteText(event)} (${count})`);
    const of = events.length === 1 ? '1 event' : `${events.length} events`;
    const why = `${calls} recorded calls of ${of} that no IAM action is known for count as use of no action: ${shown(events)}`;
    this.#context.builder.gap({ scope: this.#usage.source, what: 'recorded use', why, kind: 'bad-input' });
  }
}

const MOST_SHOWN = 5;

function shown(names: readonly string[]): string {
  const more = names.length - MOST_SHOWN;
  return `${names.slice(0, MOST_SHOWN).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/** Account and name in `arn:P:sts::ACCOUNT:assumed-role/NAME`. */
function roleNameOf(principal: string): readonly [account: string, name: string] | undefined {
  const at = principal.indexOf(':assumed-role/');
  if (at === -1 || !principal.startsWith('arn:')) return undefined;
  const account = accountOf(principal);
  const name = principal.slice(at + ':assumed-role/'.length);
  return account === undefined ? undefined : [account, name.includes('/') ? name.slice(0, name.indexOf('/')) : name];
}
