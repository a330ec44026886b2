// Loaded with `--import`: every name below 127.0.0.1 is 127.0.0.1. S3 Control puts the account before the host of the
// endpoint (`111122223333.127.0.0.1`), which no resolver knows.
import dns from 'node:dns';

const lookup = dns.lookup;

dns.lookup = (hostname, ...rest) => lookup(hostname.endsWith('.127.0.0.1') ? '127.0.0.1' : hostname, ...rest);
