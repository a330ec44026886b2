import type { Json, PrincipalMatcher, Statement } from '@keyreach/core/graph';
import { isRecord } from '@keyreach/core/input';
import { compileGlob } from '../authz/glob.ts';
import { globTokens } from '../authz/glob-tokens.ts';
import type { AwsAccountInput, AwsInput } from '../bundle/aws-input.ts';
import { accountOf } from './aws-ids.ts';
import type { CompiledPolicy } from './policy-document.ts';

const ASSUME = 'sts:assumerole';

/** Operators that hold for the values they list and no others, and not where there is none. */
const EQUALS = /^(?:foranyvalue:)?string(?:equals|equalsignorecase|like)$/;

/**
 * Facts about whom the trust policy of a role lets in, for governance (aws.md 1.4, 5.5). Only what the policy says; whether
 * they can use it is decided like everything else.
 *
 * - `trustsOutside`: accounts that it names, itself or a principal in it, and that are neither in the input nor listed by the
 *   organization of the role's account; `externalId` tells whether every way in asks for an external id;
 * - `trustsDeleted`: unique ids of users and roles that are gone. They match nobody, also when the name is made again.
 *
 * Lists that would be empty are left out, as are both where the policy could not be read.
 */
export function trustFacts(
  trust: CompiledPolicy,
  account: AwsAccountInput,
  insiders: ReadonlySet<string>,
): Readonly<Record<string, Json>> {
  if ('unreadable' in trust) return {};
  const outside = new Map<string, boolean>();
  const deleted = new Set<string>();
  for (const statement of trust.statements) {
    for (const matcher of statement.effect === 'allow' ? (statement.principals?.include ?? []) : []) {
      if (matcher.match === 'unresolved' && isUniqueId(matcher.text)) deleted.add(matcher.text);
      const named = accountNamed(matcher);
      if (named === undefined || named === account.accountId || insiders.has(named)) continue;
      if (!mayAssume(statement)) continue;
      outside.set(named, (outside.get(named) ?? true) && asksExternalId(statement));
    }
  }
  const trustsOutside = [...outside].sort().map(([id, externalId]) => ({ account: id, externalId }));
  return {
    ...(trustsOutside.length === 0 ? {} : { trustsOutside }),
    ...(deleted.size === 0 ? {} : { trustsDeleted: [...deleted].sort() }),
  };
}

/** Accounts that are no third party to one: those of the input, and those its organization lists. */
export function insidersOf(accountId: string, { accounts, organizations }: AwsInput): ReadonlySet<string> {
  const own = organizations.filter(({ accounts: members }) => members.items.some(({ Id }) => Id === accountId));
  return new Set([
    ...Object.keys(accounts),
    ...own.flatMap(({ accounts: members }) => members.items.map(({ Id }) => Id)),
  ]);
}

function isUniqueId(text: string): boolean {
  return /^A(?:IDA|ROA)[A-Z0-9]{12,}$/.test(text);
}

/** The account that a principal is, or is in. */
function accountNamed(matcher: PrincipalMatcher): string | undefined {
  return matcher.match === 'scope' || matcher.match === 'node' ? accountOf(matcher.id) : undefined;
}

/** Whether the statement speaks of taking the role with credentials of one's own. */
function mayAssume({ actions: { include, exclude } }: Statement): boolean {
  const names = (pattern: string): boolean => compileGlob(globTokens(pattern.toLowerCase())).matches(ASSUME);
  return include.some(names) && !exclude.some(names);
}

/** Whether a statement lets in only callers that name an external id; a pattern that any fits asks for none. */
function asksExternalId({ condition }: Statement): boolean {
  const body: unknown = condition?.body;
  const block = isRecord(body) && isRecord(body['block']) ? body['block'] : {};
  return Object.entries(block).some(
    ([operator, keys]) =>
      EQUALS.test(operator.toLowerCase()) &&
      isRecord(keys) &&
      Object.entries(keys).some(([key, values]) => {
        const list: readonly unknown[] = Array.isArray(values) ? values : [values];
        const isPattern = operator.toLowerCase().endsWith('like');
        return (
          key.toLowerCase() === 'sts:externalid' &&
          list.length > 0 &&
          !(isPattern && list.some((value) => typeof value === 'string' && /^[*?]*$/.test(value)))
        );
      }),
  );
}
