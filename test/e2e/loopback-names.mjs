// Loaded with `--import`: every name below `localhost` is 127.0.0.1, and no other name has an address. S3 Control puts the
// account before the host of the endpoint (`111122223333.wire.localhost`), which not every resolver knows. A client that
// does not heed the endpoint is told of as an error, so that no test talks to AWS.
import dns from 'node:dns';

const lookup = dns.lookup;

dns.lookup = (hostname, ...rest) => {
  if (hostname.endsWith('.localhost')) return lookup('127.0.0.1', ...rest);
  if (hostname === '127.0.0.1') return lookup(hostname, ...rest);
  process.stderr.write(`error: asked for the address of ${hostname}\n`);
  const missing = Object.assign(new Error(`no address of ${hostname}`), { code: 'ENOTFOUND' });
  return process.nextTick(rest.at(-1), missing);
};
