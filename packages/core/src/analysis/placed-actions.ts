import { hasAction } from '../authz/action-catalogue.ts';
import type { AuthorizationModel, ProviderModel } from '../authz/authorization-model.ts';
import type { CompiledDocument, CompiledStatement } from '../authz/compiled-document.ts';
import { principalTruth } from '../authz/principal-matching.ts';
import { TRUE, UNKNOWN } from '../authz/truth.ts';
import type { Attachment, IdentityNode, NodeId } from '../graph/model.ts';
import { quoteText } from '../graph/quote-text.ts';
import type { GrantedActions } from './granted-action-set.ts';
import { hasUncollectedPlacements, type PlacedGrant, placedDenies, placedGrants } from './placed-grants.ts';

const known: WeakMap<AuthorizationModel, Map<string, GrantedActions | undefined>> = new WeakMap();

/**
 * The actions that placements on resources and scopes grant to an identity, wherever: those of their policies, without what
 * an unconditional deny on the same node or above takes away from it. Conditions and boundaries make no difference: what may
 * be granted counts as granted. What is placed for everybody, and for groups that it is not surely in, does not count;
 * {@link GrantedActions.open} says so of the groups, and of policies that may grant more than is known. Undefined where a
 * policy placed for it could not be read, because that may grant any.
 */
export function placedActions(
  model: AuthorizationModel,
  provider: ProviderModel,
  identity: IdentityNode,
): GrantedActions | undefined {
  const placed = placedGrants(model, identity);
  const sure = placed.filter(({ names }) => names !== UNKNOWN);
  const parts = new Map<string, Part>();
  for (const { attachment } of sure) {
    const document = documentOf(model, provider, attachment);
    if (
      document === undefined ||
      (document.unreadable === undefined && document.statements.every(({ allow }) => !allow))
    ) {
      continue;
    }
    const taking = takingOn(model, provider, identity, attachment.node);
    parts.set(JSON.stringify([document.id, taking.map((one) => [one.document.id, one.statement.index])]), {
      document,
      taking,
    });
  }
  const perhaps = placed.filter(({ names }) => names === UNKNOWN);
  const uncollected = hasUncollectedPlacements(model.graph, identity.provider);
  const open = openText(perhaps, [...parts.values()], uncollected);
  const key = JSON.stringify([identity.provider, open, [...parts.keys()].sort()]);
  let byKey = known.get(model);
  if (byKey === undefined) {
    byKey = new Map();
    known.set(model, byKey);
  }
  if (!byKey.has(key)) byKey.set(key, actionsOf(provider, [...parts.values()], open));
  return byKey.get(key);
}

/** A policy that is placed for an identity, and what denies take from it there. */
interface Part {
  readonly document: CompiledDocument;
  readonly taking: readonly CompiledStatement[];
}

/** Denies on a node and around it that surely name an identity, whatever the request. */
function takingOn(
  model: AuthorizationModel,
  provider: ProviderModel,
  identity: IdentityNode,
  node: NodeId,
): readonly CompiledStatement[] {
  const facts = model.factsOf(identity);
  return placedDenies(model.graph, identity.provider, node).flatMap((attachment) =>
    (documentOf(model, provider, attachment)?.statements ?? []).filter(
      (statement) =>
        takesAwayWhole(statement) &&
        principalTruth(statement.principals ?? attachment.principals, facts, false) === TRUE,
    ),
  );
}

function actionsOf(
  { catalogue }: ProviderModel,
  parts: readonly Part[],
  open: string | undefined,
): GrantedActions | undefined {
  const bits = new Uint32Array((catalogue.names.length + 31) >>> 5);
  const beyond = new Set<string>();
  for (const { document, taking } of parts) {
    if (document.unreadable !== undefined) return undefined;
    for (const statement of document.statements) {
      if (!statement.allow || statement.undecidable !== undefined) continue;
      for (let word = 0; word < bits.length; word += 1) {
        let left = statement.actions.bits[word]!;
        for (const { actions } of taking) left &= ~actions.bits[word]!;
        bits[word]! |= left;
      }
      for (const pattern of statement.actions.selector.include) {
        const { index, folded } = catalogue.ref(pattern);
        if (index >= 0 || isWild(pattern) || taking.some(({ actions }) => hasAction(actions, catalogue.ref(pattern))))
          continue;
        beyond.add(folded);
      }
    }
  }
  return { catalogue, bits, beyond: [...beyond].sort(), ...(open === undefined ? {} : { open }) };
}

function documentOf(
  model: AuthorizationModel,
  provider: ProviderModel,
  { policy }: Attachment,
): CompiledDocument | undefined {
  return model.document(model.graph.policy(policy)?.document ?? '', provider);
}

function takesAwayWhole({ allow, condition, undecidable, include, exclude }: CompiledStatement): boolean {
  if (allow || condition !== undefined || undecidable !== undefined || exclude.length > 0) return false;
  return include === undefined || include.some((pattern) => pattern.all);
}

function isWild(pattern: string): boolean {
  return pattern.includes('*') || pattern.includes('?');
}

/** Why more may be granted than what is known. */
function openText(perhaps: readonly PlacedGrant[], parts: readonly Part[], uncollected: boolean): string | undefined {
  const reasons: string[] = [];
  const groups = [...new Set(perhaps.flatMap(({ through }) => through))].sort();
  if (groups.length > 0) {
    const more = groups.length > 1 ? ` and ${groups.length - 1} more` : '';
    reasons.push(`it may be a member of ${quoteText(groups[0] ?? '')}${more}, and be granted what that is`);
  } else if (perhaps.length > 0) reasons.push('a placement may be for it');
  const undecidable = parts.some(({ document }) =>
    document.statements.some((statement) => statement.allow && statement.undecidable !== undefined),
  );
  if (undecidable) reasons.push('a policy it holds grants more than is known of it');
  if (uncollected) reasons.push('some of the policies that may grant it something were not collected');
  return reasons.length === 0 ? undefined : reasons.join('; ');
}
