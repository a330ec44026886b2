import { isRecord, type RawRecord } from '@keyreach/core/input';

/** Deeper than any resource of Google Cloud nests; what lies below is left out. */
const MOST_DEPTH = 64;

/** Ends of names, in lower case without separators, of fields whose text is or may be secret. */
const SECRET_ENDINGS: readonly string[] = [
  'accesskey',
  'apikey',
  'authorization',
  'clientkey',
  'connectionstring',
  'cookie',
  'credential',
  'credentials',
  'encryptedkey',
  'jwt',
  'keymaterial',
  'keystring',
  'passphrase',
  'passwd',
  'password',
  'privatekey',
  'privatekeydata',
  'rawkey',
  'secret',
  'secretkey',
  'signature',
  'token',
];

/** Fields that hold text people wrote, with whatever secret in it: every text below is left out but the names of entries. */
const WRITTEN: ReadonlySet<string> = new Set([
  'args',
  'body',
  'buildenvironmentvariables',
  'clientsecret',
  'command',
  'commands',
  'content',
  'contents',
  'env',
  'environmentvariables',
  'envvars',
  'headers',
  'httpheaders',
  'initialstate',
  'jupyterurl',
  'params',
  'parameters',
  'payload',
  'script',
  'scripts',
  'sourcecontents',
  'startupscript',
  'substitutions',
  'useraccesstoken',
  'userdata',
  'variables',
]);

/** Names of entries stay where their values go. */
const ENTRY_NAMES: ReadonlySet<string> = new Set(['key', 'name']);

/** Metadata of instances that are switches, and tell nothing else (gcp.md 3.C). */
const SWITCHES: ReadonlySet<string> = new Set([
  'block-project-ssh-keys',
  'enable-guest-attributes',
  'enable-osconfig',
  'enable-oslogin',
  'serial-port-enable',
]);

/** Annotations that name identities or who may call; all others go. */
const ANNOTATIONS: ReadonlySet<string> = new Set(['iam.gke.io/gcp-service-account', 'run.googleapis.com/ingress']);

/** What `env` says of versions of App Engine, where it is no list of variables. */
const ENVIRONMENTS: ReadonlySet<string> = new Set(['flex', 'flexible', 'standard']);

const SWITCH_VALUES: ReadonlySet<string> = new Set(['', '0', '1', 'false', 'n', 'no', 'true', 'y', 'yes']);

/** What secrets look like wherever they stand. */
const SECRET_TEXTS: readonly RegExp[] = [
  /-----BEGIN [A-Z ]{0,40}PRIVATE KEY/,
  /AIza[0-9A-Za-z_-]{35}/,
  /ya29\.[0-9A-Za-z_-]{20}/,
  /private_key["\\]/,
];

/**
 * A copy of a record without anything that is or may be secret: key material, passwords, tokens, values of variables, metadata
 * and annotations, scripts and arguments. Names, references and switches stay.
 */
export function withoutSecrets(record: RawRecord): RawRecord {
  return scrubRecord(record, false, 0);
}

function scrubRecord(record: RawRecord, written: boolean, depth: number): RawRecord {
  const kept: [string, unknown][] = [];
  for (const [name, value] of Object.entries(record)) {
    const clean = scrubField(name, value, record, written, depth);
    if (clean !== undefined) kept.push([name, clean]);
  }
  return Object.fromEntries(kept);
}

function scrubField(name: string, value: unknown, record: RawRecord, written: boolean, depth: number): unknown {
  if (depth > MOST_DEPTH) return undefined;
  const plain = name.toLowerCase().replaceAll(/[_-]/g, '');
  if (written) {
    if (typeof value === 'string') return ENTRY_NAMES.has(plain) && !looksSecret(value) ? value : undefined;
    return scrubValue(value, true, depth);
  }
  // CEL by name of an attribute, which may end like the name of a secret.
  if (plain === 'attributemapping' && isRecord(value)) return texts(value);
  if (plain === 'annotations') return isRecord(value) ? only(value, ANNOTATIONS) : undefined;
  if (typeof value === 'string') {
    if (plain === 'value' && typeof record['key'] === 'string') {
      return SWITCHES.has(record['key']) && SWITCH_VALUES.has(value.trim().toLowerCase()) ? value : undefined;
    }
    if (plain === 'env' && ENVIRONMENTS.has(value.toLowerCase())) return value;
    if (SECRET_ENDINGS.some((ending) => plain.endsWith(ending)) || WRITTEN.has(plain)) return undefined;
    return looksSecret(value) ? undefined : value;
  }
  return scrubValue(value, WRITTEN.has(plain), depth);
}

function scrubValue(value: unknown, written: boolean, depth: number): unknown {
  if (depth > MOST_DEPTH) return undefined;
  if (Array.isArray(value)) {
    return value.map((item: unknown) => scrubValue(item, written, depth + 1)).filter((item) => item !== undefined);
  }
  if (isRecord(value)) return scrubRecord(value, written, depth + 1);
  if (typeof value !== 'string') return written && typeof value === 'number' ? undefined : value;
  return written || looksSecret(value) ? undefined : value;
}

function only(record: RawRecord, names: ReadonlySet<string>): RawRecord {
  const kept = Object.entries(record).filter(([name, value]) => names.has(name) && typeof value === 'string');
  return Object.fromEntries(kept.filter(([, value]) => !looksSecret(String(value))));
}

function texts(record: RawRecord): RawRecord {
  return Object.fromEntries(
    Object.entries(record).filter(([, value]) => typeof value === 'string' && !looksSecret(value)),
  );
}

function looksSecret(text: string): boolean {
  return text.length >= 20 && SECRET_TEXTS.some((pattern) => pattern.test(text));
}
