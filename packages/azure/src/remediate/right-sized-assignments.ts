import {
  hasUncollectedPlacements,
  type PermissionUse,
  type ProposalRemark,
  placedGrants,
  type RightSizedBindings,
  unrecordedUseOf,
} from '@keyreach/core/analysis';
import type { AuthorizationModel } from '@keyreach/core/authz';
import {
  type Attachment,
  type GraphIndex,
  type IdentityNode,
  KeyreachError,
  quoteText,
  type Timestamp,
} from '@keyreach/core/graph';
import { AZURE } from '../normalize/azure-ids.ts';
import { azureUseToldBy } from '../usage/use-told-by.ts';
import { AssignmentSizing, type SizedPrincipal } from './assignment-sizing.ts';
import { proposalRemarks, stayingRemark } from './proposal-remarks.ts';

/** What right-sized assignments are made with. */
export interface RightSizedAssignmentsOptions {
  readonly now: Timestamp;
  /** Length of the window before `now`, in days. */
  readonly windowDays: number;
  /** What becomes of actions of which nobody can tell whether they are used. If not given, they are kept. */
  readonly unknown?: 'keep' | 'drop';
  /**
   * What is known of the use of an action within the window, by its name; of a pattern, of what it names but for actions that
   * records of the identity name. If not given, what the graph records.
   */
  readonly useOf?: (permission: string) => PermissionUse;
}

/**
 * Assignments for an identity that keep what it uses and grant nothing that it was not granted before on the same node: for each
 * role of Azure, directory role, application permission and access policy that names it, whether it stays, goes, or gives way
 * to a custom role with what is kept of it (findings M17; azure.md 1.2, 5). What is given to groups stays, since others have it too.
 *
 * - Use is told of the identity, not of one assignment: an action that is used stays in every assignment that has it.
 * - Actions of which no source tells stay, as patterns where they were patterns: Azure records no reads.
 * - Conditions stay as they are, and deny assignments are not touched. What Privileged Identity Management gives stays.
 * - Where a built-in role covers what stays and is inside what was granted, it is given as an alternative.
 *
 * @throws KeyreachError `bad-identity` for an identity of another provider, `bad-time` for a `now` that is no RFC 3339 time,
 * `bad-window` for a window that is no positive number of days.
 */
export function rightSizedAssignments(
  model: AuthorizationModel,
  identity: IdentityNode,
  { now, windowDays, unknown = 'keep', useOf: given }: RightSizedAssignmentsOptions,
): RightSizedBindings {
  const provider = model.provider(AZURE);
  if (identity.provider !== AZURE || provider === undefined) {
    throw new KeyreachError('bad-identity', `${quoteText(identity.id)} is not an identity of Azure`);
  }
  const { graph } = model;
  const useOf = given ?? unrecordedUseOf(graph, identity, { now, windowDays, toldBy: azureUseToldBy });
  const common = {
    schema: 'keyreach-right-sized-bindings',
    schemaVersion: 1,
    identity: identity.id,
    now,
    windowDays,
    unknown,
  } as const;
  const principal = principalOf(identity);
  if ('why' in principal) return { ...common, outcome: 'withheld', reasons: [principal.why] };
  const remembered = new Map<string, PermissionUse>();
  const sizing = new AssignmentSizing(graph, identity, principal, {
    catalogue: provider.catalogue,
    recorded: recordedNames(graph, identity),
    useOf: (permission) => {
      const use = remembered.get(permission) ?? useOf(permission);
      remembered.set(permission, use);
      return use;
    },
    unknown,
  });
  const placed = placedGrants(model, identity).filter((one) => grantsOf(graph, one.attachment));
  for (const one of placed) if (one.itself) sizing.assignment(one.attachment);
  return {
    ...common,
    outcome: 'proposed',
    roles: sizing.roles,
    bindings: sizing.bindings,
    couldBreak: proposalRemarks(graph, sizing),
    staysInForce: [
      ...placed.filter(({ itself }) => !itself).map((one) => stayingRemark(graph, one)),
      ...(hasUncollectedPlacements(graph, AZURE) ? [UNCOLLECTED] : []),
    ],
  };
}

const UNCOLLECTED: ProposalRemark = {
  what: 'assignments that were not collected',
  why: 'some of them may grant it something; gaps of the input say which',
};

/** What names the identity in commands, or why what it is given cannot be changed. */
function principalOf({
  id,
  type,
  providerManaged,
  attributes,
}: IdentityNode): SizedPrincipal | { readonly why: string } {
  if (providerManaged === true)
    return { why: 'Microsoft manages this service principal; its services stop without what it is given' };
  const given = attributes?.['objectId'];
  const objectId = typeof given === 'string' ? given : id.slice(id.lastIndexOf('/') + 1);
  switch (type) {
    case 'service-principal':
    case 'managed-identity':
    case 'agent':
      return { objectId, type: 'ServicePrincipal' };
    case 'user':
      return { objectId, type: 'User' };
    case 'group':
      return { why: 'it never acts itself: ask for its members' };
    case 'shared-key':
      return { why: 'whoever has a key of the resource acts as it, whatever roles say' };
    default:
      return { why: `what this type of identity (${quoteText(type)}) is given cannot be changed` };
  }
}

/** Names of actions in records of the identity. */
function recordedNames(graph: GraphIndex, { id }: IdentityNode): readonly string[] {
  const names = graph.usageOf(id).map(({ action }) => action);
  const byFolded = new Map(names.map((name) => [name.toLowerCase(), name] as const));
  return [...byFolded.values()].filter((name) => !/[*?]/.test(name)).sort();
}

function grantsOf(graph: GraphIndex, { policy }: Attachment): boolean {
  const document = graph.document(graph.policy(policy)?.document ?? '');
  return document?.unreadable !== undefined || document?.statements.some(({ effect }) => effect === 'allow') === true;
}
