import type { Gap, NodeId } from '@keyreach/core/graph';
import { isRecord, type RawRecord } from '@keyreach/core/input';
import { AZURE } from '../normalize/azure-ids.ts';
import type { ArmClients, ArmLists } from './arm-lists.ts';
import type { AzureCall, AzureMethod, FailedCall, ListResult } from './azure-call.ts';
import type { CallSender } from './call-sender.ts';
import { METHODS } from './methods.ts';
import type { AzureOwner, OwnerCalls } from './part.ts';

/** What calls are made with. */
export interface CallMeans {
  readonly sender: CallSender;
  readonly arm: ArmLists;
}

/** Rows of Resource Graph to a page (azure.md 4.1). */
const ROWS = 1000;

/** Pages of one query. */
const MOST_PAGES = 100_000;

const RESOURCE_GRAPH = '/providers/Microsoft.ResourceGraph/resources?api-version=2022-10-01';

/** The calls of one part about one owner, with what it could not read. */
export class PartCalls implements OwnerCalls {
  readonly #means: CallMeans;
  readonly #owner: AzureOwner;
  readonly #gaps: Gap[] = [];
  #again = false;
  #incomplete = false;

  constructor(means: CallMeans, owner: AzureOwner) {
    this.#means = means;
    this.#owner = owner;
  }

  /** What was noted, in an order of its own. */
  get gaps(): readonly Gap[] {
    return [...this.#gaps].sort((left, right) => (JSON.stringify(left) < JSON.stringify(right) ? -1 : 1));
  }

  /** True where another run may read more. */
  get again(): boolean {
    return this.#again;
  }

  /** True where something is there, or may be, that was not read. */
  get incomplete(): boolean {
    return this.#incomplete;
  }

  async sent(what: string, call: AzureCall): Promise<RawRecord | undefined> {
    const result = await this.#means.sender.send(call);
    if (result.ok) return result.reply;
    this.failed(what, result.failed);
    return undefined;
  }

  unread(what: string, why: string): void {
    this.#again = true;
    this.#incomplete = true;
    this.#gaps.push({ scope: ownerScope(this.#owner), what, why, kind: 'not-collected' });
  }

  async listed(what: string, call: AzureCall): Promise<readonly RawRecord[] | undefined> {
    return this.#taken(what, await this.#means.sender.list(call));
  }

  async armListed(
    what: string,
    method: AzureMethod,
    ask: (clients: ArmClients) => { byPage(): AsyncIterable<unknown> },
  ): Promise<readonly RawRecord[] | undefined> {
    return this.#taken(what, await this.#means.arm.list(method, ask));
  }

  async batch(calls: readonly AzureCall[]): Promise<readonly ListResult[]> {
    return this.#means.sender.batch(calls);
  }

  async queried(
    what: string,
    query: string,
    subscriptions: readonly string[],
  ): Promise<readonly RawRecord[] | undefined> {
    return this.#taken(what, await resourceGraphRows(this.#means.sender, query, subscriptions));
  }

  #taken(what: string, { items, failed }: ListResult): readonly RawRecord[] | undefined {
    if (failed === undefined) return items;
    this.failed(what, failed);
    return items.length > 0 ? items : undefined;
  }

  failed(what: string, failed: FailedCall, count?: number): void {
    // What does not exist, or is refused as a request, is an answer.
    if (failed.kind !== 'not-found' && failed.kind !== 'invalid') this.#again = true;
    this.#incomplete = true;
    const { why, fix } = whyItFailed(failed);
    const often = count === undefined || count === 1 ? '' : ` (${count} times)`;
    this.#gaps.push({
      scope: ownerScope(this.#owner),
      what,
      why: `${why}${often}`,
      ...(fix === undefined ? {} : { fix }),
      kind: 'not-collected',
    });
  }
}

/**
 * All rows of a query of Resource Graph. `AtScopeAboveAndBelow` lets it see what is placed above; while there is a `$skipToken`
 * there is more, whatever `resultTruncated` says (azure.md 4.1, 4.3).
 */
export async function resourceGraphRows(
  sender: CallSender,
  query: string,
  subscriptions: readonly string[],
): Promise<ListResult> {
  const method = METHODS.resourceGraph;
  const items: RawRecord[] = [];
  const seen = new Set<string>();
  const failed = (error: string): ListResult => ({ items, failed: { method, kind: 'other', error } });
  let token: string | undefined;
  for (let pages = 0; pages < MOST_PAGES; pages += 1) {
    const options = {
      resultFormat: 'objectArray',
      $top: ROWS,
      authorizationScopeFilter: 'AtScopeAboveAndBelow',
      ...(token === undefined ? {} : { $skipToken: token }),
    };
    const body = { ...(subscriptions.length === 0 ? {} : { subscriptions }), query, options };
    const result = await sender.send({ method, path: RESOURCE_GRAPH, body });
    if (!result.ok) return { items, failed: result.failed };
    const { data, $skipToken: next, resultTruncated } = result.reply;
    if (!Array.isArray(data)) return failed('a reply without `data`');
    const records = (data as readonly unknown[]).filter(isRecord);
    for (const record of records) items.push(record);
    if (records.length < data.length) return failed('`data` is no list of records');
    if (next === undefined || next === null || next === '') {
      return String(resultTruncated).toLowerCase() === 'true' ? failed('rows that are cut off') : { items };
    }
    if (typeof next !== 'string' || seen.has(next)) return failed('a next page that repeats');
    seen.add(next);
    token = next;
  }
  return failed('more pages than any query has');
}

/** Node that gaps of an owner are about, in the words of its API; `azure` for the directory. */
export function ownerScope({ scope }: AzureOwner): NodeId {
  return scope === undefined ? AZURE : `/${scope}`;
}

/** A failed call in words, with what to grant or to do where that is known. */
export function whyItFailed({ method, error, kind }: FailedCall): Pick<Gap, 'why' | 'fix'> {
  const { name, audience, permission } = method;
  const api = audience === 'arm' ? 'Resource Manager' : audience === 'graph' ? 'Microsoft Graph' : 'Log Analytics';
  const why = `${api} ${name} failed: ${error}`;
  switch (kind) {
    case 'denied': {
      if (permission === undefined) return { why };
      const fix =
        audience === 'arm'
          ? `allow \`${permission}\` there, for example by Reader on the root management group`
          : audience === 'logs'
            ? `allow \`${permission}\` on the workspace, for example by Log Analytics Reader`
            : `grant the application permission \`${permission}\``;
      return { why, fix };
    }
    case 'unlicensed':
      return { why: `${why}: the tenant has no licence for it` };
    case 'throttled':
    case 'network':
    case 'expired':
      return { why, fix: 'run the same command again' };
    case 'not-found':
    case 'invalid':
    case 'other':
      return { why };
    default: {
      const never: never = kind;
      return never;
    }
  }
}
