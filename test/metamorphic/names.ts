/** The account that random estates always hold. */
export const main = '111111111111';
/** The second account, in most estates. */
export const other = '222222222222';
/** Named by policies and never in an estate. */
export const third = '333333333333';
/** The management account of the organization, unless that is {@link main}. */
export const management = '999999999999';

export const userNames = ['ann', 'bob'] as const;
export const roleNames = ['app', 'ops', 'lead'] as const;
export const groupNames = ['devs', 'crew'] as const;
export const policyNames = ['p1', 'p2', 'cap'] as const;

/** ARN of something of IAM. */
export const arn = (account: string, kind: string, name: string): string => `arn:aws:iam::${account}:${kind}/${name}`;

/** Unique id of a user, role, group or policy (aws.md 5.1). */
export const uniqueId = (kind: string, account: string, name: string): string =>
  `${kind}${account}${name.toUpperCase()}`;

/** Id of an access key; not one that AWS would give. */
export const keyId = (account: string, name: string, slot: number): string =>
  `AKIA${account.slice(0, 6)}${name.toUpperCase()}SLOT${slot}KEY`;
