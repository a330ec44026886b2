import {
  actionUseOf,
  DAY,
  instantOf,
  type PermissionUse,
  type RightSizedPolicy,
  type StatementPlace,
} from '@keyreach/core/analysis';
import { type GraphIndex, type IdentityNode, KeyreachError, quoteText, type Timestamp } from '@keyreach/core/graph';
import { awsCatalogue } from '../catalogue/action-catalogue.ts';
import { AWS } from '../normalize/aws-ids.ts';
import { useToldBy } from '../usage/use-told-by.ts';
import { ActionReader } from './action-reader.ts';
import { fitDocuments } from './fit-documents.ts';
import { grantedElsewhere } from './granted-elsewhere.ts';
import { type HeldStatement, heldStatements } from './held-statements.ts';
import { Proposal } from './proposal.ts';
import { proposalRemarks } from './proposal-remarks.ts';
import { type RestrictedStatement, restrictStatement } from './restrict-statement.ts';
import { UnusedPatterns } from './unused-patterns.ts';
import { UsedResources } from './used-resources.ts';

/** What a right-sized policy is made with. */
export interface RightSizedOptions {
  readonly now: Timestamp;
  /** Length of the window before `now`, in days. */
  readonly windowDays: number;
  /** What becomes of actions of which nobody can tell whether they are used. If not given, they are kept. */
  readonly unknown?: 'keep' | 'drop';
  /**
   * What is known of the use of an action within the window, by its name, or of all actions that a pattern stands for. If
   * not given, what the graph records ({@link actionUseOf}).
   */
  readonly useOf?: (action: string) => PermissionUse;
}

/**
 * Identity policies for a user or role that keep what it uses and allow nothing that its policies did not allow (issue 4,
 * findings M17): they take the place of everything it holds, directly and through groups.
 *
 * - Each Allow is left with those of its actions that are used, and with those of which nobody can tell, unless they are to
 *   be dropped. Its resource patterns stay, but for those that none of the told resources of an action matches where every
 *   call of it was seen with its resource. Its condition stays as it is, and so does every Deny.
 * - A wildcard stands only where all it matches in the catalogue stays, and where one pattern of the old statement covers it,
 *   so that it means no more actions of tomorrow than before.
 * - Patterns of actions outside the catalogue stay as they are, unless all use of them would have been seen; what only a
 *   wildcard beside known actions meant is lost with it, which is said in `couldBreak`.
 * - Nothing is proposed where a policy is not readable or cannot be written again, and for whoever has no policies of its own.
 *
 * @throws KeyreachError `bad-identity` for an identity of another provider, `bad-time` for a `now` that is no RFC 3339 time,
 * `bad-window` for a window that is no positive number of days.
 *
 * @example
 * ```ts
 * const proposal = rightSizedPolicy(graph, identity, { now, windowDays: 90 });
 * if (proposal.outcome === 'proposed') for (const { name, document } of proposal.documents) console.log(name, document);
 * ```
 */
export function rightSizedPolicy(
  graph: GraphIndex,
  identity: IdentityNode,
  { now, windowDays, unknown = 'keep', useOf: given }: RightSizedOptions,
): RightSizedPolicy {
  const window = windowOf(now, windowDays);
  if (identity.provider !== AWS) {
    throw new KeyreachError('bad-identity', `${quoteText(identity.id)} is not an identity of AWS`);
  }
  const { version, date } = awsCatalogue();
  const common = {
    schema: 'keyreach-right-sized-policy',
    schemaVersion: 1,
    identity: identity.id,
    now,
    windowDays,
    unknown,
    catalogue: { version, date },
  } as const;
  const held = heldStatements(graph, identity);
  const type = editable(identity);
  const reasons = [...(typeof type === 'string' ? [] : [type.why]), ...held.unreadable.map(unreadReason)];
  if (typeof type !== 'string' || reasons.length > 0) return { ...common, outcome: 'withheld', reasons };

  const resources = new UsedResources(graph, identity, window);
  const useOf = given ?? actionUseOf(graph, identity, { now, windowDays, toldBy: useToldBy });
  const remembered = new Map<string, PermissionUse>();
  const rules = {
    unknown,
    resources,
    patterns: new UnusedPatterns(),
    actions: new ActionReader(),
    useOf: (action: string): PermissionUse => {
      const use = remembered.get(action) ?? useOf(action);
      remembered.set(action, use);
      return use;
    },
  };
  const allows: { readonly held: HeldStatement; readonly restricted: RestrictedStatement }[] = [];
  const proposal = new Proposal();
  for (const one of held.statements) {
    if (one.statement.effect === 'deny' || one.statement.undecidable !== undefined) {
      if (!proposal.keep(one)) reasons.push(unwritable(one.place));
      continue;
    }
    const restricted = restrictStatement(one, rules);
    if (restricted === undefined) reasons.push(unwritable(one.place));
    else {
      allows.push({ held: one, restricted });
      proposal.add(one.place, restricted);
    }
  }
  if (reasons.length > 0) return { ...common, outcome: 'withheld', reasons };

  const { statements, keeps } = proposal.written();
  const fitted = fitDocuments(statements, type, documentName(identity));
  const removes = allows.flatMap(({ restricted }) => restricted.removes);
  return {
    ...common,
    outcome: 'proposed',
    documents: fitted.documents,
    ...(fitted.tooLarge === undefined ? {} : { tooLarge: fitted.tooLarge }),
    replaces: held.policies,
    keeps: keeps.map((kept, index) => ({ places: fitted.places[index] ?? [], ...kept })),
    removes,
    couldBreak: proposalRemarks(graph, { identity, held, allows, removes, windowDays }),
    staysInForce: grantedElsewhere(graph, identity, held, resources, rules.actions),
  };
}

function windowOf(now: Timestamp, windowDays: number): { readonly now: number; readonly length: number } {
  const instant = instantOf(now);
  if (instant === undefined) {
    throw new KeyreachError('bad-time', `not a time: ${quoteText(now)}; give \`now\` in RFC 3339`);
  }
  if (!(windowDays > 0 && windowDays <= MOST_DAYS)) {
    throw new KeyreachError('bad-window', `not a number of days: \`${windowDays}\`; give a positive number`);
  }
  return { now: instant, length: windowDays * DAY };
}

/** Longer than anything recorded, and short enough for every time to stay one. */
const MOST_DAYS = 100_000;

/** What identity it is, or why nobody can change what it holds. */
function editable({
  type,
  external,
  providerManaged,
  attributes,
}: IdentityNode): 'user' | 'role' | { readonly why: string } {
  if (external === true) return { why: 'it is known by reference only: its policies are not in the input' };
  if (providerManaged === true)
    return { why: 'it is a service-linked role: AWS manages its policy, nobody else can change it' };
  if (attributes?.['reserved'] === true) {
    return { why: 'IAM Identity Center makes its policies from a permission set: change that' };
  }
  if (type === 'user' || type === 'role') return type;
  if (type === 'group') return { why: 'a group never acts itself: ask for its members' };
  if (type === 'root') return { why: 'identity policies do not apply to the root user' };
  return { why: `identity policies do not apply to this type of identity (${quoteText(type)})` };
}

function unreadReason(policy: string): string {
  return `it may be granted anything by a policy that is not known: ${policy}`;
}

function unwritable({ policyName, statement }: StatementPlace): string {
  return `statement ${statement + 1} of policy ${quoteText(policyName)} cannot be written as a policy of AWS`;
}

/** Names of policies have at most 128 characters and few others than letters (IAM User Guide, "IAM name requirements"). */
function documentName({ name }: IdentityNode): string {
  return `${name.replace(/[^A-Za-z0-9+=,.@_-]/g, '-').slice(0, 100)}-right-sized`;
}
