import { type CompiledDocument, type CompiledStatement, holdsAlways } from '../authz/compiled-document.ts';
import type { PrincipalClass } from '../authz/principal-class.ts';
import type { PrincipalFacts, RequestContext } from '../authz/semantics.ts';
import { TRUE } from '../authz/truth.ts';
import { KeptByClass } from './kept.ts';

/** Actions that members of a class may be allowed at all, as bits over the catalogue. Never written once there. */
export interface ClassActions {
  /** Named by a grant and by every level of scope guards, and denied by no rule that holds whatever the request. */
  readonly granted: Uint32Array;
  /** Those of `granted` that every guard of the identity and of its session names as well. */
  readonly within: Uint32Array;
  /** Actions that scope guards and the denies that hold whatever the request leave, whoever grants them. */
  readonly left: Uint32Array;
}

/** Finds the actions of classes; those of the classes asked about last are kept. */
export class ActionsOfClasses {
  readonly #words: number;
  readonly #now: number;
  readonly #known: KeptByClass<ClassActions> = new KeptByClass((principalClass) => this.#find(principalClass));

  /** `actions`: how many the catalogue has. `now`: milliseconds since the epoch. */
  constructor(actions: number, now: number) {
    this.#words = (actions + 31) >>> 5;
    this.#now = now;
  }

  /** The actions of one class. */
  of(principalClass: PrincipalClass): ClassActions {
    return this.#known.of(principalClass);
  }

  #find(principalClass: PrincipalClass): ClassActions {
    const { allow, deny, guards, sessionGuards, scopeGuards } = principalClass;
    const left: Uint32Array = new Uint32Array(this.#words).fill(~0);
    for (const level of scopeGuards) keepAllowed(left, level);
    for (const statement of deny) {
      if (!holdsAlways(statement) && !this.#holdsFor(statement, principalClass.facts)) continue;
      const { bits } = statement.actions;
      for (let word = 0; word < left.length; word += 1) left[word]! &= ~bits[word]!;
    }
    // A grant that cannot be read may name any action.
    const granted: Uint32Array = principalClass.grantUnknown ? left : namedBy(allow, this.#words);
    if (granted !== left) {
      for (let word = 0; word < left.length; word += 1) granted[word]! &= left[word]!;
    }
    if (guards.length === 0 && sessionGuards.length === 0) return { granted, within: granted, left };
    const within = granted.slice();
    for (const guard of guards) keepAllowed(within, [guard]);
    for (const guard of sessionGuards) keepAllowed(within, [guard]);
    return { granted, within, left };
  }

  /** Whether a statement speaks of every request for its actions that a principal makes: it looks at nothing else. */
  #holdsFor(statement: CompiledStatement, principal: PrincipalFacts): boolean {
    const { condition } = statement;
    if (condition === undefined || condition.principalKeys.length === 0 || condition.readsResource) return false;
    if (condition.requestKeys.length > 0 || statement.chosen.length > 0) return false;
    if (!holdsAlways({ ...statement, condition: undefined })) return false;
    const resource = { id: '', scopes: [] };
    return condition.evaluate({ principal, action: '', resource, context: NO_CONTEXT, now: this.#now }) === TRUE;
  }
}

const NO_CONTEXT: RequestContext = new Map();

function namedBy(statements: readonly CompiledStatement[], words: number): Uint32Array {
  const bits = new Uint32Array(words);
  for (const { actions } of statements) {
    for (let word = 0; word < words; word += 1) bits[word]! |= actions.bits[word]!;
  }
  return bits;
}

/** Leaves out what none of the documents of a level allows. */
function keepAllowed(bits: Uint32Array, level: readonly CompiledDocument[]): void {
  if (level.some((document) => document.unreadable !== undefined)) return;
  const allows = level.flatMap((document) => document.statements.filter((statement) => statement.allow));
  const [only] = allows;
  const allowed = allows.length === 1 && only !== undefined ? only.actions.bits : namedBy(allows, bits.length);
  for (let word = 0; word < bits.length; word += 1) bits[word]! &= allowed[word]!;
}
