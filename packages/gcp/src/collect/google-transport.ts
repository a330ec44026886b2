import { KeyreachError } from '@keyreach/core/graph';

/** One request as it goes over the wire. */
export interface WireRequest {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly body?: string;
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
export interface GoogleTransport {
  send(request: WireRequest): Promise<WireResponse>;
  /** Puts the token aside, so that the next request asks for a fresh one. */
  renew(): void;
}

/** What transports are made with. */
export interface TransportOptions {
  /** Project whose quota is used, where the credentials need one (gcp.md 4.1). */
  readonly quotaProject?: string;
}

/** Reading is all that is done; the second scope is for groups (gcp.md 4.1). */
export const GOOGLE_SCOPES: readonly string[] = [
  'https://www.googleapis.com/auth/cloud-platform',
  'https://www.googleapis.com/auth/cloud-identity.groups.readonly',
];

/** A client of google-auth-library, as far as it is used here. */
type AuthClient = Awaited<ReturnType<import('google-auth-library').GoogleAuth['getClient']>>;

/** Credentials of the environment: the clients that google-auth-library finds (`gcloud auth application-default`). */
export interface GoogleCredentials {
  client(): Promise<AuthClient>;
  renew(): void;
}

/** The default credentials; loaded when first needed. */
export function defaultCredentials({ quotaProject }: TransportOptions): GoogleCredentials {
  let client: Promise<AuthClient> | undefined;
  const open = async (): Promise<AuthClient> => {
    try {
      const { GoogleAuth } = await import('google-auth-library');
      // With a project given the library does not ask Resource Manager for one, which some callers may not.
      const found = await new GoogleAuth({ scopes: [...GOOGLE_SCOPES], projectId: quotaProject ?? '-' }).getClient();
      if (quotaProject !== undefined) found.quotaProjectId = quotaProject;
      return found;
    } catch {
      // The cause may hold what the file of credentials holds.
      throw new KeyreachError(
        'no-credentials',
        'no Google credentials were found; run `gcloud auth application-default login`, or set GOOGLE_APPLICATION_CREDENTIALS',
      );
    }
  };
  return {
    client: () => {
      client ??= open();
      return client;
    },
    renew: () => {
      client = undefined;
    },
  };
}

/** Largest reply that is read, in bytes. */
const MOST_BYTES = 200_000_000;

/** Sends over google-auth-library, without its retries. */
export function authTransport(credentials: GoogleCredentials): GoogleTransport {
  return {
    renew: () => credentials.renew(),
    send: async ({ method, url, body, signal, timeoutMilliseconds }) => {
      const client = await credentials.client();
      try {
        await client.getAccessToken();
      } catch (error) {
        throw tokenFailure(error);
      }
      const response = await client.request<unknown>({
        url,
        method,
        signal,
        timeout: timeoutMilliseconds,
        responseType: 'text',
        retry: false,
        retryConfig: { retry: 0 },
        redirect: 'error',
        size: MOST_BYTES,
        validateStatus: () => true,
        headers: { accept: 'application/json', ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
        ...(body === undefined ? {} : { body }),
      });
      const retryAfter = response.headers.get('retry-after');
      const date = response.headers.get('date');
      return {
        status: response.status,
        text: typeof response.data === 'string' ? response.data : JSON.stringify(response.data ?? {}),
        ...(retryAfter === null ? {} : { retryAfter }),
        ...(date === null ? {} : { date }),
      };
    },
  };
}

/** A token that could not be had: refused for good, or no answer, which another try may get. */
function tokenFailure(error: unknown): Error {
  const status = typeof error === 'object' && error !== null && 'status' in error ? error.status : undefined;
  if (typeof status !== 'number' || status >= 500 || status === 429) return new Error('no token was given');
  return new KeyreachError(
    'expired-credentials',
    'Google gave no token for the credentials; sign in again (`gcloud auth application-default login`) and run the same command',
  );
}
