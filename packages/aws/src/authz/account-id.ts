const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** `AKIA…` and the like: 20 characters, the fifth not `I` or `J`, which mark keys from before ids held the account. */
const KEY_ID = /^[A-Z0-9]{4}[A-HK-Z2-7][A-Z2-7]{15}$/;

/**
 * The account an AWS key id belongs to, from the id alone: bits 1 to 40 of its base32 part (findings.md 5.6, aws.md
 * 5.1). Null where the id is not of that form or decodes to no account id.
 *
 * @example
 * awsAccountFromKeyId('not a key id'); // null
 */
export function awsAccountFromKeyId(keyId: string): string | null {
  if (!KEY_ID.test(keyId)) return null;
  // Ten base32 characters are 50 bits; the account is the 40 that follow the first.
  let bits = 0n;
  for (const character of keyId.slice(4, 14)) bits = (bits << 5n) | BigInt(BASE32.indexOf(character));
  const account = (bits >> 9n) & 0xff_ffff_ffffn;
  return account > 999_999_999_999n ? null : account.toString().padStart(12, '0');
}
