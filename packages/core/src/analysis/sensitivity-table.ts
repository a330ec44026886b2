/** Whether losing what a resource holds would hurt; `unknown` where nothing says. */
export type Sensitivity = 'yes' | 'no' | 'unknown';

/** (project) Tag and label names that tell how sensitive data is, in lower case without separators. */
export const sensitivityTags: ReadonlySet<string> = new Set([
  'dataclassification',
  'classification',
  'sensitivity',
  'datasensitivity',
  'confidentiality',
]);

/** (project) Words of their values, in lower case. Any other word says nothing. */
export const sensitivityWords: ReadonlyMap<string, 'yes' | 'no'> = new Map([
  ['confidential', 'yes'],
  ['restricted', 'yes'],
  ['secret', 'yes'],
  ['sensitive', 'yes'],
  ['pii', 'yes'],
  ['phi', 'yes'],
  ['pci', 'yes'],
  ['high', 'yes'],
  ['critical', 'yes'],
  ['public', 'no'],
  ['none', 'no'],
  ['low', 'no'],
]);

/** (project) Words that turn the one after them around: a value that holds one says nothing. */
export const negations: ReadonlySet<string> = new Set(['non', 'not', 'no', 'un']);

/**
 * (project) Types whose purpose is secret material, whatever their tags say; with `attribute` only where it has the
 * value. A key of a key service is none: it never leaves, and what it encrypts counts by itself.
 */
export const secretTypes: readonly {
  readonly type: string;
  readonly attribute?: { readonly name: string; readonly value: string };
}[] = [
  { type: 'AWS::SecretsManager::Secret' },
  { type: 'AWS::SSM::Parameter', attribute: { name: 'type', value: 'SecureString' } },
  { type: 'secretmanager.googleapis.com/Secret' },
  // Private keys of certificates are read as secrets (azure.md 1.7). A vault may hold nothing but keys.
  { type: 'microsoft.keyvault/vaults/secrets' },
  { type: 'microsoft.keyvault/vaults/certificates' },
];
