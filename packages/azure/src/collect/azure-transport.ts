import { KeyreachError } from '@keyreach/core/graph';
import type { Audience } from './azure-call.ts';
import type { AzureCloud } from './azure-cloud.ts';

/** One request as it goes over the wire. */
export interface WireRequest {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly audience: Audience;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  /** After which it counts as failed. */
  readonly timeoutMilliseconds: number;
}

/** A reply of whatever status. */
export interface WireResponse {
  readonly status: number;
  /** Seconds or date of `Retry-After`, as sent. */
  readonly retryAfter?: string;
  /** Time of the server, as sent in `Date`. */
  readonly date?: string;
  readonly text: string;
}

/** Sends requests with the caller's credentials. Rejects where no reply came. */
export interface AzureTransport {
  send(request: WireRequest): Promise<WireResponse>;
  /** Puts the tokens aside, so that the next request asks for fresh ones. */
  renew(): void;
}

/** What gives tokens: a `TokenCredential` of `@azure/identity` or of another library. */
export interface TokenSource {
  getToken(scopes: string | string[]): Promise<{ readonly token: string; readonly expiresOnTimestamp: number } | null>;
}

/** Largest reply that is read, in bytes. */
const MOST_BYTES = 200_000_000;

/** A token is asked for anew this long before it ends, in milliseconds. */
const EARLY = 120_000;

/** The credentials of the environment: those that `DefaultAzureCredential` of `@azure/identity` finds. */
export function defaultTokens(cloud: AzureCloud, tenant: string | undefined): () => Promise<TokenSource> {
  return async () => {
    const { DefaultAzureCredential } = await import('@azure/identity');
    return new DefaultAzureCredential({
      authorityHost: cloud.login,
      ...(tenant === undefined ? {} : { tenantId: tenant }),
    });
  };
}

/** Sends over `@azure/core-rest-pipeline`, without its retries and redirects. `tokens` is asked again after {@link AzureTransport.renew}. */
export function identityTransport(cloud: AzureCloud, tokens: () => Promise<TokenSource>): AzureTransport {
  let source: Promise<TokenSource> | undefined;
  const known = new Map<Audience, Promise<{ readonly token: string; readonly expiresOnTimestamp: number }>>();
  const ask = async (audience: Audience): Promise<{ readonly token: string; readonly expiresOnTimestamp: number }> => {
    source ??= tokens();
    let answer: Awaited<ReturnType<TokenSource['getToken']>>;
    try {
      answer = await (await source).getToken(`https://${cloud.hosts[audience]}/.default`);
    } catch (error) {
      throw tokenFailure(error);
    }
    if (answer === null) throw noCredentials();
    return answer;
  };
  const tokenFor = async (audience: Audience): Promise<string> => {
    const before = await known.get(audience)?.catch(() => undefined);
    if (before !== undefined && before.expiresOnTimestamp - EARLY > Date.now()) return before.token;
    const asked = ask(audience);
    known.set(audience, asked);
    return (await asked).token;
  };
  return {
    renew: () => {
      source = undefined;
      known.clear();
    },
    send: async ({ method, url, audience, body, headers = {}, signal, timeoutMilliseconds }) => {
      const { createDefaultHttpClient, createHttpHeaders, createPipelineRequest } = await import(
        '@azure/core-rest-pipeline'
      );
      const token = await tokenFor(audience);
      const request = createPipelineRequest({
        url,
        method,
        abortSignal: signal,
        timeout: timeoutMilliseconds,
        allowInsecureConnection: cloud.endpoint !== undefined,
        headers: createHttpHeaders({
          ...headers,
          accept: 'application/json',
          authorization: `Bearer ${token}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        }),
        streamResponseStatusCodes: new Set([Number.POSITIVE_INFINITY]),
        ...(body === undefined ? {} : { body }),
      });
      const response = await createDefaultHttpClient().sendRequest(request);
      const retryAfter = response.headers.get('retry-after');
      const date = response.headers.get('date');
      return {
        status: response.status,
        text: await textOf(response.readableStreamBody),
        ...(retryAfter === undefined ? {} : { retryAfter }),
        ...(date === undefined ? {} : { date }),
      };
    },
  };
}

async function textOf(stream: NodeJS.ReadableStream | undefined): Promise<string> {
  if (stream === undefined) return '';
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of stream) {
    const bytes = typeof part === 'string' ? Buffer.from(part, 'utf8') : part;
    size += bytes.length;
    if (size > MOST_BYTES) throw new Error('a reply that is too large');
    parts.push(bytes);
  }
  return Buffer.concat(parts).toString('utf8');
}

function noCredentials(): KeyreachError {
  return new KeyreachError(
    'no-credentials',
    'no Azure credentials were found; run `az login`, or set AZURE_TENANT_ID, AZURE_CLIENT_ID and a secret or certificate',
  );
}

/** A token that could not be had: none of the ways to sign in is there, it was refused for good, or no answer came. */
function tokenFailure(error: unknown): Error {
  const name = error instanceof Error ? error.name : '';
  if (name === 'CredentialUnavailableError' || name === 'AggregateAuthenticationError') return noCredentials();
  const status = typeof error === 'object' && error !== null && 'statusCode' in error ? error.statusCode : undefined;
  if (typeof status !== 'number' || status >= 500 || status === 429) return new Error('no token was given');
  return new KeyreachError(
    'expired-credentials',
    'Microsoft Entra ID gave no token for the credentials; sign in again (`az login`) and run the same command',
  );
}
