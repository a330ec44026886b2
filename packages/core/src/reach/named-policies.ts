import type { AuthorizationModel, ProviderModel } from '../authz/authorization-model.ts';
import { documentsOf } from '../authz/chosen-assignments.ts';
import type { CompiledDocument } from '../authz/compiled-document.ts';
import type { PrincipalClass } from '../authz/principal-class.ts';
import type { CompiledCondition, ConditionRequest } from '../authz/semantics.ts';
import { FALSE } from '../authz/truth.ts';
import type { NodeId, Policy } from '../graph/model.ts';
import { anyName } from './caller-choice.ts';
import { isOpen } from './policy-cover.ts';

/** A policy a request can name, with its text. */
export interface NameablePolicy {
  readonly id: string;
  readonly document: CompiledDocument;
}

/** More lists of policies that rules judge alike are not tried one by one. */
const MOST_LISTS = 256;

/** More guards than this that a caller may name are not told apart: the widest come first ({@link anyOf}). */
export const MOST_GUARDS_APART = 256;

/** More ids than this that rules mention and the input does not hold are not told apart: nobody knows what any of them says. */
const MOST_UNKNOWN = 256;

/** Whether any rule for a class depends on the value of a context key that its members choose. */
export function choosesKey(principalClass: PrincipalClass, key: string): boolean {
  return chosenValues(principalClass, key) !== undefined;
}

/** Values that the rules for a class mention for a key; undefined where none reads it. */
function chosenValues(principalClass: PrincipalClass, key: string): readonly string[] | undefined {
  if (!principalClass.hasChosen) return undefined;
  const folded = key.toLowerCase();
  const values = new Set<string>();
  let reads = false;
  for (const document of documentsOf(principalClass)) {
    if (!document.hasChosen) continue;
    for (const { condition } of document.statements) {
      for (const one of condition?.chosen ?? []) {
        if (one.key !== folded) continue;
        reads = true;
        for (const value of one.values) values.add(value);
      }
    }
  }
  return reads ? [...values].sort() : undefined;
}

/**
 * The policies that callers of a class can name in a request and that may make a difference: those of their own zone and
 * of no zone, and whatever their own rules mention that the input does not hold, whose text is then unknown. `known`: one
 * that is there though the input may not hold it.
 */
export function nameablePolicies(
  model: AuthorizationModel,
  provider: ProviderModel,
  principalClass: PrincipalClass,
  key: string,
  known?: NameablePolicy,
): readonly NameablePolicy[] {
  const found = new Map<string, NameablePolicy>();
  if (known !== undefined) found.set(known.id, known);
  for (const policy of managedPolicies(model, principalClass.zone)) {
    if (policy.provider !== provider.semantics.provider) continue;
    const document = model.document(policy.document, provider);
    if (document !== undefined) found.set(policy.id, { id: policy.id, document });
  }
  // One id in other letters names no other policy: a rule that ignores case mentions several spellings of it.
  const spelled = new Set([...found.keys()].map((id) => id.toLowerCase()));
  let unheld = 0;
  for (const value of chosenValues(principalClass, key) ?? []) {
    if (unheld >= MOST_UNKNOWN || spelled.has(value.toLowerCase())) continue;
    // What stands in another zone cannot be named in this one.
    if (model.graph.policy(value) !== undefined) continue;
    // Patterns have been tried on every policy there is, and what stands for their wildcards is in the private use area;
    // only a plain id names one that is not in the input.
    if (/[*?$\ue000-\uf8ff]/.test(value)) continue;
    spelled.add(value.toLowerCase());
    unheld += 1;
    const document = provider.compiler.compile({
      id: `not in the input: ${value}`,
      provider: provider.semantics.provider,
      statements: [],
      unreadable: 'the input does not hold the policy',
    });
    found.set(value, { id: value, document });
  }
  return [...found.values()];
}

/** What rules ask of an id. */
export interface AskedIds {
  /** As globs: the text that stands for wildcards is told as `*`. */
  readonly globs: readonly string[];
  /** False where more is asked than can be told. */
  readonly complete: boolean;
}

/** What rules of a class ask of the id that a key holds, what stands for the caller filled in. */
export function askedOfId(principalClass: PrincipalClass, key: string, now: number): AskedIds {
  const folded = key.toLowerCase();
  const request: ConditionRequest = {
    principal: principalClass.facts,
    action: '',
    resource: { id: '*', scopes: [] },
    context: new Map(),
    now,
  };
  const globs = new Set((chosenValues(principalClass, key) ?? []).map(anyName));
  let complete = true;
  for (const document of documentsOf(principalClass)) {
    if (!document.hasChosen) continue;
    for (const { condition } of document.statements) {
      const read = condition?.chosen.find((one) => one.key === folded);
      if (condition === undefined || read === undefined) continue;
      if (read.partial === true) complete = false;
      for (const { key: of, value } of condition.propose?.(request) ?? []) {
        if (of !== folded) continue;
        if (value === undefined) complete = false;
        else globs.add(anyName(value));
      }
    }
  }
  return { globs: [...globs].sort(), complete };
}

/** Policies that a request may name, as far as what holds of naming one is known from naming another. */
export interface AlikePolicies<Named> {
  /** What holds of a request that names one of a list holds of the others. */
  readonly lists: readonly (readonly Named[])[];
  /** There are more: what may be done with them is unknown. */
  readonly isPartial: boolean;
}

/**
 * Policies in lists that no rule of a class for the key tells apart by their ids. Where a rule reads more than the key, each is
 * a list of its own.
 */
export function alikeByName<Named extends { readonly id: string }>(
  principalClass: PrincipalClass,
  key: string,
  policies: readonly Named[],
  now: number,
): AlikePolicies<Named> {
  const conditions = readersOf(principalClass, key);
  const folded = key.toLowerCase();
  const groups = new Map<string, Named[]>();
  for (const policy of policies) {
    const request: ConditionRequest = {
      principal: principalClass.facts,
      action: '',
      resource: { id: '*', scopes: [] },
      context: new Map([[folded, [policy.id]]]),
      now,
    };
    const judged = conditions?.map((condition) => condition.evaluate(request)).join('') ?? policy.id;
    const group = groups.get(judged);
    if (group === undefined) groups.set(judged, [policy]);
    else group.push(policy);
  }
  const lists = [...groups.values()];
  return { lists: lists.slice(0, MOST_LISTS), isPartial: lists.length > MOST_LISTS };
}

/**
 * Conditions of a class that read a key; undefined where what they make of it depends on more of the request than the
 * key: how one comes out without the rest would then say too little.
 */
function readersOf(principalClass: PrincipalClass, key: string): readonly CompiledCondition[] | undefined {
  const folded = key.toLowerCase();
  const found = new Set<CompiledCondition>();
  for (const document of documentsOf(principalClass)) {
    if (!document.hasChosen) continue;
    for (const { condition, include, exclude } of document.statements) {
      if ([...(include ?? []), ...exclude].some((pattern) => pattern.chosen?.some((one) => one.key === folded)))
        return undefined;
      if (condition?.chosen.some((one) => one.key === folded)) found.add(condition);
    }
  }
  const unasked: ConditionRequest = {
    principal: principalClass.facts,
    action: '',
    resource: { id: '*', scopes: [] },
    context: new Map(),
    now: 0,
  };
  for (const condition of found) {
    const readsMore = condition.readsResource && condition.resourceKeys?.every((one) => one === folded) !== true;
    // What fails without the key may do so for this made-up request alone.
    if (condition.propose !== undefined || readsMore || condition.evaluate(unasked) === FALSE) return undefined;
  }
  return [...found];
}

const managed: WeakMap<AuthorizationModel, ReadonlyMap<NodeId | undefined, readonly Policy[]>> = new WeakMap();

/** Managed policies of a zone and of no zone, sorted by id. */
function managedPolicies(model: AuthorizationModel, zone: NodeId | undefined): readonly Policy[] {
  let byZone = managed.get(model);
  if (byZone === undefined) {
    const lists = new Map<NodeId | undefined, Policy[]>();
    for (const policy of model.graph.graph.policies) {
      if (!/(^|-)managed$/.test(policy.type)) continue;
      const own = model.graph.zoneOf(policy.owner ?? policy.id)?.id;
      const list = lists.get(own);
      if (list === undefined) lists.set(own, [policy]);
      else list.push(policy);
    }
    byZone = lists;
    managed.set(model, byZone);
  }
  const own = zone === undefined ? [] : (byZone.get(zone) ?? []);
  return [...own, ...(byZone.get(undefined) ?? [])].sort((left, right) => (left.id < right.id ? -1 : 1));
}

/** Guards that let everything pass, then those that allow most actions; in the order given among equals. */
export function widestFirst(guards: readonly NameablePolicy[]): readonly NameablePolicy[] {
  return [...guards].sort((left, right) => widthOf(right.document) - widthOf(left.document));
}

/** Texts are measured again for every caller that may name them. */
const widths: WeakMap<CompiledDocument, number> = new WeakMap();

function widthOf(document: CompiledDocument): number {
  let width = widths.get(document);
  if (width === undefined) {
    width = isOpen(document) ? Number.POSITIVE_INFINITY : allowedBy(document);
    widths.set(document, width);
  }
  return width;
}

/** How many actions the statements of a text allow, those of several counted for each. */
function allowedBy(document: CompiledDocument): number {
  let width = 0;
  for (const { allow, actions } of document.statements) {
    if (!allow) continue;
    for (const word of actions.bits) for (let rest = word; rest !== 0; rest &= rest - 1) width += 1;
  }
  return width;
}

/** Any of several guards, which are not told apart. */
export function anyOf(guards: readonly NameablePolicy[]): NameablePolicy {
  const ids = [...new Set(guards.map((guard) => guard.id))];
  if (ids.length === 1) return guards[0]!;
  const id = `${ids[0]} or any of ${ids.length - 1} others`;
  return { id, document: anyDocument(id, [...new Set(guards.map(({ document }) => document))]) };
}

/** A text that allows whatever one of several does. */
export function anyDocument(id: string, documents: readonly CompiledDocument[]): CompiledDocument {
  return {
    id,
    statements: documents.flatMap(({ statements }) => statements.filter(({ allow }) => allow)),
    unreadable: documents.find(({ unreadable }) => unreadable !== undefined)?.unreadable,
    mayDeny: false,
    principalKeys: [...new Set(documents.flatMap(({ principalKeys }) => principalKeys))].sort(),
    hasChosen: documents.some(({ hasChosen }) => hasChosen),
    hasChosenTags: documents.some(({ hasChosenTags }) => hasChosenTags),
  };
}
