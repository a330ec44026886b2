import { isRecord, type RawRecord } from '@keyreach/core/input';

/** Deeper than any resource of Azure nests; what lies below is left out. */
const MOST_DEPTH = 64;

/** Ends of names, in lower case without separators, of fields whose text is or may be secret. */
const SECRET_ENDINGS: readonly string[] = [
  'accesskey',
  'accountkey',
  'apikey',
  'authorization',
  'certificatedata',
  'connectionstring',
  'cookie',
  'credential',
  'credentials',
  'jwt',
  'keydata',
  'keymaterial',
  'kubeconfig',
  'passphrase',
  'passwd',
  'password',
  'primarykey',
  'privatekey',
  'sastoken',
  'sasuri',
  'secondarykey',
  'secret',
  'secrettext',
  'sharedkey',
  'signature',
  'token',
];

/** Fields that hold text people wrote, with whatever secret in it: every text below is left out but the names of entries. */
const WRITTEN: ReadonlySet<string> = new Set([
  'appsettings',
  'args',
  'arguments',
  'command',
  'commands',
  'commandtoexecute',
  'configuration',
  'connectionstrings',
  'content',
  'customdata',
  'definition',
  'env',
  'environment',
  'environmentvariables',
  'headers',
  'localsettings',
  'outputs',
  'parameters',
  'payload',
  'protectedsettings',
  'script',
  'scriptcontent',
  'secrets',
  'settings',
  'siteconfig',
  'userdata',
  'variables',
]);

/** Names of entries stay where their values go. */
const ENTRY_NAMES: ReadonlySet<string> = new Set(['name']);

/** What secrets look like wherever they stand: private keys, keys of storage accounts, shared access signatures, tokens. */
const SECRET_TEXTS: readonly RegExp[] = [
  /-----BEGIN [A-Z ]{0,40}PRIVATE KEY/,
  /AccountKey=/i,
  /SharedAccessKey=/i,
  /[?&]sig=[^&]{10}/i,
  /\beyJ[0-9A-Za-z_-]{10,}\.eyJ/,
  /(?:^|[^0-9A-Za-z+/])[0-9A-Za-z+/]{86}==(?:$|[^0-9A-Za-z+/=])/,
  /[0-9A-Za-z_~.-]{3}8Q~[0-9A-Za-z_~.-]{31,34}/,
];

/** A copy of a record without anything that is or may be secret. Names, references, flags, dates and numbers stay. */
export function withoutSecrets(record: RawRecord): RawRecord {
  return scrubRecord(record, false, 0);
}

/** Whether a text has the form of a secret. */
export function looksSecret(text: string): boolean {
  return text.length >= 20 && SECRET_TEXTS.some((pattern) => pattern.test(text));
}

function scrubRecord(record: RawRecord, written: boolean, depth: number): RawRecord {
  if (depth > MOST_DEPTH) return {};
  const kept: [string, unknown][] = [];
  for (const [name, value] of Object.entries(record)) {
    if (looksSecret(name)) continue;
    const plain = name.toLowerCase().replaceAll(/[_-]/g, '');
    const clean = scrubField(plain, value, written, depth);
    if (clean !== undefined) kept.push([name, clean]);
  }
  return Object.fromEntries(kept);
}

function scrubField(plain: string, value: unknown, written: boolean, depth: number): unknown {
  // Permissions of vaults are lists of words under names such as `secrets`.
  if (plain === 'accesspolicies' && Array.isArray(value)) return value.filter(isRecord).map(accessPolicy);
  if (typeof value !== 'string') return scrubValue(value, written || WRITTEN.has(plain), depth);
  if (written) return ENTRY_NAMES.has(plain) && !looksSecret(value) ? value : undefined;
  if (WRITTEN.has(plain) || SECRET_ENDINGS.some((ending) => plain.endsWith(ending))) return undefined;
  return looksSecret(value) ? undefined : value;
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
    ? Object.entries(permissions).map(([kind, words]) => [
        kind,
        Array.isArray(words) ? words.filter((word) => typeof word === 'string' && /^[A-Za-z]{1,40}$/.test(word)) : null,
      ])
    : undefined;
  return { ...Object.fromEntries(who), ...(allowed === undefined ? {} : { permissions: Object.fromEntries(allowed) }) };
}
