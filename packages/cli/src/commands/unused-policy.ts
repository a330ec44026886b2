import { rightSizedPolicy } from '@keyreach/aws/offline';
import type { GraphIndex, IdentityNode } from '@keyreach/core/graph';
import { quoteText } from '@keyreach/core/graph';
import { labelsOfGraph, rightSizedPage } from '@keyreach/report';
import type { CommandContext } from '../command-context.ts';
import { UsageError } from '../usage-error.ts';

/** What `keyreach unused` takes to propose a policy. */
export interface PolicyOptions {
  readonly policy?: string | true;
  readonly dropUnknown?: true;
  readonly json?: string | true;
  readonly window: number;
}

/** Option `--policy`. */
export const policyOption = [
  '--policy [file]',
  'propose policies for one AWS user or role that keep what it uses: JSON to a file, or to standard output',
] as const;

/** Option `--drop-unknown`. */
export const dropUnknownOption = [
  '--drop-unknown',
  'with --policy: also take away what nobody can tell the use of; what could break is listed',
] as const;

/** Where the JSON of a proposal goes; undefined where none is asked for. Throws a `UsageError` for options that clash. */
export function policyTarget(
  { policy, dropUnknown, json }: PolicyOptions,
  id: string | undefined,
): { readonly json: string | true } | undefined {
  if (policy === undefined) {
    if (dropUnknown === true) throw new UsageError(['--drop-unknown says something of --policy only']);
    return undefined;
  }
  if (json !== undefined) throw new UsageError(['--policy writes JSON itself; give it or --json']);
  if (id === undefined) throw new UsageError(['--policy needs one identity: keyreach unused ID INPUT… --policy']);
  return { json: policy };
}

/** Answers with the right-sized policy of an identity. */
export async function answerWithPolicy(
  context: CommandContext,
  graph: GraphIndex,
  identity: IdentityNode,
  { window, dropUnknown }: PolicyOptions,
): Promise<void> {
  if (identity.provider !== 'aws') {
    throw new UsageError([`--policy is for identities of AWS, and ${quoteText(identity.id)} is none`]);
  }
  const proposal = rightSizedPolicy(graph, identity, {
    now: context.now,
    windowDays: window,
    unknown: dropUnknown === true ? 'drop' : 'keep',
  });
  await context.answer(proposal, labelsOfGraph(graph), (view) => rightSizedPage(proposal, view));
}
