/** What an access policy of a vault can name things in the vault: `secrets`, `keys`, `certificates`, `storage`. */
export type VaultKind = 'keys' | 'secrets' | 'certificates' | 'storage';

const VAULTS = 'data:Microsoft.KeyVault/vaults';

/** Permission of an access policy → data actions that roles name for the same. */
const ACTIONS: Readonly<Record<VaultKind, Readonly<Record<string, readonly string[]>>>> = {
  secrets: {
    all: ['secrets/*'],
    get: ['secrets/getSecret/action', 'secrets/readMetadata/action'],
    list: ['secrets/readMetadata/action'],
    set: ['secrets/setSecret/action', 'secrets/update/action'],
    delete: ['secrets/delete'],
    recover: ['secrets/recover/action'],
    backup: ['secrets/backup/action'],
    restore: ['secrets/restore/action'],
    purge: ['secrets/purge/action'],
  },
  keys: {
    all: ['keys/*', 'keyrotationpolicies/*'],
    get: ['keys/read'],
    list: ['keys/read'],
    update: ['keys/update/action'],
    create: ['keys/create/action'],
    import: ['keys/import/action'],
    delete: ['keys/delete'],
    recover: ['keys/recover/action'],
    backup: ['keys/backup/action'],
    restore: ['keys/restore/action'],
    decrypt: ['keys/decrypt/action'],
    encrypt: ['keys/encrypt/action'],
    unwrapkey: ['keys/unwrap/action'],
    wrapkey: ['keys/wrap/action'],
    verify: ['keys/verify/action'],
    sign: ['keys/sign/action'],
    purge: ['keys/purge/action'],
    release: ['keys/release/action'],
    rotate: ['keys/rotate/action'],
    getrotationpolicy: ['keyrotationpolicies/read'],
    setrotationpolicy: ['keyrotationpolicies/write'],
  },
  certificates: {
    all: ['certificates/*', 'certificatecas/*', 'certificatecontacts/*'],
    get: ['certificates/read'],
    list: ['certificates/read'],
    delete: ['certificates/delete'],
    create: ['certificates/create/action'],
    import: ['certificates/import/action'],
    update: ['certificates/update/action'],
    recover: ['certificates/recover/action'],
    backup: ['certificates/backup/action'],
    restore: ['certificates/restore/action'],
    purge: ['certificates/purge/action'],
    managecontacts: ['certificatecontacts/write'],
    getissuers: ['certificatecas/read'],
    listissuers: ['certificatecas/read'],
    setissuers: ['certificatecas/write'],
    deleteissuers: ['certificatecas/delete'],
    manageissuers: ['certificatecas/*'],
  },
  storage: { all: ['storageaccounts/*'] },
};

/**
 * Data actions that a permission of an access policy gives (azure.md 1.7, 3.3). Undefined for one that nobody knows: it may be anything
 * of its kind. Permissions on managed storage accounts are taken together: each gives perhaps all of them.
 */
export function vaultActions(kind: VaultKind, permission: string): readonly string[] | undefined {
  const word = permission.toLowerCase();
  const known = Object.hasOwn(ACTIONS[kind], word) ? ACTIONS[kind][word] : undefined;
  return known?.map((action) => `${VAULTS}/${action}`);
}

/** Every data action on things of a kind. */
export function allVaultActions(kind: VaultKind): readonly string[] {
  return vaultActions(kind, 'all')!;
}
