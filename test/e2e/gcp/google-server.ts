import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import type { SecretRegister } from '../secret-register.ts';
import type { GoogleBigQuery } from './google-bigquery.ts';
import type { GoogleEstate, Raw } from './google-estate.ts';
import { type Answer, type Routed, routeOf } from './google-routes.ts';

/** Calls that fail, and how. What is left out matches every call. */
export interface GoogleFault {
  readonly name?: string;
  readonly project?: string;
  /** The first and the last of the matching calls that fails, from 1. */
  readonly from?: number;
  readonly to?: number;
  readonly effect:
    | { readonly kind: 'throttled'; readonly retryAfter?: number }
    | { readonly kind: 'denied' }
    | { readonly kind: 'unavailable' }
    | { readonly kind: 'dropped' }
    /** All tokens so far are worth nothing any more; with `forGood` nor are those that follow. */
    | { readonly kind: 'tokens-end'; readonly forGood?: true };
}

/** What the server is to do. */
export interface GoogleServerOptions {
  readonly estate: GoogleEstate;
  /** Takes the tokens that are given out. */
  readonly secrets: SecretRegister;
  readonly faults?: readonly GoogleFault[];
  /** Runs queries; without it there is no BigQuery. */
  readonly bigQuery?: GoogleBigQuery;
  /** Told of every call before it is answered. */
  readonly onCall?: (call: GoogleCounted, count: number) => void;
}

/** One call that came in. */
export interface GoogleCounted {
  /** `serviceAccounts.list`; empty where the server does not know the call. */
  readonly name: string;
  /** Method, path and query. */
  readonly request: string;
  readonly project: string | undefined;
  status: number;
}

/** A server on loopback that stands for all of Google. */
export interface GoogleServer {
  readonly url: string;
  readonly calls: readonly GoogleCounted[];
  /** Ends all tokens for good, and gives them again. */
  signOut(): void;
  signIn(): void;
  close(): Promise<void>;
}

/** Starts the server: it exchanges tokens, cuts lists into pages, and answers as the APIs do (gcp.md 4). */
export async function startGoogleServer(options: GoogleServerOptions): Promise<GoogleServer> {
  const { bigQuery, estate, secrets, faults = [] } = options;
  const calls: GoogleCounted[] = [];
  const seen = faults.map(() => 0);
  const tokens = new Set<string>();
  let isOver = false;

  const server = createServer((incoming, outgoing) => {
    const url = new URL(incoming.url ?? '/', 'http://127.0.0.1');
    void text(incoming).then((body) => {
      if (url.pathname === '/v1/token') giveToken(outgoing);
      else void serve(incoming, outgoing, url, body);
    });
  });

  function giveToken(outgoing: ServerResponse): void {
    if (isOver) {
      send(outgoing, 400, { error: 'invalid_grant', error_description: 'the subject token has expired' });
      return;
    }
    const token = secrets.plant(`access token ${tokens.size}`);
    tokens.add(token);
    send(outgoing, 200, {
      access_token: token,
      issued_token_type: 'urn:ietf:params:oauth:token-type:access_token',
      token_type: 'Bearer',
      expires_in: 3600,
    });
  }

  async function serve(incoming: IncomingMessage, outgoing: ServerResponse, url: URL, sent: string): Promise<void> {
    const routed = routeOf(estate, incoming.method ?? 'GET', url);
    const counted: GoogleCounted = {
      name: routed?.route.name ?? '',
      request: `${incoming.method ?? ''} ${url.pathname}${url.search}`,
      project: routed?.project,
      status: 0,
    };
    calls.push(counted);
    options.onCall?.(counted, calls.length);
    const effect = effectOn(counted);
    if (effect?.kind === 'dropped') {
      incoming.socket.destroy();
      return;
    }
    const { status, body, headers } = await reply(routed, effect, incoming, url, sent);
    counted.status = status;
    send(outgoing, status, body, headers);
  }

  async function reply(
    routed: Routed | undefined,
    effect: Exclude<GoogleFault['effect'], { readonly kind: 'dropped' }> | undefined,
    { headers: { authorization = '' }, method = 'GET' }: IncomingMessage,
    url: URL,
    sent: string,
  ): Promise<Reply> {
    if (effect?.kind === 'tokens-end') {
      tokens.clear();
      isOver ||= effect.forGood === true;
    }
    const token = /^Bearer (.+)$/.exec(authorization)?.[1] ?? '';
    // As if an API repeated the token: it may come out nowhere.
    if (!tokens.has(token)) return failure(401, 'UNAUTHENTICATED', `bad token ${token}`);
    if (effect?.kind === 'throttled') {
      const headers = effect.retryAfter === undefined ? {} : { 'retry-after': String(effect.retryAfter) };
      return { ...failure(429, 'RESOURCE_EXHAUSTED', 'quota', 'RATE_LIMIT_EXCEEDED'), headers };
    }
    if (effect?.kind === 'unavailable') return failure(503, 'UNAVAILABLE', 'try again');
    if (effect?.kind === 'denied') return failure(403, 'PERMISSION_DENIED', 'missing', 'IAM_PERMISSION_DENIED');
    if (routed === undefined) return failure(404, 'NOT_FOUND', 'no such method');
    const project = estate.projects.find(({ projectId }) => projectId === routed.project);
    const { service } = routed.route;
    if (project?.disabled?.includes(service) === true) {
      const metadata = { service, consumer: project.name };
      return failure(403, 'PERMISSION_DENIED', 'not used before', 'SERVICE_DISABLED', metadata);
    }
    const answer = routed.answer();
    if (answer.kind !== 'query') return replyTo(answer, url);
    return (await bigQuery?.answer(method, url, sent)) ?? failure(404, 'NOT_FOUND', 'no such job');
  }

  /** Every matching row counts; the first that is due decides. */
  function effectOn(call: GoogleCounted): GoogleFault['effect'] | undefined {
    let effect: GoogleFault['effect'] | undefined;
    for (const [index, fault] of faults.entries()) {
      if (fault.name !== undefined && fault.name !== call.name) continue;
      if (fault.project !== undefined && fault.project !== call.project) continue;
      const count = (seen[index] ?? 0) + 1;
      seen[index] = count;
      if (count >= (fault.from ?? 1) && count <= (fault.to ?? Number.POSITIVE_INFINITY)) effect ??= fault.effect;
    }
    return effect;
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('the server has no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    calls,
    signOut: () => {
      tokens.clear();
      isOver = true;
    },
    signIn: () => {
      isOver = false;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

interface Reply {
  readonly status: number;
  readonly body: Raw;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Pages of a list: a token is good for the same question only, and an empty list is `{}`. */
function replyTo(answer: Exclude<Answer, { readonly kind: 'query' }>, url: URL): Reply {
  switch (answer.kind) {
    case 'record':
      return { status: 200, body: answer.record };
    case 'error':
      return failure(answer.status, answer.error, 'no');
    case 'list': {
      const question = new URLSearchParams(url.searchParams);
      question.delete('pageToken');
      const asked = `${url.pathname}?${question.toString()}`;
      const [from = '0', of = asked] = Buffer.from(url.searchParams.get('pageToken') ?? '', 'base64url')
        .toString('utf8')
        .split(' ', 2)
        .filter((word) => word !== '');
      if (of !== asked) return failure(400, 'INVALID_ARGUMENT', 'another question');
      const size = Math.min(answer.most, Number(url.searchParams.get('pageSize') ?? answer.usual));
      const until = Number(from) + size;
      const items = answer.items.slice(Number(from), until);
      const next = Buffer.from(`${until} ${asked}`).toString('base64url');
      return {
        status: 200,
        body: {
          ...(items.length === 0 ? {} : { [answer.field]: items }),
          ...(until < answer.items.length ? { nextPageToken: next } : {}),
        },
      };
    }
    default: {
      const never: never = answer;
      return never;
    }
  }
}

function failure(code: number, status: string, message: string, reason?: string, metadata: Raw = {}): Reply {
  const info = { '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason, domain: 'googleapis.com', metadata };
  const body = { error: { code, status, message, ...(reason === undefined ? {} : { details: [info] }) } };
  return { status: code, body };
}

function send(
  outgoing: ServerResponse,
  status: number,
  body: object,
  headers: Readonly<Record<string, string>> = {},
): void {
  outgoing.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}
