import type { WireCall, WireProtocol } from './wire-call.ts';

/** A reply as it goes over the wire. */
export interface WireReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** The body of an answer that is no text: an object of a bucket. */
  readonly bytes?: Uint8Array;
}

/** A value that a reply of the query protocol can hold. */
export type XmlValue =
  | string
  | number
  | boolean
  | undefined
  | readonly XmlValue[]
  | { readonly [name: string]: XmlValue };

/** A successful reply with the given content, in the protocol of the call. */
export function replyWith(call: WireCall, content: Readonly<Record<string, unknown>>): WireReply {
  switch (call.protocol) {
    case 'json':
      return reply(200, 'application/x-amz-json-1.1', JSON.stringify(content));
    case 'rest-json':
      return reply(200, 'application/json', JSON.stringify(content));
    case 'query': {
      const result = `<${call.action}Result>${xmlOf(content as XmlValue)}</${call.action}Result>`;
      const meta = '<ResponseMetadata><RequestId>own</RequestId></ResponseMetadata>';
      return reply(200, 'text/xml', `<${call.action}Response>${result}${meta}</${call.action}Response>`);
    }
    case 'ec2':
    case 's3':
    case 'cbor':
      throw new Error(`no reply of our own for \`${call.service}\`, which speaks \`${call.protocol}\``);
  }
}

/** What went wrong, told apart from how the service of the call names and writes it. */
export type WireProblem = 'throttled' | 'denied' | 'expired' | 'unavailable';

/** Name and status of each problem in each protocol, as the services send them. */
const problems: Readonly<Record<WireProblem, Readonly<Record<WireProtocol, readonly [name: string, status: number]>>>> =
  {
    throttled: {
      query: ['Throttling', 400],
      ec2: ['RequestLimitExceeded', 503],
      json: ['ThrottlingException', 400],
      'rest-json': ['TooManyRequestsException', 429],
      s3: ['SlowDown', 503],
      cbor: ['ThrottlingException', 400],
    },
    denied: {
      query: ['AccessDenied', 403],
      ec2: ['UnauthorizedOperation', 403],
      json: ['AccessDeniedException', 400],
      'rest-json': ['AccessDeniedException', 403],
      s3: ['AccessDenied', 403],
      cbor: ['AccessDeniedException', 400],
    },
    expired: {
      query: ['ExpiredToken', 403],
      ec2: ['RequestExpired', 400],
      json: ['ExpiredTokenException', 400],
      'rest-json': ['ExpiredTokenException', 403],
      s3: ['ExpiredToken', 400],
      cbor: ['ExpiredTokenException', 400],
    },
    unavailable: {
      query: ['ServiceUnavailable', 503],
      ec2: ['Unavailable', 503],
      json: ['ServiceUnavailableException', 500],
      'rest-json': ['ServiceException', 500],
      s3: ['ServiceUnavailable', 503],
      cbor: ['ServiceUnavailableException', 500],
    },
  };

/** Names by which services tell a problem that differ from those of their protocol. */
const ownNames: Readonly<Record<string, string>> = { 'organizations throttled': 'TooManyRequestsException' };

const messages: Readonly<Record<WireProblem, string>> = {
  throttled: 'Rate exceeded',
  denied: 'User is not authorized to perform this action',
  expired: 'The security token included in the request is expired',
  unavailable: 'The service is unavailable',
};

/** A problem in the words of the call's service; `retryAfter`, in seconds, goes into the header of that name. */
export function replyWithProblem(call: WireCall, problem: WireProblem, retryAfter?: number): WireReply {
  const [common, status] = problems[problem][call.protocol];
  const name = ownNames[`${call.service} ${problem}`] ?? common;
  return withRetryAfter(replyWithError(call, name, status, messages[problem]), retryAfter);
}

/** An error of the given name in the protocol of the call. */
export function replyWithError(call: WireCall, name: string, status: number, message: string): WireReply {
  const error = `<Code>${name}</Code><Message>${message}</Message>`;
  switch (call.protocol) {
    case 'json': {
      const sent = reply(status, 'application/x-amz-json-1.1', JSON.stringify({ __type: name, message }));
      return sent;
    }
    case 'rest-json': {
      const sent = reply(status, 'application/json', JSON.stringify({ message }));
      return { ...sent, headers: { ...sent.headers, 'x-amzn-errortype': name } };
    }
    case 'query': {
      const inside = `<Error><Type>Sender</Type>${error}</Error><RequestId>own</RequestId>`;
      return reply(status, 'text/xml', `<ErrorResponse>${inside}</ErrorResponse>`);
    }
    case 'ec2': {
      const inside = `<Errors><Error>${error}</Error></Errors><RequestID>own</RequestID>`;
      return reply(status, 'text/xml', `<Response>${inside}</Response>`);
    }
    case 's3':
      return reply(status, 'application/xml', `<Error>${error}<RequestId>own</RequestId></Error>`);
    case 'cbor':
      throw new Error(`no error of our own for \`${call.service}\`, which speaks \`${call.protocol}\``);
  }
}

function withRetryAfter(sent: WireReply, seconds: number | undefined): WireReply {
  return seconds === undefined ? sent : { ...sent, headers: { ...sent.headers, 'retry-after': String(seconds) } };
}

function reply(status: number, contentType: string, body: string): WireReply {
  return { status, headers: { 'content-type': contentType, 'x-amzn-requestid': 'own' }, body };
}

function xmlOf(value: XmlValue): string {
  if (value === undefined) return '';
  if (Array.isArray(value)) return value.map((element: XmlValue) => `<member>${xmlOf(element)}</member>`).join('');
  if (typeof value === 'object') {
    const fields = Object.entries(value as Readonly<Record<string, XmlValue>>);
    return fields.map(([name, inner]) => (inner === undefined ? '' : `<${name}>${xmlOf(inner)}</${name}>`)).join('');
  }
  return String(value).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
