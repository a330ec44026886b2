import type { Attempt } from '@keyreach/core/collection';
import { KeyreachError } from '@keyreach/core/graph';
import { isRecord, type RawRecord } from '@keyreach/core/input';
import type { AttemptFailure, CallSender } from './call-sender.ts';
import { failedReply } from './failed-reply.ts';
import type { FailureKind } from './google-call.ts';
import type { GoogleEndpoint } from './google-endpoint.ts';
import type { GoogleCredentials } from './google-transport.ts';
import { METHODS } from './methods.ts';

/** What a list of boundaries gave; with `failed`, what came before the failure. */
export interface BoundaryList {
  readonly items: readonly RawRecord[];
  readonly failed?: AttemptFailure;
}

/** Principal access boundaries and their bindings (v3), whatever client reads them. */
export interface BoundarySource {
  /** `organizations/O`. */
  policies(organization: string): Promise<BoundaryList>;
  /** Of a policy, by its name, wherever they bind it. */
  bindings(policy: string): Promise<BoundaryList>;
  /** That a project, folder or organization holds: those of sets of principals of it. */
  bindingsOf(parent: string): Promise<BoundaryList>;
}

/** Codes of gRPC, which the client maps replies to. */
const KINDS: Readonly<Record<number, FailureKind>> = {
  3: 'invalid',
  4: 'network',
  5: 'not-found',
  7: 'denied',
  8: 'throttled',
  13: 'network',
  14: 'network',
  16: 'expired',
};

/** Milliseconds that the client waits for one page. */
const TIMEOUT = 60_000;

/** Records of one list; no organization has as many. */
const MOST_RECORDS = 200_000;

const PAGE = 1000;

type AuthClient = Awaited<ReturnType<GoogleCredentials['client']>>;

/** Reads with the clients of `@google-cloud/iam`, over REST (gcp.md 6), within the bounds of the sender; loaded when first needed. */
export function iamBoundaries(
  credentials: GoogleCredentials,
  endpoint: GoogleEndpoint | undefined,
  sender: Pick<CallSender, 'within'>,
): BoundarySource {
  let opened: { readonly of: AuthClient; readonly clients: ReturnType<typeof clientsOf> } | undefined;
  // Fresh credentials need fresh clients.
  const open = async (): ReturnType<typeof clientsOf> => {
    const of = await credentials.client();
    if (opened?.of !== of) opened = { of, clients: clientsOf(of, endpoint) };
    return opened.clients;
  };
  const read = async (
    list: (clients: Awaited<ReturnType<typeof clientsOf>>) => AsyncIterable<unknown>,
  ): Promise<BoundaryList> => {
    let items: RawRecord[] = [];
    const attempt = async (signal: AbortSignal): Promise<Attempt<undefined, AttemptFailure>> => {
      const found: RawRecord[] = [];
      items = found;
      try {
        for await (const item of list(await open())) {
          if (signal.aborted) break;
          const plain: unknown = JSON.parse(JSON.stringify(item));
          if (isRecord(plain)) found.push(plainMessage(plain));
          if (found.length > MOST_RECORDS) return { ok: false, failed: { kind: 'other', error: 'a list without end' } };
        }
        return { ok: true, reply: undefined };
      } catch (error) {
        if (error instanceof KeyreachError) throw error;
        return { ok: false, failed: failureOf(error) };
      }
    };
    const result = await sender.within(attempt, () => credentials.renew());
    return result.ok ? { items } : { items, failed: result.failed };
  };
  // Each page is asked for anyway; without saying so the client warns.
  const options = { timeout: TIMEOUT, autoPaginate: false };
  return {
    policies: (organization) =>
      read(({ policies }) =>
        policies.listPrincipalAccessBoundaryPoliciesAsync(
          { parent: `${organization}/locations/global`, pageSize: PAGE },
          options,
        ),
      ),
    bindings: (policy) =>
      read(({ policies }) =>
        policies.searchPrincipalAccessBoundaryPolicyBindingsAsync({ name: policy, pageSize: PAGE }, options),
      ),
    bindingsOf: (parent) =>
      read(({ bindings }) =>
        bindings.listPolicyBindingsAsync({ parent: `${parent}/locations/global`, pageSize: PAGE }, options),
      ),
  };
}

async function clientsOf(client: AuthClient, endpoint: GoogleEndpoint | undefined) {
  const { v3 } = await import('@google-cloud/iam');
  const to = endpoint === undefined ? {} : { protocol: 'http', apiEndpoint: endpoint.host, port: endpoint.port };
  // The clients bring an edition of google-auth-library of their own, whose types are not ours.
  const given = { fallback: true, authClient: client as never, ...to };
  return {
    policies: new v3.PrincipalAccessBoundaryPoliciesClient(given),
    bindings: new v3.PolicyBindingsClient(given),
  };
}

/** Times come as seconds and nanoseconds, and are of no use here. */
function plainMessage(message: RawRecord): RawRecord {
  const { createTime: _, updateTime: __, ...rest } = message;
  return rest;
}

/** Replies come as errors of HTTP, with the reply for a message; what never left the client has a code of gRPC. */
function failureOf(error: unknown): AttemptFailure {
  const { status, code } =
    typeof error === 'object' && error !== null ? (error as Readonly<Record<string, unknown>>) : {};
  if (typeof status === 'number' && status >= 100) {
    const text = error instanceof Error ? error.message : '';
    const { call: _, ...failed } = failedReply({ method: METHODS.policyBindings, path: '/v3' }, status, text);
    return failed;
  }
  if (typeof code !== 'number') return { kind: 'network', error: 'no answer' };
  return { kind: KINDS[code] ?? 'other', error: `code ${code}` };
}
