import { KeyreachError } from '@keyreach/core/graph';

/** Where calls go instead of Google: a server on this machine, for tests and emulators. */
export interface GoogleEndpoint {
  readonly host: string;
  readonly port: number;
}

const LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', 'localhost', '[::1]']);

/**
 * Reads the URL of an endpoint, which may only be on loopback: tokens go nowhere else in the clear.
 *
 * @throws KeyreachError `bad-option`.
 * @example
 * googleEndpoint('http://127.0.0.1:8080'); // { host: '127.0.0.1', port: 8080 }
 */
export function googleEndpoint(text: string): GoogleEndpoint {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isBare = url?.pathname === '/' && url.search === '' && url.username === '' && url.password === '';
  if (url === undefined || url.protocol !== 'http:' || !LOOPBACK.has(url.hostname) || !isBare) {
    throw new KeyreachError('bad-option', 'the endpoint for Google is no URL such as `http://127.0.0.1:8080`');
  }
  return { host: url.hostname, port: url.port === '' ? 80 : Number(url.port) };
}
