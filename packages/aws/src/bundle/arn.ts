/** The six parts of an ARN, without the leading `arn`. `resource` is everything after the fifth colon. */
export interface ArnParts {
  readonly partition: string;
  readonly service: string;
  readonly region: string;
  readonly account: string;
  readonly resource: string;
}

/**
 * Splits an ARN at its first five colons (aws.md 1.10); undefined for text that is not an ARN.
 *
 * @example
 * parseArn('arn:aws:iam::111122223333:user/ci')?.account; // '111122223333'
 */
export function parseArn(text: string): ArnParts | undefined {
  if (!text.startsWith('arn:')) return undefined;
  const parts: string[] = [];
  let from = 4;
  while (parts.length < 4) {
    const colon = text.indexOf(':', from);
    if (colon < 0) return undefined;
    parts.push(text.slice(from, colon));
    from = colon + 1;
  }
  const [partition = '', service = '', region = '', account = ''] = parts;
  const resource = text.slice(from);
  return partition === '' || resource === '' ? undefined : { partition, service, region, account, resource };
}

/** True for the twelve digits of an AWS account id. */
export function isAccountId(text: string): boolean {
  return /^\d{12}$/.test(text);
}

/**
 * Node id of an account, the authorization zone of everything in it. AWS gives an account no ARN outside an
 * organization, and the ARN inside one changes with the organization; this form depends on the account alone.
 */
export function accountScopeId(accountId: string, partition: string): string {
  return `arn:${partition}:account::${accountId}:account`;
}

/** Last path segment of the resource part of an ARN: the name of a user, role, policy, function. */
export function nameInArn(arn: string): string {
  const resource = parseArn(arn)?.resource ?? arn;
  return resource.slice(Math.max(resource.lastIndexOf('/'), resource.lastIndexOf(':')) + 1);
}

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/**
 * Account id written into an access key id (aws.md 5.1); undefined for text that is not one. Very old keys may decode
 * to a wrong account, so this is only used where nothing else tells the account.
 *
 * @example
 * accountIdInKeyId('ASIAY34FZKBOKMUTVV7A'); // '609629065308'
 */
export function accountIdInKeyId(keyId: string): string | undefined {
  if (!/^(AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}$/.test(keyId)) return undefined;
  // The first six bytes are the first 48 bits of the 80 that sixteen characters hold.
  let bits = 0n;
  for (const character of keyId.slice(4)) bits = (bits << 5n) | BigInt(BASE32.indexOf(character));
  const leading = bits >> 32n;
  return ((leading & 0x7fffffffff80n) >> 7n).toString().padStart(12, '0');
}
