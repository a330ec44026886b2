import type { ActionCatalogue } from '../authz/action-catalogue.ts';
import type { AuthorizationModel } from '../authz/authorization-model.ts';
import type { CompiledDocument, CompiledStatement } from '../authz/compiled-document.ts';
import { intersectGlobs } from '../authz/glob-intersection.ts';
import type { PrincipalClass } from '../authz/principal-class.ts';
import type { IdentityNode } from '../graph/model.ts';
import type { GrantedActions } from './granted-action-set.ts';
import { placedActions } from './placed-actions.ts';
import { selectorCovers } from './selector-covers.ts';

export type { GrantedActions } from './granted-action-set.ts';

const known: WeakMap<AuthorizationModel, Map<number, GrantedActions | undefined>> = new WeakMap();

/**
 * The actions an identity is granted: named by an allow of its own or its groups, not taken away whole by an unconditional
 * deny, and let through by every guard. A condition or a resource makes no difference: what may be granted counts as
 * granted (aws.md 1.1). Undefined where a policy of its own could not be read, because that may grant any, and where
 * nothing is known of the provider.
 *
 * Of a provider without zones the same holds for what is placed on resources and scopes for it (a binding, an assignment),
 * and denies count where they are placed on the same node or above; see {@link placedActions}.
 */
export function grantedActions(model: AuthorizationModel, identity: IdentityNode): GrantedActions | undefined {
  const provider = model.provider(identity.provider);
  if (provider === undefined) return undefined;
  if (provider.semantics.zoneless === true) return placedActions(model, provider, identity);
  const principalClass = model.classOf(identity);
  let byClass = known.get(model);
  if (byClass === undefined) {
    byClass = new Map();
    known.set(model, byClass);
  }
  if (!byClass.has(principalClass.index)) {
    byClass.set(principalClass.index, actionsOf(provider.catalogue, principalClass));
  }
  return byClass.get(principalClass.index);
}

function actionsOf(catalogue: ActionCatalogue, principalClass: PrincipalClass): GrantedActions | undefined {
  if (principalClass.grantUnknown) return undefined;
  const { allow, deny, guards, scopeGuards } = principalClass;
  const taking = deny.filter(takesAwayWhole);
  const levels = [...guards.map((guard) => [guard]), ...scopeGuards]
    .filter((level) => level.every((document) => document.unreadable === undefined))
    .map(allowStatements);
  const bits = allowed(allow, (catalogue.names.length + 31) >>> 5);
  for (const statement of taking) {
    for (let word = 0; word < bits.length; word += 1) bits[word]! &= ~statement.actions.bits[word]!;
  }
  for (const statements of levels) {
    const passing = allowed(statements, bits.length);
    for (let word = 0; word < bits.length; word += 1) bits[word]! &= passing[word]!;
  }
  const patterns = new Set(allow.flatMap((statement) => statement.actions.selector.include.map(folded)));
  const beyond = [...patterns].filter(
    (pattern) =>
      catalogue.select({ include: [pattern], exclude: [] }).bits.every((word) => word === 0) &&
      allow.some((statement) => mayName(statement, pattern)) &&
      !taking.some((statement) => selectorCovers(statement.actions.selector)(pattern)) &&
      levels.every((statements) => statements.some((statement) => mayName(statement, pattern))),
  );
  return { catalogue, bits, beyond: beyond.sort() };
}

function folded(pattern: string): string {
  return pattern.toLowerCase();
}

/** Whether some action that matches the pattern may be one the statement names. */
function mayName({ actions: { selector } }: CompiledStatement, pattern: string): boolean {
  const shares = (other: string): boolean => {
    const { globs, complete } = intersectGlobs(folded(other), pattern);
    return globs.length > 0 || !complete;
  };
  const excluded = selector.exclude.length > 0 && selectorCovers({ include: selector.exclude, exclude: [] })(pattern);
  return !excluded && selector.include.some(shares);
}

function allowStatements(documents: readonly CompiledDocument[]): readonly CompiledStatement[] {
  return documents.flatMap((document) => document.statements.filter((statement) => statement.allow));
}

function allowed(statements: readonly CompiledStatement[], words: number): Uint32Array {
  const bits = new Uint32Array(words);
  for (const statement of statements) {
    for (let word = 0; word < words; word += 1) bits[word]! |= statement.actions.bits[word]!;
  }
  return bits;
}

function takesAwayWhole(statement: CompiledStatement): boolean {
  return (
    statement.condition === undefined &&
    statement.undecidable === undefined &&
    statement.exclude.length === 0 &&
    (statement.include === undefined || statement.include.some((pattern) => pattern.all))
  );
}
