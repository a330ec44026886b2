import type { CollectClock } from '@keyreach/core/collection';
import { isRecord } from '@keyreach/core/input';
import type { FailedCall } from './calls.ts';
import type { ClientFactory, ServiceClient, SessionCredentials } from './sdk-clients.ts';

/** Clients that share one set of credentials. */
export interface OpenSession {
  /** The client of a service in a region; made once. */
  client(service: string, region: string | undefined): Promise<ServiceClient>;
}

/** A session, or the call that was to open it and failed. */
export type Opened =
  | { readonly ok: true; readonly session: OpenSession }
  | { readonly ok: false; readonly failed: FailedCall };

/** Credentials for one account that are renewed when they end. */
export interface AccountSession {
  /** The session to use now; opened when first asked for, and again before it ends. */
  open(): Promise<Opened>;
  /** Puts a session aside that has ended, so that the next one is opened anew; one that was replaced already is left. */
  ended(session: OpenSession): void;
  /** True where nothing but the user can renew it. */
  readonly own: boolean;
}

/** Region of clients where a call names none. */
export interface SessionOptions {
  readonly clients: ClientFactory;
  readonly region: string | undefined;
}

/** The credentials that the collection was started with. What can renew itself (a profile, a container) is asked anew. */
export function ownSession({ clients, region }: SessionOptions): AccountSession {
  let session: OpenSession | undefined;
  return {
    own: true,
    open: async () => {
      session ??= openSession(clients, region, undefined);
      return { ok: true, session };
    },
    ended: (old) => {
      if (session === old) session = undefined;
    },
  };
}

/** How a role is assumed. */
export interface RoleOptions extends SessionOptions {
  readonly roleArn: string;
  readonly externalId: string | undefined;
  readonly clock: CollectClock;
  /** Sends a call with the credentials that the collection was started with. */
  readonly assume: (
    input: Readonly<Record<string, unknown>>,
  ) => Promise<
    | { readonly ok: true; readonly reply: Readonly<Record<string, unknown>> }
    | { readonly ok: false; readonly failed: FailedCall }
  >;
}

/** The longest session that a role session may open (role chaining), in seconds. */
const SESSION_SECONDS = 3600;

/** A session is replaced as long before its end. */
const MARGIN_MILLISECONDS = 5 * 60_000;

/** Sessions of a role in another account, each for an hour at most. */
export function roleSession({ clients, region, roleArn, externalId, clock, assume }: RoleOptions): AccountSession {
  let current: { readonly session: OpenSession; readonly until: number } | undefined;
  let opening: Promise<Opened> | undefined;
  const openAnew = async (): Promise<Opened> => {
    const began = clock.milliseconds();
    const result = await assume({
      RoleArn: roleArn,
      RoleSessionName: 'keyreach-collect',
      DurationSeconds: SESSION_SECONDS,
      ...(externalId === undefined ? {} : { ExternalId: externalId }),
    });
    if (!result.ok) return result;
    const credentials = credentialsOf(result.reply);
    if (credentials === undefined) {
      const call = { service: 'sts', command: 'AssumeRole', action: 'sts:AssumeRole' };
      return { ok: false, failed: { call, error: 'NoCredentials', kind: 'other' } };
    }
    const session = openSession(clients, region, credentials);
    current = { session, until: began + SESSION_SECONDS * 1000 - MARGIN_MILLISECONDS };
    return { ok: true, session };
  };
  return {
    own: false,
    open: async () => {
      if (current !== undefined && clock.milliseconds() < current.until) return { ok: true, session: current.session };
      // Calls side by side wait for one session.
      opening ??= openAnew().finally(() => {
        opening = undefined;
      });
      return opening;
    },
    ended: (old) => {
      if (current?.session === old) current = undefined;
    },
  };
}

function openSession(
  clients: ClientFactory,
  defaultRegion: string | undefined,
  credentials: SessionCredentials | undefined,
): OpenSession {
  const made = new Map<string, Promise<ServiceClient>>();
  return {
    client: (service, wanted) => {
      const region = wanted ?? defaultRegion;
      const key = `${service} ${region ?? ''}`;
      let client = made.get(key);
      if (client === undefined) {
        client = clients(service, {
          ...(region === undefined ? {} : { region }),
          ...(credentials === undefined ? {} : { credentials }),
        });
        made.set(key, client);
      }
      return client;
    },
  };
}

function credentialsOf(reply: Readonly<Record<string, unknown>>): SessionCredentials | undefined {
  const found = reply['Credentials'];
  if (!isRecord(found)) return undefined;
  const { AccessKeyId, SecretAccessKey, SessionToken } = found;
  if (typeof AccessKeyId !== 'string' || typeof SecretAccessKey !== 'string') return undefined;
  return {
    accessKeyId: AccessKeyId,
    secretAccessKey: SecretAccessKey,
    ...(typeof SessionToken === 'string' ? { sessionToken: SessionToken } : {}),
  };
}
