// Loaded with `--import`: every name below `localhost` is 127.0.0.1. S3 Control puts the account before the host of the
// endpoint (`111122223333.wire.localhost`), which not every resolver knows.
import dns from 'node:dns';

const lookup = dns.lookup;

dns.lookup = (hostname, ...rest) => lookup(hostname.endsWith('.localhost') ? '127.0.0.1' : hostname, ...rest);
