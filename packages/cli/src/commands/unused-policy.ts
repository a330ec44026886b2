import { rightSizedPolicy } from '@keyreach/aws/offline';
import { rightSizedAssignments } from '@keyreach/azure/offline';
import type { AuthorizationModel } from '@keyreach/core/authz';
import type { IdentityNode } from '@keyreach/core/graph';
import { quoteText } from '@keyreach/core/graph';
import { rightSizedBindings } from '@keyreach/gcp/offline';
import { labelsOfGraph, rightSizedBindingsPage, rightSizedPage } from '@keyreach/report';
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
  'propose policies (AWS), or roles and where they are given (Google Cloud, Azure), for one identity that keep what it uses: JSON to a file, or to standard output',
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

/** Answers with the right-sized policy or bindings of an identity. */
export async function answerWithPolicy(
  context: CommandContext,
  model: AuthorizationModel,
  identity: IdentityNode,
  { window, dropUnknown }: PolicyOptions,
): Promise<void> {
  const options = { now: context.now, windowDays: window, unknown: dropUnknown === true ? 'drop' : 'keep' } as const;
  const labels = labelsOfGraph(model.graph);
  switch (identity.provider) {
    case 'aws': {
      const proposal = rightSizedPolicy(model.graph, identity, options);
      await context.answer(proposal, labels, (view) => rightSizedPage(proposal, view));
      return;
    }
    case 'gcp': {
      const proposal = rightSizedBindings(model, identity, options);
      await context.answer(proposal, labels, (view) => rightSizedBindingsPage(proposal, view));
      return;
    }
    case 'azure': {
      const proposal = rightSizedAssignments(model, identity, options);
      await context.answer(proposal, labels, (view) => rightSizedBindingsPage(proposal, view));
      return;
    }
    default:
      throw new UsageError([
        `--policy is for identities of AWS, Google Cloud and Azure, and ${quoteText(identity.id)} is none`,
      ]);
  }
}
