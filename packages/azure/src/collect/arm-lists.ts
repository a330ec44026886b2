import { isRecord, type RawRecord } from '@keyreach/core/input';
import type { AzureMethod, FailedCall, ListResult } from './azure-call.ts';
import { type AzureCloud, pathIn } from './azure-cloud.ts';
import type { CallSender } from './call-sender.ts';

/** The clients of Resource Manager whose calls are made (azure.md 6). */
export interface ArmClients {
  readonly authorization: import('@azure/arm-authorization').AuthorizationManagementClient;
  readonly subscriptions: import('@azure/arm-resources-subscriptions').SubscriptionClient;
  readonly managementGroups: import('@azure/arm-managementgroups').ManagementGroupsAPI;
}

/** Something of which the pages are asked for, as the clients give it. */
interface Paged {
  byPage(): AsyncIterable<unknown>;
}

/** Pages of one list. */
const MOST_PAGES = 100_000;

/** What ends a list of a client, which throws what our end of the wire throws. */
class CallFailure extends Error {
  readonly failed: FailedCall;

  constructor(failed: FailedCall) {
    super(failed.error);
    this.failed = failed;
  }
}

/**
 * Lists of Resource Manager by the clients of Microsoft: they make the calls and follow the pages. What they send goes over our own
 * sender, within the bounds of the collection; what comes is kept as it came, since the clients leave out what their types do not
 * have (azure.md 6).
 */
export class ArmLists {
  readonly #sender: CallSender;
  readonly #cloud: AzureCloud;

  constructor(sender: CallSender, cloud: AzureCloud) {
    this.#sender = sender;
    this.#cloud = cloud;
  }

  /**
   * All records of a list. A page that repeats is a failure.
   *
   * @throws What {@link CallSender.send} throws.
   */
  async list(method: AzureMethod, ask: (clients: ArmClients) => Paged): Promise<ListResult> {
    const items: RawRecord[] = [];
    const seen = new Set<string>();
    const take = (path: string, reply: RawRecord): void => {
      if (seen.has(path) || seen.size > MOST_PAGES) {
        throw new CallFailure({ method, kind: 'other', error: 'a next page that repeats' });
      }
      seen.add(path);
      const value = reply['value'];
      if (!Array.isArray(value)) throw new CallFailure({ method, kind: 'other', error: 'a reply without `value`' });
      const records = (value as readonly unknown[]).filter(isRecord);
      for (const record of records) items.push(record);
      if (records.length < value.length) {
        throw new CallFailure({ method, kind: 'other', error: '`value` is no list of records' });
      }
    };
    try {
      for await (const _ of ask(await this.#clients(method, take)).byPage());
    } catch (error) {
      if (error instanceof CallFailure) return { items, failed: error.failed };
      throw error;
    }
    return { items };
  }

  /**
   * One record.
   *
   * @throws What {@link CallSender.send} throws.
   */
  async get(
    method: AzureMethod,
    ask: (clients: ArmClients) => Promise<unknown>,
  ): Promise<{ readonly item: RawRecord } | { readonly failed: FailedCall }> {
    let item: RawRecord | undefined;
    try {
      await ask(
        await this.#clients(method, (_, reply) => {
          item = reply;
        }),
      );
    } catch (error) {
      if (error instanceof CallFailure) return { failed: error.failed };
      throw error;
    }
    return item === undefined ? { failed: { method, kind: 'other', error: 'no reply' } } : { item };
  }

  async #clients(method: AzureMethod, take: (path: string, reply: RawRecord) => void): Promise<ArmClients> {
    const [authorization, subscriptions, managementGroups] = await Promise.all([
      import('@azure/arm-authorization'),
      import('@azure/arm-resources-subscriptions'),
      import('@azure/arm-managementgroups'),
    ]);
    const endpoint = `https://${this.#cloud.hosts.arm}`;
    const options = { endpoint, httpClient: this.#httpClient(method, take), retryOptions: { maxRetries: 0 } };
    return {
      authorization: new authorization.AuthorizationManagementClient(NO_TOKENS, NO_SUBSCRIPTION, options),
      subscriptions: new subscriptions.SubscriptionClient(NO_TOKENS, options),
      managementGroups: new managementGroups.ManagementGroupsAPI(NO_TOKENS, options),
    };
  }

  /** Our end of the wire: the sender adds the token and tries again. */
  #httpClient(
    method: AzureMethod,
    take: (path: string, reply: RawRecord) => void,
  ): import('@azure/core-rest-pipeline').HttpClient {
    return {
      sendRequest: async (request) => {
        const path = pathIn(this.#cloud, 'arm', request.url);
        if (path === undefined) {
          throw new CallFailure({ method, kind: 'other', error: 'a next page on another host' });
        }
        // A path that begins with two slashes is what clients make of a scope that begins with one.
        const result = await this.#sender.send({ method, path: path.replace(/^\/\/+/, '/') });
        if (!result.ok) throw new CallFailure(result.failed);
        take(path, result.reply);
        const { createHttpHeaders } = await import('@azure/core-rest-pipeline');
        const headers = createHttpHeaders({ 'content-type': 'application/json' });
        return { request, status: 200, headers, bodyAsText: JSON.stringify(paged(result.reply)) };
      },
    };
  }
}

/** What a client needs to follow the pages; it need not read the records. */
function paged(reply: RawRecord): RawRecord {
  return Array.isArray(reply['value']) ? { value: [], nextLink: reply['nextLink'] } : {};
}

/** The clients ask for a token before they send; the sender adds the real one. */
const NO_TOKENS = {
  getToken: async () => ({ token: 'none', expiresOnTimestamp: Number.MAX_SAFE_INTEGER }),
};

/** Only calls by scope are made. */
const NO_SUBSCRIPTION = '00000000-0000-0000-0000-000000000000';
