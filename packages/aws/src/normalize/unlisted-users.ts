import type { AwsAccountInput } from '../bundle/aws-input.ts';
import { AWS } from './aws-ids.ts';
import { addUnread } from './identities.ts';
import { accountFacts, type NormalizeContext, scopeOf } from './normalize-context.ts';
import { reportedUsers, type UserFacts } from './user-facts.ts';

/**
 * Adds users that only the credential report knows: made after the authorization details were read, or given without
 * them. They exist and have credentials; what they may do is unknown.
 */
export function addUnlistedUsers(account: AwsAccountInput, facts: UserFacts, context: NormalizeContext): void {
  for (const { arn, user, root, created } of reportedUsers(account).values()) {
    if (root || context.builder.has(arn)) continue;
    context.builder.node({
      kind: 'identity',
      id: arn,
      provider: AWS,
      type: 'user',
      name: user,
      scope: scopeOf(account),
      ...(created === undefined ? {} : { created }),
      attributes: { ...accountFacts(account), ...facts.get(arn) },
    });
    const why = 'the user is in the credential report and not in the authorization details; what it may do is unknown';
    addUnread(arn, 'policies', why, context);
  }
}
