import type { AuthorizationModel } from '../authz/authorization-model.ts';
import type { CompiledDocument, CompiledStatement } from '../authz/compiled-document.ts';
import type { PrincipalClass } from '../authz/principal-class.ts';
import type { IdentityNode } from '../graph/model.ts';

const services: WeakMap<AuthorizationModel, Map<number, readonly string[] | undefined>> = new WeakMap();

/**
 * Services (`s3`, `iam`, …) of which an identity is granted some action: named by an allow of its own or its groups,
 * not taken away whole by an unconditional deny, and let through by every guard. Sorted. Undefined where a policy of
 * its own could not be read, because that may grant any.
 */
export function grantedServices(model: AuthorizationModel, identity: IdentityNode): readonly string[] | undefined {
  if (model.provider(identity.provider) === undefined) return undefined;
  const principalClass = model.classOf(identity);
  let byClass = services.get(model);
  if (byClass === undefined) {
    byClass = new Map();
    services.set(model, byClass);
  }
  if (!byClass.has(principalClass.index)) byClass.set(principalClass.index, servicesOf(model, principalClass));
  return byClass.get(principalClass.index);
}

function servicesOf(model: AuthorizationModel, principalClass: PrincipalClass): readonly string[] | undefined {
  if (principalClass.grantUnknown) return undefined;
  const { catalogue } = model.provider(principalClass.provider)!;
  const granted = allowed(principalClass.allow, (catalogue.names.length + 31) >>> 5);
  for (const statement of principalClass.deny) {
    if (!takesAwayWhole(statement)) continue;
    for (let word = 0; word < granted.length; word += 1) granted[word]! &= ~statement.actions.bits[word]!;
  }
  for (const level of [...principalClass.guards.map((guard) => [guard]), ...principalClass.scopeGuards]) {
    if (level.some((document) => document.unreadable !== undefined)) continue;
    const passing = allowed(allowStatements(level), granted.length);
    for (let word = 0; word < granted.length; word += 1) granted[word]! &= passing[word]!;
  }
  const found = new Set<string>();
  for (let index = 0; index < catalogue.names.length; index += 1) {
    if (((granted[index >>> 5]! >>> (index & 31)) & 1) === 0) continue;
    const name = catalogue.names[index]!;
    found.add(name.slice(0, name.indexOf(':')));
  }
  // Actions the catalogue does not know are granted as well.
  for (const statement of principalClass.allow) {
    for (const pattern of statement.actions.selector.include) {
      const colon = pattern.indexOf(':');
      const prefix = pattern.slice(0, colon).toLowerCase();
      if (
        colon > 0 &&
        !prefix.includes('*') &&
        !prefix.includes('?') &&
        !found.has(prefix) &&
        isUnlisted(catalogue.names, prefix)
      ) {
        found.add(prefix);
      }
    }
  }
  return [...found].sort();
}

function isUnlisted(names: readonly string[], prefix: string): boolean {
  return !names.some((name) => name.toLowerCase().startsWith(`${prefix}:`));
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
