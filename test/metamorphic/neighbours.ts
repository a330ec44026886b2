import type { Estate } from './estate.ts';
import { arn, uniqueId } from './names.ts';
import { at, listAt, put } from './tree.ts';

/** An account that nobody outside it is trusted by, and that no policy of random estates names. */
export const unrelatedAccount = '444444444444';

const document = (...Statement: readonly unknown[]): unknown => ({ Version: '2012-10-17', Statement });

/** The estate with one more account, that trusts itself alone and whose people may do anything. */
export function withUnrelatedAccount(estate: Estate): Estate {
  const authorizationDetails = {
    UserDetailList: [
      {
        Path: '/',
        UserName: 'eve',
        UserId: uniqueId('AIDA', unrelatedAccount, 'eve'),
        Arn: arn(unrelatedAccount, 'user', 'eve'),
        UserPolicyList: [
          { PolicyName: 'all', PolicyDocument: document({ Effect: 'Allow', Action: '*', Resource: '*' }) },
        ],
        GroupList: [],
        AttachedManagedPolicies: [],
        Tags: [],
      },
    ],
    RoleDetailList: [
      {
        Path: '/',
        RoleName: 'own',
        RoleId: uniqueId('AROA', unrelatedAccount, 'own'),
        Arn: arn(unrelatedAccount, 'role', 'own'),
        AssumeRolePolicyDocument: document({
          Effect: 'Allow',
          Principal: { AWS: arn(unrelatedAccount, 'user', 'eve') },
          Action: 'sts:AssumeRole',
        }),
        RolePolicyList: [],
        AttachedManagedPolicies: [],
        Tags: [],
      },
    ],
    GroupDetailList: [],
    Policies: [],
  };
  return put(estate, ['accounts', unrelatedAccount], { authorizationDetails, resources: [], accessKeys: [] });
}

/**
 * The estate without the active access keys of users that have one key: whether there is room for another, or one to be
 * activated again, stays the same. Tells the ids of the keys, as access keys have them.
 */
export function withoutSingleKeys(estate: Estate): { readonly estate: Estate; readonly removed: readonly string[] } {
  let changed = estate;
  const removed: string[] = [];
  for (const id of Object.keys(estate.accounts)) {
    const path = ['accounts', id, 'accessKeys'];
    const keys = listAt(estate, path);
    const single = keys.filter(
      (key) =>
        at(key, ['Status']) === 'Active' &&
        keys.filter((one) => at(one, ['UserName']) === at(key, ['UserName'])).length === 1,
    );
    if (single.length === 0) continue;
    removed.push(...single.map((key) => String(at(key, ['AccessKeyId']))));
    changed = put(
      changed,
      path,
      keys.filter((key) => !single.includes(key)),
    );
  }
  return { estate: changed, removed };
}

/** Other names of the same length, so that patterns with wildcards match the same things. */
const renamings: readonly (readonly [from: RegExp, to: string])[] = [
  [/111111111111/g, '121212121212'],
  [/222222222222/g, '232323232323'],
  [/\bann\b/g, 'abe'],
  [/ANN\b/g, 'ABE'],
  [/\bbob\b/g, 'bab'],
  [/BOB\b/g, 'BAB'],
  [/\blead\b/g, 'last'],
  [/LEAD\b/g, 'LAST'],
  [/\bcrew\b/g, 'ends'],
  [/\bworker\b/g, 'attach'],
];

/** A text with accounts, users, roles, groups and a function named otherwise. */
export function renamedText(text: string): string {
  return renamings.reduce((renamed, [from, to]) => renamed.replace(from, to), text);
}

/** The estate with the names of {@link renamedText}. */
export function renamed(estate: Estate): Estate {
  return JSON.parse(renamedText(JSON.stringify(estate))) as Estate;
}
