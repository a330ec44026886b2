import { Agent, createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { managementAccount } from './moto-server.ts';
import { type OwnData, ownAnswers } from './own-answers.ts';
import type { SecretRegister } from './secret-register.ts';
import { readWireCall, requestText, type WireCall } from './wire-call.ts';
import { FaultTable, type WireFault } from './wire-fault.ts';
import { cutPage, type PageRequest, pageRequested } from './wire-pages.ts';
import { repaired } from './wire-repairs.ts';
import { replyWithError, replyWithProblem, type WireReply } from './wire-reply.ts';

/** What the server is to do. */
export interface WireServerOptions {
  /** Where moto answers. */
  readonly motoUrl: string;
  /** Takes the secret keys and session tokens that are given out. */
  readonly secrets: SecretRegister;
  readonly faults?: readonly WireFault[];
  readonly own?: OwnData;
  /** Elements on a page of the lists that moto does not page; 5 where it is left out. */
  readonly pageSize?: number;
  /** Told of every call before it is answered. */
  readonly onCall?: (call: CountedCall, count: number) => void;
}

/** One call that came in. */
export interface CountedCall {
  readonly service: string;
  readonly action: string;
  readonly region: string;
  /** Account of the caller. */
  readonly account: string;
  /** The same for two requests that ask the same. */
  readonly request: string;
  /** Status of the answer; 0 where the connection was closed without one. */
  status: number;
  /** True where moto does not know the call, and the server has no answer of its own. */
  unanswered: boolean;
}

/** A server on loopback that speaks the protocols of AWS, in front of moto. */
export interface WireServer {
  /** `http://127.0.0.1:PORT`, for `AWS_ENDPOINT_URL`. */
  readonly url: string;
  /** Every call so far, in the order they came. */
  readonly calls: readonly CountedCall[];
  close(): Promise<void>;
}

/**
 * Starts the server. It answers what moto lacks, cuts lists into pages, lets calls fail by the table of faults, counts
 * every call, and hands everything else to moto, which finds the account by the access key of the session.
 */
export async function startWireServer(options: WireServerOptions): Promise<WireServer> {
  const calls: CountedCall[] = [];
  const agent = new Agent({ keepAlive: true, maxSockets: 16 });
  const accounts = new Map<string, string>();
  const faults = new FaultTable(options.faults ?? []);
  const own = ownAnswers(options.own ?? {});

  const answer = async (call: WireCall, account: string, counted: CountedCall): Promise<WireReply | undefined> => {
    const effect = faults.effectOn(call, account);
    if (effect?.kind === 'problem') return replyWithProblem(call, effect.problem, effect.retryAfterSeconds);
    if (effect?.kind === 'dropped') return undefined;
    if (effect?.kind === 'slow') await sleep(effect.milliseconds);
    const mine = own({ call, account });
    if (mine) return mine;
    const page = pageRequested(call);
    const reply = await (page ? wholeList(call, page) : forward(options.motoUrl, agent, call));
    if (isUnknownToMoto(reply)) {
      counted.unanswered = true;
      return replyWithError(call, 'UnknownOperationException', 404, 'this server does not know the call');
    }
    if (call.action === 'AssumeRole' && reply.status === 200) noteSession(call, reply, accounts, options.secrets);
    if (reply.status !== 200) return reply;
    if (!page) return { ...reply, body: repaired(call, account, reply.body) };
    return { ...reply, body: cutPage(page, reply.body, call.protocol, options.pageSize ?? 5) };
  };

  const lists = new Map<string, WireReply>();
  /** Moto's whole reply to a call that is cut into pages; the pages after the first are cut from the same reply. */
  const wholeList = async (call: WireCall, page: PageRequest): Promise<WireReply> => {
    const key = `${call.accessKeyId} ${call.region} ${page.paged.service} ${page.paged.action} ${page.forwarded.body}`;
    const known = page.from > 0 ? lists.get(key) : undefined;
    const reply = known ?? (await forward(options.motoUrl, agent, page.forwarded));
    lists.set(key, reply);
    return reply;
  };

  const server = createServer((incoming, outgoing) => {
    serve(incoming, outgoing).catch((error: unknown) => {
      outgoing.writeHead(500, { 'content-type': 'text/plain' }).end(`wire server: ${String(error)}`);
    });
  });
  async function serve(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const body = await bodyOf(incoming);
    const call = readWireCall(incoming.method ?? 'GET', incoming.url ?? '/', incoming.headers, body);
    if (!call) throw new Error('a request without a signature');
    const account = accounts.get(call.accessKeyId) ?? managementAccount;
    const { service, action, region } = call;
    const counted: CountedCall = {
      service,
      action,
      region,
      account,
      request: requestText(call),
      status: 0,
      unanswered: false,
    };
    calls.push(counted);
    options.onCall?.(counted, calls.length);
    const reply = await answer(call, account, counted);
    if (!reply) {
      incoming.socket.destroy();
      return;
    }
    counted.status = reply.status;
    const content = reply.bytes ?? Buffer.from(reply.body);
    outgoing.writeHead(reply.status, { ...reply.headers, 'content-length': content.byteLength });
    outgoing.end(call.method === 'HEAD' ? undefined : content);
  }

  const url = await listening(server);
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      agent.destroy();
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { url, calls, close };
}

function listening(server: Server): Promise<string> {
  return new Promise((resolve, reject) => {
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      if (typeof address === 'object' && address) resolve(`http://127.0.0.1:${address.port}`);
      else reject(new Error('the wire server has no port'));
    });
  });
}

async function bodyOf(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

const ownHeaders: ReadonlySet<string> = new Set([
  'host',
  'connection',
  'content-length',
  'transfer-encoding',
  'expect',
]);

/** Hands a call to moto and takes the whole answer. */
function forward(motoUrl: string, agent: Agent, call: WireCall): Promise<WireReply> {
  const headers = Object.fromEntries(Object.entries(call.headers).filter(([name]) => !ownHeaders.has(name)));
  const { hostname, port } = new URL(motoUrl);
  const length = { 'content-length': String(Buffer.byteLength(call.body)) };
  return new Promise((resolve, reject) => {
    const sent = request(
      { agent, hostname, port, method: call.method, path: call.url, headers: { ...headers, ...length } },
      (message) => {
        bodyOf(message).then((body) => {
          const kept = Object.entries(message.headers).filter(
            ([name]) => !ownHeaders.has(name) && name !== 'content-encoding',
          );
          const flat = kept.map(
            ([name, value]) => [name, Array.isArray(value) ? value.join(', ') : (value ?? '')] as const,
          );
          resolve({
            status: message.statusCode ?? 500,
            headers: Object.fromEntries(flat),
            body: body.toString('utf8'),
            ...(/octet-stream/.test(message.headers['content-type'] ?? '') ? { bytes: body } : {}),
          });
        }, reject);
      },
    );
    sent.on('error', reject);
    sent.end(call.body);
  });
}

/** Moto answers what it has not implemented with a page for people. */
function isUnknownToMoto({ status, headers }: WireReply): boolean {
  return status >= 404 && (headers['content-type'] ?? '').startsWith('text/html');
}

/** Remembers whose account the keys of a session belong to, and what is secret about them. */
function noteSession(call: WireCall, reply: WireReply, accounts: Map<string, string>, secrets: SecretRegister): void {
  const field = (name: string): string => new RegExp(`<${name}>([^<]+)</${name}>`).exec(reply.body)?.[1] ?? '';
  const account = String(call.input['RoleArn']).split(':')[4] ?? '';
  accounts.set(field('AccessKeyId'), account);
  secrets.keep(`secret key of a session in ${account}`, field('SecretAccessKey'));
  secrets.keep(`token of a session in ${account}`, field('SessionToken'));
}
