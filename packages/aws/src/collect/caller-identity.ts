import { KeyreachError } from '@keyreach/core/graph';
import { isAccountId, parseArn } from '../bundle/arn.ts';
import type { AccountSession } from './account-session.ts';
import type { CallSender } from './call-sender.ts';
import type { CallResult } from './calls.ts';

/** Whose credentials a collection was started with. */
export interface Caller {
  readonly accountId: string;
  readonly partition: string;
}

/**
 * Asks AWS who the caller is: the one call that every valid credential may make.
 *
 * @throws KeyreachError `no-credentials` where there are none or AWS does not take them; `cannot-connect`.
 */
export async function identifyCaller(session: AccountSession, sender: CallSender): Promise<Caller> {
  let result: CallResult;
  try {
    result = await sender.send(session, {
      service: 'sts',
      command: 'GetCallerIdentity',
      action: 'sts:GetCallerIdentity',
    });
  } catch (error) {
    // Nothing worked yet: what looks expired may never have been any good.
    if (error instanceof KeyreachError && error.code === 'expired-credentials') throw refused(error.cause);
    throw error;
  }
  if (!result.ok) {
    const { error, kind } = result.failed;
    if (kind === 'network') throw new KeyreachError('cannot-connect', `AWS cannot be reached (\`${error}\`)`);
    throw refused(undefined, error);
  }
  const { Account, Arn } = result.reply;
  const partition = typeof Arn === 'string' ? parseArn(Arn)?.partition : undefined;
  if (
    typeof Account !== 'string' ||
    !isAccountId(Account) ||
    partition === undefined ||
    !/^[a-z-]{1,32}$/.test(partition)
  ) {
    throw new KeyreachError('no-credentials', 'AWS does not say whose credentials these are');
  }
  return { accountId: Account, partition };
}

function refused(cause: unknown, error?: string): KeyreachError {
  const name = error ?? (cause instanceof Error ? cause.name : 'unknown error');
  return new KeyreachError(
    'no-credentials',
    `no valid AWS credentials or region (\`${name}\`); set \`AWS_PROFILE\` and \`AWS_REGION\`, or sign in again if they have expired`,
    cause === undefined ? {} : { cause },
  );
}
