import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import type { SecretRegister } from '../secret-register.ts';
import type { AzureEstate, Raw } from './azure-estate.ts';
import { type Answer, type Routed, routeOf } from './azure-routes.ts';

/** Calls that fail, and how. What is left out matches every call, those in a batch among them. */
export interface AzureFault {
  readonly name?: string;
  readonly scope?: string;
  /** The first and the last of the matching calls that fails, from 1. */
  readonly from?: number;
  readonly to?: number;
  readonly effect:
    | { readonly kind: 'throttled'; readonly retryAfter?: number | 'date' }
    | { readonly kind: 'denied' }
    | { readonly kind: 'unlicensed' }
    | { readonly kind: 'unavailable' }
    | { readonly kind: 'dropped' }
    | { readonly kind: 'cut' }
    | { readonly kind: 'repeats' }
    | { readonly kind: 'leads-away' }
    /** All tokens so far are worth nothing any more; with `forGood` nor are those that follow. */
    | { readonly kind: 'tokens-end'; readonly forGood?: true };
}

/** What the server is to do. */
export interface AzureServerOptions {
  readonly estate: AzureEstate;
  /** Takes the tokens that are given out. */
  readonly secrets: SecretRegister;
  readonly faults?: readonly AzureFault[];
  /** Records to a page. Default 2. */
  readonly page?: number;
  /** Told of every call before it is answered. */
  readonly onCall?: (call: AzureCounted, count: number) => void;
}

/** One call that came in. */
export interface AzureCounted {
  /** `roleAssignments`, `groups/members`; empty where the server does not know the call. */
  readonly name: string;
  /** Method, path and query; of a batch also what is in it. */
  readonly request: string;
  readonly scope: string | undefined;
  status: number;
}

/** A server on loopback that stands for Resource Manager, Resource Graph, Microsoft Graph and the tokens of managed identities. */
export interface AzureServer {
  readonly url: string;
  /** What a process shows to be given tokens. */
  readonly header: string;
  readonly calls: readonly AzureCounted[];
  close(): Promise<void>;
}

const HOSTS = {
  arm: 'https://management.azure.com',
  graph: 'https://graph.microsoft.com',
  logs: 'https://api.loganalytics.io',
} as const;

/** Starts the server: it gives tokens, cuts lists into pages, and answers as the APIs do (azure.md 4). */
export async function startAzureServer(options: AzureServerOptions): Promise<AzureServer> {
  const { estate, secrets, faults = [], page = 2 } = options;
  const calls: AzureCounted[] = [];
  const seen = faults.map(() => 0);
  /** The audience of each token. */
  const tokens = new Map<string, string>();
  const header = secrets.plant('identity header');
  let isOver = false;
  let given = 0;

  const server = createServer((incoming, outgoing) => {
    const url = new URL(incoming.url ?? '/', 'http://127.0.0.1');
    void text(incoming).then((body) => {
      if (url.pathname === '/msi/token') giveToken(incoming, outgoing, url);
      else serve(incoming, outgoing, url, body);
    });
  });

  /** The endpoint of managed identities in App Service, 2019-08-01. */
  function giveToken(incoming: IncomingMessage, outgoing: ServerResponse, url: URL): void {
    const resource = url.searchParams.get('resource') ?? '';
    if (isOver || incoming.headers['x-identity-header'] !== header) {
      send(outgoing, 400, { error: 'invalid_request', error_description: 'no token' });
      return;
    }
    given += 1;
    const token = secrets.plant(`access token ${given}`);
    tokens.set(token, resource);
    // So short that nobody keeps it.
    const until = Math.floor(Date.now() / 1000) + 200;
    send(outgoing, 200, { access_token: token, expires_on: String(until), resource, token_type: 'Bearer' });
  }

  function serve(incoming: IncomingMessage, outgoing: ServerResponse, url: URL, sent: string): void {
    const method = incoming.method ?? 'GET';
    const routed = routeOf(estate, method, url);
    const counted = note(routed, `${method} ${url.pathname}${url.search}`);
    const effect = effectOn(counted);
    if (effect?.kind === 'dropped') {
      incoming.socket.destroy();
      return;
    }
    if (effect?.kind === 'tokens-end') {
      tokens.clear();
      isOver ||= effect.forGood === true;
    }
    const { status, body, headers } = isAllowed(incoming, routed)
      ? replyTo(routed, effect, url, sent)
      : failure(
          401,
          routed?.audience === 'graph' ? 'InvalidAuthenticationToken' : 'ExpiredAuthenticationToken',
          bearer(incoming),
        );
    counted.status = status;
    const cut = effect?.kind === 'cut' && status === 200;
    send(outgoing, status, body, headers, cut);
  }

  function note(routed: Routed | undefined, request: string): AzureCounted {
    const counted: AzureCounted = { name: routed?.name ?? '', request, scope: routed?.scope, status: 0 };
    calls.push(counted);
    options.onCall?.(counted, calls.length);
    return counted;
  }

  function isAllowed(incoming: IncomingMessage, routed: Routed | undefined): boolean {
    const resource = tokens.get(bearer(incoming));
    return resource !== undefined && (routed === undefined || resource.replace(/\/+$/, '') === HOSTS[routed.audience]);
  }

  function replyTo(
    routed: Routed | undefined,
    effect: AzureFault['effect'] | undefined,
    url: URL,
    sent: string,
  ): Reply {
    switch (effect?.kind) {
      case 'throttled': {
        const { retryAfter } = effect;
        const value = retryAfter === 'date' ? new Date(Date.now() + 1000).toUTCString() : retryAfter;
        return {
          ...failure(429, 'TooManyRequests'),
          headers: value === undefined ? {} : { 'retry-after': String(value) },
        };
      }
      case 'unavailable':
        return failure(503, 'ServiceUnavailable');
      case 'denied':
        return failure(403, routed?.audience === 'graph' ? 'Authorization_RequestDenied' : 'AuthorizationFailed');
      case 'unlicensed':
        return failure(400, 'AadPremiumLicenseRequired');
      default:
    }
    if (routed === undefined) return failure(404, 'NotFound');
    const body: unknown = sent === '' ? undefined : JSON.parse(sent);
    const answer = routed.answer(body);
    if (answer.kind === 'batch') return batch(body);
    return pageOf(answer, url, body, effect);
  }

  function pageOf(
    answer: Exclude<Answer, { readonly kind: 'batch' }>,
    url: URL,
    sent: unknown,
    effect: AzureFault['effect'] | undefined,
  ): Reply {
    switch (answer.kind) {
      case 'error':
        return failure(answer.status, answer.code);
      case 'record':
        return { status: 200, body: answer.record };
      case 'rows': {
        const { options: asked } = sent as { readonly options: { readonly $skipToken?: string } };
        const from = Number(asked.$skipToken ?? 0);
        const data = answer.items.slice(from, from + page);
        const more = from + page < answer.items.length ? { $skipToken: String(from + page) } : {};
        // It says so even where there is more.
        return {
          status: 200,
          body: {
            totalRecords: answer.items.length,
            count: data.length,
            resultTruncated: 'false',
            facets: [],
            data,
            ...more,
          },
        };
      }
      case 'list': {
        const from = Number(url.searchParams.get('$skiptoken') ?? 0);
        const value = answer.items.slice(from, from + page);
        const next = new URL(`${HOSTS[answer.of]}${url.pathname}${url.search}`);
        next.searchParams.set('$skiptoken', String(effect?.kind === 'repeats' ? 0 : from + page));
        const link =
          effect?.kind === 'leads-away' ? `https://elsewhere.example${next.pathname}${next.search}` : next.href;
        const more = from + page < answer.items.length || effect?.kind === 'repeats' || effect?.kind === 'leads-away';
        const key = answer.of === 'arm' ? 'nextLink' : '@odata.nextLink';
        return { status: 200, body: { value, ...(more ? { [key]: link } : {}) } };
      }
      default: {
        const never: never = answer;
        return never;
      }
    }
  }

  /** Replies come in another order than the requests, each with a status of its own. */
  function batch(sent: unknown): Reply {
    const { requests } = sent as {
      readonly requests: readonly { readonly id: string; readonly method: string; readonly url: string }[];
    };
    if (requests.length > 20) return failure(400, 'BadRequest');
    const responses = requests.map(({ id, method, url }) => {
      const inner = new URL(`http://127.0.0.1/beta${url}`);
      const routed = routeOf(estate, method, inner);
      const counted = note(routed, `batch ${method} ${url}`);
      const { status, body, headers = {} } = replyTo(routed, effectOn(counted), inner, '');
      counted.status = status;
      const named = Object.entries(headers).map(([name, value]) => [
        name === 'retry-after' ? 'Retry-After' : name,
        value,
      ]);
      return { id, status, headers: Object.fromEntries(named) as Raw, body };
    });
    return { status: 200, body: { responses: responses.reverse() } };
  }

  /** Every matching row counts; the first that is due decides. */
  function effectOn(call: AzureCounted): AzureFault['effect'] | undefined {
    let effect: AzureFault['effect'] | undefined;
    for (const [index, fault] of faults.entries()) {
      if (fault.name !== undefined && fault.name !== call.name) continue;
      if (fault.scope !== undefined && fault.scope !== call.scope) continue;
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
    header,
    calls,
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

function bearer({ headers: { authorization = '' } }: IncomingMessage): string {
  return /^Bearer (.+)$/.exec(authorization)?.[1] ?? '';
}

/** `told`: what a message repeats, as some do: it may come out nowhere. */
function failure(status: number, code: string, told = ''): Reply {
  return { status, body: { error: { code, message: `refused ${told}`, innerError: { 'request-id': 'x' } } } };
}

function send(
  outgoing: ServerResponse,
  status: number,
  body: object,
  headers: Readonly<Record<string, string>> = {},
  isCut = false,
): void {
  const json = JSON.stringify(body);
  outgoing
    .writeHead(status, { 'content-type': 'application/json', ...headers })
    .end(isCut ? json.slice(0, Math.floor(json.length / 2)) : json);
}
