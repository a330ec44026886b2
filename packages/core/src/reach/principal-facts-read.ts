import { hasAction } from '../authz/action-catalogue.ts';
import type { AuthorizationModel, ProviderModel } from '../authz/authorization-model.ts';
import type { CompiledStatement } from '../authz/compiled-document.ts';
import { PrincipalReadsBuilder, principalSignature } from '../authz/principal-signature.ts';
import type { PrincipalFacts } from '../authz/semantics.ts';
import type { NodeId } from '../graph/model.ts';
import { forEachMember } from './range-set.ts';
import { actionsOnTarget, otherTargets } from './requirement.ts';
import type { OtherTarget, Technique } from './technique.ts';
import type { TargetGroup, TargetGroups, Universe } from './universe.ts';

/** What policies on the resource side read of principals in one zone. */
export interface ResourceSideFacts {
  /** Keys of principal facts, sorted. */
  readonly keys: readonly string[];
  /** Principals that some policy names by id. */
  readonly named: ReadonlySet<NodeId>;
  /** Text that is equal for principals whose facts those policies cannot tell apart. */
  signature(facts: PrincipalFacts): string;
}

/**
 * Collects what policies on the targets of `techniques` can tell principals of a zone apart by. `counts`: which targets are
 * looked at; without it all of them.
 */
export function principalFactsRead(
  model: AuthorizationModel,
  provider: ProviderModel,
  techniques: readonly Technique[],
  universeOf: (technique: Technique) => Universe | undefined,
  otherUniverse: (aim: OtherTarget) => Universe,
  counts?: (target: NodeId) => boolean,
): ResourceSideFacts {
  const keys = new Set<string>();
  const named = new Set<NodeId>();
  const reads = new PrincipalReadsBuilder();
  const isCounted = ({ members }: TargetGroup, { ids }: Universe): boolean => {
    if (counts === undefined) return true;
    let any = false;
    forEachMember(members, (index) => {
      any ||= counts(ids[index]!);
    });
    return any;
  };
  // Actions of which the same statements speak share their groups; those statements are then read already.
  const seen = new Set<TargetGroups>();
  const collect = (universe: Universe | undefined, actions: readonly string[]): void => {
    if (universe === undefined || universe.size === 0) return;
    for (const name of actions) {
      const action = provider.catalogue.ref(name);
      const found = universe.groupsFor(model, action);
      if (seen.has(found)) continue;
      seen.add(found);
      for (const group of found.groups) {
        if (!isCounted(group, universe)) continue;
        for (const document of [
          ...group.grants.map((grant) => grant.held.document),
          ...group.guards.flatMap((level) => level.map((held) => held.document)),
          ...(group.further ?? []),
        ]) {
          for (const statement of document.statements) {
            if (!hasAction(statement.actions, action)) continue;
            collectFrom(statement, keys, named);
            reads.add(statement);
          }
        }
      }
    }
  };
  for (const technique of techniques) {
    collect(universeOf(technique), actionsOnTarget(technique.requires));
    for (const { aim, actions } of otherTargets(technique.requires)) collect(otherUniverse(aim), actions);
  }
  const read = reads.build();
  const { conditions } = provider.semantics;
  const signatures = new WeakMap<PrincipalFacts, string>();
  const signature = (facts: PrincipalFacts): string => {
    let known = signatures.get(facts);
    if (known === undefined) {
      known = principalSignature(read, facts, conditions);
      signatures.set(facts, known);
    }
    return known;
  };
  return { keys: [...keys].sort(), named, signature };
}

function collectFrom(statement: CompiledStatement, keys: Set<string>, named: Set<NodeId>): void {
  for (const key of statement.condition?.principalKeys ?? []) keys.add(key);
  for (const pattern of [...(statement.include ?? []), ...statement.exclude]) {
    for (const key of pattern.principalKeys) keys.add(key);
  }
  const principals = statement.principals;
  for (const matcher of [...(principals?.include ?? []), ...(principals?.exclude ?? [])]) {
    if (matcher.match === 'node') named.add(matcher.id);
  }
}
