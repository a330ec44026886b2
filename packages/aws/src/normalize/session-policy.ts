import type { Statement } from '@keyreach/core/graph';
import type { AwsAccountInput } from '../bundle/aws-input.ts';
import { AWS } from './aws-ids.ts';
import { referManagedPolicy } from './managed-policies.ts';
import type { NormalizeContext } from './normalize-context.ts';
import type { CompiledPolicy } from './policy-document.ts';

/** A session policy in the graph, by the id that attachments name. */
export interface SessionPolicy {
  readonly id: string;
}

/**
 * Adds the session policy that a resource gives to the sessions it starts: an inline text and managed policies, which
 * together are one policy (aws.md 1.2). Undefined where it has neither.
 */
export function addSessionPolicy(
  owner: string,
  inline: unknown,
  managed: readonly string[],
  account: AwsAccountInput,
  context: NormalizeContext,
): SessionPolicy | undefined {
  const { builder, policies } = context;
  const hasInline = inline !== undefined && inline !== null && inline !== '';
  if (!hasInline && managed.length === 0) return undefined;
  const id = `${owner}/session-policy`;
  const parts: (CompiledPolicy | undefined)[] = [];
  if (hasInline) {
    parts.push(
      policies.add({
        id: `${owner}/session-policy/inline`,
        name: 'inline session policy',
        type: 'session',
        kind: 'identity',
        text: inline,
        owner,
        partition: account.partition,
        gapScope: owner,
      }),
    );
  }
  for (const arn of [...new Set(managed)].sort()) {
    referManagedPolicy(arn, account, context);
    parts.push(policies.compiled(arn));
  }
  const statements: Statement[] = [];
  let unreadable: string | undefined;
  for (const part of parts) {
    if (part === undefined) unreadable ??= 'the text of a policy in it is not in the input';
    else if ('unreadable' in part) unreadable ??= part.unreadable;
    else for (const statement of part.statements) statements.push({ ...statement, index: statements.length });
  }
  const document =
    unreadable === undefined
      ? builder.document({ provider: AWS, statements })
      : builder.document({ provider: AWS, statements: [], unreadable });
  builder.policy({ id, provider: AWS, name: 'session policy', type: 'session', document, owner });
  return { id };
}
