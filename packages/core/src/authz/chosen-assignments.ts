import { hasAction } from './action-catalogue.ts';
import {
  type CompiledDocument,
  type CompiledStatement,
  choosesByResource as readsByResource,
} from './compiled-document.ts';
import type { DecisionQuery } from './decision-query.ts';
import { instantiateGlob, intersectGlobs } from './glob-intersection.ts';
import type { PrincipalClass } from './principal-class.ts';
import type { ResourcePolicies } from './resource-side.ts';
import type { ChosenKey, CompiledCondition, ConditionRequest, ProposedValue, RequestContext } from './semantics.ts';

/** More combinations of caller-chosen values than this leave the answer `CONDITIONAL`. */
const MOST_ASSIGNMENTS = 128;

/** More globs than this for one key are not combined with each other. */
const MOST_PATTERNS = 24;

/** Of so many values of a key with several, every subset is tried; of more, only the small ones and the whole. */
const MOST_FOR_SUBSETS = 4;
const MOST_FOR_PAIRS = 8;

/** What a choice of keys depends on. */
export type ChoiceQuery = Pick<
  DecisionQuery,
  'principal' | 'class' | 'action' | 'resource' | 'provider' | 'context' | 'now'
>;

/** Everything said of one key by the texts that read it. */
interface Wanted {
  readonly values: Set<string>;
  readonly patterns: Set<string>;
  several: boolean;
  partial: boolean;
  lists: string | undefined;
  always: boolean;
}

/** Values of one key to try; null for a key that is left out, undefined for one that stays open. */
type Option = readonly string[] | null | undefined;

/**
 * Contexts to try for the keys the caller chooses; undefined where there is nothing to choose. A key stays out of a context
 * where not all values that may matter could be listed: it is then undecided, so that a denial is no more certain than it is.
 * `further`: the request as it comes to what stands behind the resource, whose policies are asked in the same context.
 */
export function chosenAssignments(
  query: ChoiceQuery,
  policies: ResourcePolicies,
  further?: { readonly query: ChoiceQuery; readonly policies: ResourcePolicies },
): readonly RequestContext[] | undefined {
  let wanted: Map<string, Wanted> | undefined;
  const proposed: ProposedValue[] = [];
  const listed = new Map<string, readonly string[]>();
  const collect = (of: ChoiceQuery, on: ResourcePolicies): void => {
    eachChoosing(of, on, (statement, fromIdentity) => {
      for (const one of statement.chosen) {
        const given = one.lists === undefined ? undefined : of.context.get(one.key);
        if (one.lists !== undefined && given !== undefined) listed.set(one.lists, given ?? []);
        if (!isChosen(one, of)) continue;
        wanted ??= new Map();
        add(wanted, one);
      }
      proposed.push(...proposals(statement, of, fromIdentity));
      return false;
    });
  };
  collect(query, policies);
  if (further !== undefined) collect({ ...further.query, class: undefined }, further.policies);
  if (wanted === undefined) return undefined;
  for (const { key, value } of proposed) {
    const of = wanted.get(key);
    if (of === undefined) continue;
    if (value === undefined) of.partial = true;
    else of.values.add(value);
  }
  const { freshValue } = query.provider.semantics.conditions;
  let assignments: Map<string, readonly string[] | null>[] = [new Map(query.context)];
  const all: ReadonlyMap<string, Wanted> = wanted;
  const sorted = [...all].sort(([left], [right]) => (left < right ? -1 : 1));
  for (const [key, of] of sorted) {
    if (of.lists !== undefined) continue;
    const possible = optionsFor(of, freshValue).filter((option) => agreesWith(listed, key, option));
    const options = atMost(possible, Math.floor(MOST_ASSIGNMENTS / assignments.length));
    assignments = assignments.flatMap((assignment) =>
      options.map((option) => (option === undefined ? assignment : new Map(assignment).set(key, option))),
    );
  }
  for (const [key, of] of sorted) {
    const { lists } = of;
    if (lists === undefined) continue;
    const most = Math.floor(MOST_ASSIGNMENTS / assignments.length);
    assignments = assignments.flatMap((assignment) =>
      atMost(listOptions(of, lists, assignment, all, freshValue), most).map((option) =>
        option === undefined ? assignment : new Map(assignment).set(key, option),
      ),
    );
  }
  return assignments;
}

/** Whether an option for a key agrees with the list of keys that the request is known to carry. */
function agreesWith(listed: ReadonlyMap<string, readonly string[]>, key: string, option: Option): boolean {
  if (option === undefined) return true;
  for (const [beginning, names] of listed) {
    if (!key.startsWith(beginning)) continue;
    const isThere = names.some((name) => name.toLowerCase() === key.slice(beginning.length));
    if (isThere !== (option !== null)) return false;
  }
  return true;
}

/**
 * Values to try for a key that lists others: one spelling of each that the assignment has, none of one that it leaves out, and
 * any of those it says nothing of. A request with other combinations cannot be made.
 */
function listOptions(
  of: Wanted,
  beginning: string,
  assignment: RequestContext,
  wanted: ReadonlyMap<string, Wanted>,
  fresh: string,
): readonly Option[] {
  const mentioned = [...of.values].sort();
  let lists: readonly (readonly string[])[] = [[]];
  let { partial } = of;
  const settled = new Set<string>();
  for (const [key, values] of [...assignment].sort(([left], [right]) => (left < right ? -1 : 1))) {
    if (!key.startsWith(beginning)) continue;
    const name = key.slice(beginning.length);
    settled.add(name);
    if (values === null) continue;
    const spelled = mentioned.filter((value) => value.toLowerCase() === name);
    const spellings = spelled.length === 0 ? [name] : spelled;
    if (lists.length * spellings.length > MOST_ASSIGNMENTS) partial = true;
    else lists = lists.flatMap((list) => spellings.map((one) => [...list, one]));
  }
  // A key of the list that was left open may be there or not, in a spelling that nobody knows.
  for (const key of wanted.keys()) {
    if (key.startsWith(beginning) && !settled.has(key.slice(beginning.length))) partial = true;
  }
  const others = subsetsOf([...mentioned.filter((value) => !settled.has(value.toLowerCase())), fresh]);
  if (!others.complete) partial = true;
  const options: Option[] = [];
  for (const list of lists) {
    options.push(list.length === 0 ? null : list);
    for (const more of others.options) if (!hasTwoSpellings(more)) options.push([...list, ...more]);
  }
  if (partial) options.push(undefined);
  return options;
}

function hasTwoSpellings(values: readonly string[]): boolean {
  return new Set(values.map((value) => value.toLowerCase())).size < values.length;
}

/** Whether the values worth trying depend on the resource, so that one choice cannot be made for several resources. */
export function choosesByResource(query: ChoiceQuery, policies: ResourcePolicies): boolean {
  return eachChoosing(
    query,
    policies,
    (statement) => statement.choiceByResource && statement.chosen.some((one) => isChosen(one, query)),
  );
}

/** A rule, or the condition of a placement, as far as the caller's choices go. */
type Choosing = Pick<CompiledStatement, 'chosen' | 'condition' | 'include' | 'exclude' | 'choiceByResource'>;

/** The condition that a text is placed under, as a rule that has nothing else. */
function placement(condition: CompiledCondition): Choosing {
  const { chosen } = condition;
  return { chosen, condition, include: undefined, exclude: [], choiceByResource: readsByResource(condition) };
}

/** Visits the rules that may speak of the action and have keys the caller chooses, until `visit` says so. */
function eachChoosing(
  query: ChoiceQuery,
  { grants, levels }: ResourcePolicies,
  visit: (rule: Choosing, fromIdentity: boolean) => boolean,
): boolean {
  const tags = query.principal.chosenTags === true || query.resource.chosenTags === true;
  const look = (document: CompiledDocument, fromIdentity: boolean): boolean => {
    if (!document.hasChosen && !(tags && document.hasChosenTags)) return false;
    const { applies } = document;
    if (applies !== undefined && applies.chosen.length > 0 && visit(placement(applies), fromIdentity)) return true;
    for (const statement of document.statements) {
      if (statement.chosen.length === 0 || !hasAction(statement.actions, query.action)) continue;
      if (visit(statement, fromIdentity)) return true;
    }
    return false;
  };
  const of = query.class;
  if (of !== undefined && (of.hasChosen || (tags && of.hasChosenTags))) {
    for (const document of choosingDocuments(of)) if (look(document, true)) return true;
  }
  for (const { held, condition } of grants) {
    if (look(held.document, false)) return true;
    if (condition === undefined || condition.chosen.length === 0) continue;
    const speaks = held.document.statements.some(({ actions }) => hasAction(actions, query.action));
    if (speaks && visit(placement(condition), false)) return true;
  }
  for (const level of levels) for (const held of level) if (look(held.document, false)) return true;
  return false;
}

const choosing: WeakMap<PrincipalClass, readonly CompiledDocument[]> = new WeakMap();

/** Texts on the identity side with keys that the caller may choose; most have none. */
function choosingDocuments(principalClass: PrincipalClass): readonly CompiledDocument[] {
  const known = choosing.get(principalClass);
  if (known !== undefined) return known;
  const found = documentsOf(principalClass).filter((document) => document.hasChosen || document.hasChosenTags);
  choosing.set(principalClass, found);
  return found;
}

/** Every policy text on the identity side. */
export function documentsOf(principalClass: PrincipalClass): readonly CompiledDocument[] {
  return [
    ...principalClass.grants,
    ...principalClass.guards,
    ...principalClass.sessionGuards,
    ...principalClass.scopeGuards.flat(),
    ...principalClass.unionGuards,
  ];
}

/** Facts of the resource that decide which keys of a query are the caller's to choose; most often none. */
export function factsOfChoice(query: ChoiceQuery, policies: ResourcePolicies): readonly string[] {
  const facts = new Set<string>();
  eachChoosing(query, policies, (statement) => {
    for (const { key, free } of statement.chosen) if (free !== undefined && !query.context.has(key)) facts.add(free.by);
    return false;
  });
  return [...facts].sort();
}

function isChosen({ key, when, free }: ChosenKey, { principal, action, resource, context }: ChoiceQuery): boolean {
  if (context.has(key)) return false;
  if (free !== undefined && !free.in(action.name, resource)) return false;
  if (when === undefined) return true;
  return (when === 'principal-tags' ? principal : resource).chosenTags === true;
}

function add(
  wanted: Map<string, Wanted>,
  { key, values, patterns, multivalued, partial, lists, always }: ChosenKey,
): void {
  let of = wanted.get(key);
  if (of === undefined) {
    of = { values: new Set(), patterns: new Set(), several: false, partial: false, lists, always: always === true };
    wanted.set(key, of);
  }
  for (const value of values) of.values.add(value);
  for (const pattern of patterns ?? []) of.patterns.add(pattern);
  if (multivalued === true) of.several = true;
  if (partial === true) of.partial = true;
}

function proposals(
  { condition, include, exclude }: Choosing,
  query: ChoiceQuery,
  fromIdentity: boolean,
): readonly ProposedValue[] {
  const found: ProposedValue[] = [];
  const principal = fromIdentity && query.class !== undefined ? query.class.facts : query.principal;
  if (condition?.propose !== undefined) {
    const request: ConditionRequest = {
      principal,
      action: query.action.name,
      resource: query.resource,
      context: query.context,
      now: query.now,
    };
    found.push(...condition.propose(request));
  }
  for (const pattern of [...(include ?? []), ...exclude]) {
    if (pattern.propose !== undefined) found.push(...pattern.propose(query.resource.id, principal, query.context));
  }
  return found;
}

/** As many options as may be tried, and that others are not. */
function atMost(options: readonly Option[], most: number): readonly Option[] {
  return options.length <= most ? options : [...options.slice(0, most - 1), undefined];
}

function optionsFor(of: Wanted, fresh: string): readonly Option[] {
  const values = new Set(of.values);
  let { partial } = of;
  if (of.patterns.size > 1) {
    // A grant may ask for one pattern and a guard for another: values that match both are instances of what they share.
    const shared = sharedPatterns([...of.patterns].sort());
    if (!shared.complete) partial = true;
    for (const pattern of shared.patterns) values.add(instantiateGlob(pattern, fresh));
  }
  const sorted = [...values].sort();
  const options: Option[] = of.several ? [] : [...sorted.map((value) => [value]), [fresh]];
  if (of.several) {
    // A key may take several values at once: one demanded by a grant, another by a guard.
    const subsets = subsetsOf([...sorted, fresh]);
    options.push(...subsets.options);
    if (!subsets.complete) partial = true;
  }
  if (!of.always) options.push(null);
  if (partial) options.push(undefined);
  return options;
}

/** The patterns with everything that any of them share. */
function sharedPatterns(patterns: readonly string[]): {
  readonly patterns: readonly string[];
  readonly complete: boolean;
} {
  const all = new Set(patterns);
  if (all.size > MOST_PATTERNS) return { patterns, complete: false };
  let complete = true;
  const list = [...all];
  for (let at = 1; at < list.length; at += 1) {
    for (let other = 0; other < at; other += 1) {
      const shared = intersectGlobs(list[other]!, list[at]!);
      if (!shared.complete) complete = false;
      for (const glob of shared.globs) {
        if (all.has(glob)) continue;
        if (all.size >= MOST_PATTERNS) return { patterns: list, complete: false };
        all.add(glob);
        list.push(glob);
      }
    }
  }
  return { patterns: list, complete };
}

function subsetsOf(values: readonly string[]): {
  readonly options: readonly (readonly string[])[];
  readonly complete: boolean;
} {
  if (values.length <= MOST_FOR_SUBSETS) {
    const options: string[][] = [];
    for (let bits = 1; bits < 2 ** values.length; bits += 1) {
      options.push(values.filter((_, at) => ((bits >> at) & 1) === 1));
    }
    return { options, complete: true };
  }
  const options: string[][] = values.map((value) => [value]);
  if (values.length <= MOST_FOR_PAIRS) {
    for (const [at, first] of values.entries()) {
      for (const second of values.slice(at + 1)) options.push([first, second]);
    }
  }
  options.push(values.slice(0, -1), [...values]);
  return { options, complete: false };
}
