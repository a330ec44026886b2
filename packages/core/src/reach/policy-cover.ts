import type { ActionSet } from '../authz/action-catalogue.ts';
import { type CompiledDocument, type CompiledStatement, holdsAlways } from '../authz/compiled-document.ts';
import { globMatch } from '../authz/glob.ts';

/** Whether a text lets everything pass and denies nothing: as a guard it is as good as none. */
export function isOpen({ statements, unreadable }: CompiledDocument): boolean {
  return unreadable === undefined && statements.every(({ allow }) => allow) && statements.some(isAbsolute);
}

/**
 * Whether as a guard `wide` lets pass whatever `narrow` does, for every request and with at least the same certainty.
 * Decided by the texts alone: never wrongly true; false may also mean "not seen to".
 */
export function guardCovers(wide: CompiledDocument, narrow: CompiledDocument): boolean {
  if (wide === narrow) return true;
  let known = covering.get(wide);
  if (known === undefined) {
    known = new WeakMap();
    covering.set(wide, known);
  }
  let covers = known.get(narrow);
  if (covers === undefined) {
    covers = isOpen(wide) || coversByStatements(wide, narrow);
    known.set(narrow, covers);
  }
  return covers;
}

/** Texts are compared again for every caller that may name them. */
const covering: WeakMap<CompiledDocument, WeakMap<CompiledDocument, boolean>> = new WeakMap();

function coversByStatements(wide: CompiledDocument, narrow: CompiledDocument): boolean {
  if (wide.unreadable !== undefined || narrow.unreadable !== undefined) return false;
  const denies = narrow.statements.filter(({ allow }) => !allow);
  return (
    wide.statements.every((statement) => statement.allow || denies.some((deny) => denyCovers(deny, statement))) &&
    allowsCover([wide], narrow)
  );
}

/** Whether everything a text allows is allowed by one of others as well, whatever any of them denies. */
export function allowsCover(wide: readonly CompiledDocument[], narrow: CompiledDocument): boolean {
  if (wide.includes(narrow) || wide.some(isOpen)) return true;
  if (narrow.unreadable !== undefined) return false;
  const allows = wide.flatMap(({ statements }) => statements.filter(({ allow }) => allow));
  return narrow.statements.every(
    (statement) => !statement.allow || allows.some((allow) => allowCovers(allow, statement)),
  );
}

function isAbsolute(statement: CompiledStatement): boolean {
  const { include, exclude } = statement.actions.selector;
  return holdsAlways(statement) && exclude.length === 0 && include.includes('*');
}

function allowCovers(wide: CompiledStatement, narrow: CompiledStatement): boolean {
  if (!actionsCover(wide.actions, narrow.actions)) return false;
  if (holdsAlways(wide)) return true;
  if (wide.undecidable !== undefined || narrow.undecidable !== undefined) return false;
  if (wide.principals !== undefined || narrow.principals !== undefined) return false;
  if (wide.condition !== undefined && wide.condition !== narrow.condition) return false;
  // Equal patterns are one object, so that what they come to is equal too.
  if (!wide.exclude.every((pattern) => narrow.exclude.includes(pattern))) return false;
  const { include } = wide;
  if (include === undefined || narrow.include === undefined) return include === narrow.include;
  return include.some(({ all }) => all) || narrow.include.every((pattern) => include.includes(pattern));
}

/**
 * As {@link allowCovers}, but negated: a deny that may hold is worth more than one that holds for a request that is not made,
 * so one that is only wider in what it asks may leave less. It must hold always, or ask for the very same.
 */
function denyCovers(wide: CompiledStatement, narrow: CompiledStatement): boolean {
  if (!actionsCover(wide.actions, narrow.actions)) return false;
  if (holdsAlways(wide)) return true;
  return (
    wide.undecidable === undefined &&
    narrow.undecidable === undefined &&
    wide.principals === undefined &&
    narrow.principals === undefined &&
    wide.condition === narrow.condition &&
    samePatterns(wide.include ?? [], narrow.include ?? []) &&
    (wide.include === undefined) === (narrow.include === undefined) &&
    samePatterns(wide.exclude, narrow.exclude)
  );
}

function samePatterns<Pattern>(left: readonly Pattern[], right: readonly Pattern[]): boolean {
  return left.length === right.length && left.every((pattern, at) => pattern === right[at]);
}

/** Whether a set names every action that another does, those that no catalogue knows included. */
function actionsCover(wide: ActionSet, narrow: ActionSet): boolean {
  if (wide === narrow) return true;
  for (let word = 0; word < narrow.bits.length; word += 1) {
    if ((narrow.bits[word]! & ~wide.bits[word]!) !== 0) return false;
  }
  const includes = wide.selector.include.map((pattern) => pattern.toLowerCase());
  const excludes = wide.selector.exclude.map((pattern) => pattern.toLowerCase());
  const spared = new Set(narrow.selector.exclude.map((pattern) => pattern.toLowerCase()));
  return narrow.selector.include.every((pattern) => {
    const folded = pattern.toLowerCase();
    return (
      includes.some((one) => one === folded || stands(one, folded)) &&
      excludes.every((one) => spared.has(one) || areApart(one, folded))
    );
  });
}

/** A pattern that ends in its only wildcard names what another does that begins with the same text. */
function stands(wide: string, narrow: string): boolean {
  const end = wide.length - 1;
  if (wide[end] !== '*' || /[*?]/.test(wide.slice(0, end))) return !/[*?]/.test(narrow) && globMatch(wide, narrow);
  return narrow.startsWith(wide.slice(0, end));
}

/** Whether two patterns begin with text that tells apart all they name. */
function areApart(left: string, right: string): boolean {
  const [one = ''] = left.split(/[*?]/, 1);
  const [other = ''] = right.split(/[*?]/, 1);
  const wild = (pattern: string, prefix: string): boolean => prefix.length < pattern.length;
  const common = Math.min(one.length, other.length);
  if (one.slice(0, common) !== other.slice(0, common)) return true;
  // One that is all text is apart from a longer beginning.
  return (!wild(left, one) && other.length > one.length) || (!wild(right, other) && one.length > other.length);
}
