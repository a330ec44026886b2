import type { GraphNode, ScopeNode } from '@keyreach/core/graph';
import { arnSegments } from './arn-segments.ts';
import { isAccountId } from './is-account-id.ts';

/**
 * Account a principal or resource belongs to: its own `accountId`, else that of the account around it, else the one
 * in its ARN. Undefined where none of them says (an S3 bucket outside the input).
 */
export function accountOf(id: string, node: GraphNode | undefined, scopes: readonly ScopeNode[]): string | undefined {
  const own = node?.attributes?.['accountId'];
  if (typeof own === 'string') return own;
  for (const scope of scopes) {
    if (scope.type !== 'account') continue;
    const account = scope.attributes?.['accountId'];
    if (typeof account === 'string') return account;
  }
  const account = arnSegments(id)?.[4];
  return account !== undefined && isAccountId(account) ? account : undefined;
}
