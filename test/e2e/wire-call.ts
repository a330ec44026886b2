import type { IncomingHttpHeaders } from 'node:http';

/** How a service writes its requests, replies and errors. */
export type WireProtocol = 'query' | 'ec2' | 'json' | 'rest-json' | 's3' | 'cbor';

/** One request to an AWS API as it came over the wire. */
export interface WireCall {
  /** Name in the signature: `iam`, `sts`, `organizations`, `s3`, `lambda`. */
  readonly service: string;
  /** `ListUsers`; of services that speak REST the method and the shape of the path: `GET /{}?policy`. */
  readonly action: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly protocol: WireProtocol;
  readonly method: string;
  /** Path with the query string. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** Parameters of a query body, or the JSON body. */
  readonly input: Readonly<Record<string, unknown>>;
}

const s3Services: ReadonlySet<string> = new Set(['s3', 's3express']);
const signature = /Credential=([A-Za-z0-9]{1,128})\/[0-9]{8}\/([a-z0-9-]{1,32})\/([a-z0-9-]{1,64})\/aws4_request/;

/** Reads what a request asks for. Undefined where it is not signed as AWS requests are. */
export function readWireCall(
  method: string,
  url: string,
  headers: IncomingHttpHeaders,
  body: Buffer,
): WireCall | undefined {
  const signed = signature.exec(headers.authorization ?? '');
  if (!signed) return undefined;
  const [, accessKeyId = '', region = '', service = ''] = signed;
  const text = body.toString('utf8');
  const common = { service, region, accessKeyId, method, url, headers, body: text };
  const target = headers['x-amz-target'];
  if (typeof target === 'string') {
    return { ...common, protocol: 'json', action: target.slice(target.lastIndexOf('.') + 1), input: parsed(text) };
  }
  const cbor = /^\/service\/[^/]+\/operation\/([A-Za-z0-9]+)$/.exec(url);
  if (cbor?.[1]) return { ...common, protocol: 'cbor', action: cbor[1], input: {} };
  const form = headers['content-type']?.startsWith('application/x-www-form-urlencoded')
    ? new URLSearchParams(text)
    : undefined;
  const action = form?.get('Action');
  if (form && action) {
    return { ...common, protocol: service === 'ec2' ? 'ec2' : 'query', action, input: Object.fromEntries(form) };
  }
  const rest = s3Services.has(service) ? 's3' : 'rest-json';
  return { ...common, protocol: rest, action: restAction(rest, method, url), input: rest === 's3' ? {} : parsed(text) };
}

/** The text by which two requests are the same request: no signature, no time, nothing of the connection. */
export function requestText(call: WireCall): string {
  return `${call.method} ${call.url} ${call.body}`;
}

/**
 * Names a REST call by its method, the fixed words of its path and the names of its sub-resources: versions and plain
 * lower-case words of the path stay, everything else is `{}`.
 */
function restAction(protocol: WireProtocol, method: string, url: string): string {
  const { pathname, searchParams } = new URL(url, 'http://wire');
  const words = pathname.split('/').filter((word) => word !== '');
  const shape = words.map((word, index) => (protocol === 's3' || (index > 0 && index % 2 === 0) ? '{}' : word));
  const subResources = [...searchParams]
    .filter(([name, value]) => value === '' && name !== 'x-id')
    .map(([name]) => name)
    .sort();
  return `${method} /${shape.join('/')}${subResources.length > 0 ? `?${subResources.join('&')}` : ''}`;
}

function parsed(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}
