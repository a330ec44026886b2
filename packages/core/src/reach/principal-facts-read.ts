import { hasAction } from '../authz/action-catalogue.ts';
import type { AuthorizationModel, ProviderModel } from '../authz/authorization-model.ts';
import type { CompiledStatement } from '../authz/compiled-document.ts';
import type { NodeId } from '../graph/model.ts';
import { actionsOnTarget, otherTargets } from './requirement.ts';
import type { OtherTarget, Technique } from './technique.ts';
import type { Universe } from './universe.ts';

/** What policies on the resource side read of principals in one zone. */
export interface ResourceSideFacts {
  /** Keys of principal facts, sorted. */
  readonly keys: readonly string[];
  /** Principals that some policy names by id. */
  readonly named: ReadonlySet<NodeId>;
}

/** Collects what policies on the targets of `techniques` can tell principals of a zone apart by. */
export function principalFactsRead(
  model: AuthorizationModel,
  provider: ProviderModel,
  techniques: readonly Technique[],
  universeOf: (technique: Technique) => Universe | undefined,
  otherUniverse: (aim: OtherTarget) => Universe,
): ResourceSideFacts {
  const keys = new Set<string>();
  const named = new Set<NodeId>();
  const collect = (universe: Universe | undefined, actions: readonly string[]): void => {
    if (universe === undefined || universe.size === 0) return;
    for (const name of actions) {
      const action = provider.catalogue.ref(name);
      for (const group of universe.groupsFor(model, action).groups) {
        for (const document of [
          ...group.grants.map((grant) => grant.held.document),
          ...group.guards.flatMap((level) => level.map((held) => held.document)),
        ]) {
          for (const statement of document.statements) {
            if (hasAction(statement.actions, action)) collectFrom(statement, keys, named);
          }
        }
      }
    }
  };
  for (const technique of techniques) {
    collect(universeOf(technique), actionsOnTarget(technique.requires));
    for (const { aim, actions } of otherTargets(technique.requires)) collect(otherUniverse(aim), actions);
  }
  return { keys: [...keys].sort(), named };
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
