import { isRecord, type RawRecord } from '@keyreach/core/input';

/** Deeper than any resource nests; what lies below is left out. */
const MOST_DEPTH = 64;

/** Ends of names, in lower case without separators, of fields whose text is or may be secret. */
const SECRET_ENDINGS: readonly string[] = [
  'apikey',
  'authorization',
  'blob',
  'certificatedata',
  'connectionstring',
  'cookie',
  'credential',
  'credentials',
  'customdata',
  'hint',
  'jwt',
  'key',
  'keys',
  'key1',
  'key2',
  'keymaterial',
  'kubeconfig',
  'passphrase',
  'passwd',
  'password',
  'pwd',
  'sas',
  'sastoken',
  'sasuri',
  'sasurl',
  'secret',
  'secrets',
  'secrettext',
  'securevalue',
  'signature',
  'token',
  'userdata',
  'webhookuri',
  'webhookurl',
];

/** Fields that hold text people wrote, with whatever secret in it: every text below is left out but the names of entries. */
const WRITTEN: ReadonlySet<string> = new Set([
  'appsettings',
  'args',
  'authsettings',
  'azurestorageaccounts',
  'body',
  'buildarguments',
  'command',
  'commands',
  'commandtoexecute',
  'connectionstrings',
  'content',
  'contents',
  'credentials',
  'definition',
  'env',
  'environmentvariables',
  'headers',
  'initcontainers',
  'outputs',
  'parameters',
  'payload',
  'protectedsettings',
  'script',
  'scriptcontent',
  'scripts',
  'secureparameters',
  'settings',
  'source',
  'template',
  'typeproperties',
  'values',
  'variables',
]);

/** Names of entries stay where their values go. */
const ENTRY_NAMES: ReadonlySet<string> = new Set(['key', 'keyname', 'name']);

/** Children of sites whose properties are settings by name. */
const SETTINGS: ReadonlySet<string> = new Set([
  'appsettings',
  'authsettings',
  'authsettingsv2',
  'azurestorageaccounts',
  'backup',
  'connectionstrings',
  'logs',
  'metadata',
  'publishingcredentials',
  'pushsettings',
]);

/** A setting that names where the secret is. */
const VAULT_REFERENCE = /^@Microsoft\.KeyVault\([^)]{1,2000}\)$/i;

/** When a key was made stands under the name of the key. */
const DATE = /^\d{4}-\d\d-\d\dT[\d:.]{5,20}(?:Z|[+-]\d\d:\d\d)$/;

/** What secrets look like wherever they stand. */
const SECRET_TEXTS: readonly RegExp[] = [
  /-----BEGIN [A-Z ]{0,40}PRIVATE KEY/,
  /(?:account|sharedaccess|access|primary|secondary|api)_?key\s{0,5}=/i,
  /(?:password|passwd|pwd|secret)\s{0,5}=/i,
  /[?&;]sig=/i,
  /eyJ[\w-]{10,}\.eyJ[\w-]{10}/,
  // Secrets of applications have these in one place; keys of storage accounts are 64 bytes.
  /[\w~.-]{3}[78]Q~[\w~.-]{31}/,
  /[A-Za-z0-9+/]{86}==/,
];

/** Most text that is looked through. */
const MOST_LOOKED = 100_000;

/**
 * A copy of a record without anything that is or may be secret: keys, passwords, connection strings, tokens, values of settings and
 * variables, scripts, templates and their parameters. Names, references and switches stay.
 */
export function withoutSecrets(record: RawRecord): RawRecord {
  return scrubRecord(record, false, 0);
}

/** The properties of a resource without secrets. Of settings by name (`sites/config`) the names stay, with references to vaults. */
export function resourceProperties(type: string, id: string, properties: RawRecord): RawRecord {
  const plain = type.toLowerCase();
  const name = id.slice(id.lastIndexOf('/') + 1).toLowerCase();
  const isSettings = plain.startsWith('microsoft.web/') && plain.endsWith('/config') && SETTINGS.has(name);
  if (isSettings) {
    const entries = Object.entries(properties).map(([key, value]) => [key, isReference(value) ? value : null] as const);
    return Object.fromEntries(entries);
  }
  return withoutSecrets(properties);
}

/** A copy of a flat record without texts that look like secrets. */
export function withoutSecretTexts(record: RawRecord): RawRecord {
  return Object.fromEntries(
    Object.entries(record).filter(
      ([name, value]) =>
        typeof value !== 'string' || !(looksSecret(value) || isSecretName(name.toLowerCase().replaceAll(/[_.-]/g, ''))),
    ),
  );
}

function scrubRecord(record: RawRecord, written: boolean, depth: number): RawRecord {
  const kept: [string, unknown][] = [];
  for (const [name, value] of Object.entries(record)) {
    if (looksSecret(name)) continue;
    const clean = scrubField(name, value, record, written, depth);
    if (clean !== undefined) kept.push([name, clean]);
  }
  return Object.fromEntries(kept);
}

function scrubField(name: string, value: unknown, record: RawRecord, written: boolean, depth: number): unknown {
  if (depth > MOST_DEPTH) return undefined;
  const plain = name.toLowerCase().replaceAll(/[_.-]/g, '');
  // Permissions of vaults are lists of words under names such as `secrets`.
  if (plain === 'accesspolicies' && Array.isArray(value)) return value.filter(isRecord).map(accessPolicy);
  if (typeof value !== 'string')
    return scrubValue(value, written || WRITTEN.has(plain) || isSecretList(plain, value), depth);
  if (isReference(value)) return value;
  if (written) return ENTRY_NAMES.has(plain) && !looksSecret(value) ? value : undefined;
  // Rules of networks have addresses there; everything else has what somebody set.
  if (plain === 'value' && (typeof record['action'] !== 'string' || typeof record['name'] === 'string'))
    return undefined;
  if (DATE.test(value)) return value;
  return isSecretName(plain) || WRITTEN.has(plain) || looksSecret(value) ? undefined : value;
}

function scrubValue(value: unknown, written: boolean, depth: number): unknown {
  if (depth > MOST_DEPTH) return undefined;
  if (Array.isArray(value)) {
    return value.map((item: unknown) => scrubValue(item, written, depth + 1)).filter((item) => item !== undefined);
  }
  if (isRecord(value)) return scrubRecord(value, written, depth + 1);
  if (typeof value === 'string') return written || looksSecret(value) ? undefined : value;
  return written && typeof value === 'number' ? undefined : value;
}

/** An access policy of a vault: who, and words that name what is allowed; in another shape it stays as what cannot be read. */
function accessPolicy({ tenantId, objectId, applicationId, permissions }: RawRecord): RawRecord {
  const who = Object.entries({ tenantId, objectId, applicationId }).filter(([, value]) => typeof value === 'string');
  const allowed = isRecord(permissions)
    ? Object.entries(permissions).map(([kind, words]) => [kind, permissionWords(words)])
    : undefined;
  return { ...Object.fromEntries(who), ...(allowed === undefined ? {} : { permissions: Object.fromEntries(allowed) }) };
}

/** A text that is no word becomes one that nobody knows: it may permit anything. */
function permissionWords(words: unknown): unknown {
  if (words === null || words === undefined) return null;
  if (!Array.isArray(words)) return 'unreadable';
  return words.map((word: unknown) =>
    typeof word === 'string' && /^[A-Za-z]{1,40}$/.test(word) ? word : 'unreadable',
  );
}

/** A list of texts under the name of a secret. */
function isSecretList(plain: string, value: unknown): boolean {
  return Array.isArray(value) && isSecretName(plain);
}

function isSecretName(plain: string): boolean {
  return SECRET_ENDINGS.some((ending) => plain.endsWith(ending));
}

function isReference(value: unknown): boolean {
  return typeof value === 'string' && VAULT_REFERENCE.test(value);
}

/** Whether a text looks like a secret wherever it stands; one too long to look through does. */
export function looksSecret(text: string): boolean {
  if (text.length > MOST_LOOKED) return true;
  return text.length >= 8 && SECRET_TEXTS.some((pattern) => pattern.test(text));
}
