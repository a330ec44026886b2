import type { ActionRef } from '../authz/action-catalogue.ts';
import { hasAction } from '../authz/action-catalogue.ts';
import type { AuthorizationModel, ProviderModel } from '../authz/authorization-model.ts';
import type { CompiledStatement } from '../authz/compiled-document.ts';
import { decideQuery } from '../authz/decide.ts';
import { globOfInstance, instantiateGlob, intersectGlobs } from '../authz/glob-intersection.ts';
import type { PrincipalClass } from '../authz/principal-class.ts';
import type { PrincipalFacts, RequestContext } from '../authz/semantics.ts';
import { and, FALSE, TRUE, type Truth, UNKNOWN } from '../authz/truth.ts';
import type { GraphNode } from '../graph/model.ts';
import { type Caller, openedTo } from './target-decisions.ts';

/** Stands for text the caller chooses; no policy is expected to mention it. */
const FRESH = '\u{e000}'.repeat(16);

/** A resource that stands for whatever the caller names, with `*` for the text it chooses. */
export function anyName(resource: string): string {
  return globOfInstance(resource, FRESH);
}

/** The most general resource of a template: its wildcards are text that no policy mentions. */
export function generalName(template: string): string {
  return instantiateGlob(template, FRESH);
}

/** Whether an id has a part that stands for whatever a caller chooses. */
export function isNewName(id: string): boolean {
  return id.includes(FRESH);
}

/** More ways than this to combine the patterns of a policy set leave a negative answer `UNKNOWN`. */
const MOST_CANDIDATES = 512;

/** One question about resources of the caller's own naming. */
export interface ChoiceQuestion {
  readonly model: AuthorizationModel;
  readonly provider: ProviderModel;
  readonly class: PrincipalClass;
  readonly facts: PrincipalFacts;
  readonly context: RequestContext;
  readonly now: number;
  /** What the caller has changed about the resources it asks about. */
  readonly changed?: Pick<Caller, 'chosenResourceTags' | 'opensResource'>;
}

/** What is allowed on resources the caller names itself, and the names that prove it. */
export interface ChoiceAnswer {
  readonly truth: Truth;
  /** For each action the resources it is allowed on, in the order asked. */
  readonly witnesses: readonly { readonly action: string; readonly resource: string }[];
}

/**
 * Whether a caller may do all of `actions` on resources it names itself, the same resource for actions that take the
 * same kind. Resources to try come from the policies: the most general instances of what grants and guards name and
 * denies spare. A `TRUE` is proven by a concrete resource; a `FALSE` holds because a general instance stands for all.
 */
export function chooseResources(question: ChoiceQuestion, actions: readonly string[]): ChoiceAnswer {
  const zone = question.class.zone === undefined ? undefined : question.model.graph.node(question.class.zone);
  const scope = zone?.kind === 'scope' ? zone : undefined;
  // Most callers hold nothing that names one of the actions at all.
  if (!question.class.grantUnknown && actions.some((name) => !isNamed(question, name)))
    return { truth: FALSE, witnesses: [] };
  const entries = new Map<string, { readonly templates: readonly string[]; readonly actions: ActionRef[] }>();
  let truth: Truth = TRUE;
  for (const name of actions) {
    const action = question.provider.catalogue.ref(name);
    const needed = question.provider.semantics.requestTemplates(action.name, scope);
    if (needed.length === 0) truth = and(truth, UNKNOWN);
    for (const templates of needed) {
      const key = JSON.stringify(templates);
      const entry = entries.get(key);
      if (entry === undefined) entries.set(key, { templates, actions: [action] });
      else if (!entry.actions.includes(action)) entry.actions.push(action);
    }
  }
  const witnesses: { action: string; resource: string }[] = [];
  for (const entry of entries.values()) {
    const found = chooseOne(question, entry.templates, entry.actions);
    truth = and(truth, found.truth);
    if (truth === FALSE) return { truth, witnesses: [] };
    for (const action of entry.actions) witnesses.push({ action: action.name, resource: found.resource });
  }
  return { truth, witnesses };
}

/** Whether one of the actions would make what is there already, and the caller cannot remove it first. */
function isTaken(question: ChoiceQuestion, actions: readonly ActionRef[], candidate: string): boolean {
  const { semantics, catalogue } = question.provider;
  const maker = actions.find((action) => semantics.creates(action.name));
  if (maker === undefined || question.model.graph.node(candidate) === undefined) return false;
  const remove = catalogue.ref(maker.name.replace(':Create', ':Delete'));
  return decideOn(question, remove, candidate) !== TRUE;
}

function isNamed(question: ChoiceQuestion, name: string): boolean {
  const action = question.provider.catalogue.ref(name);
  return question.class.allow.some((statement) => hasAction(statement.actions, action));
}

function chooseOne(
  question: ChoiceQuestion,
  templates: readonly string[],
  actions: readonly ActionRef[],
): { readonly truth: Truth; readonly resource: string } {
  const { candidates, complete } = candidateResources(question, templates, actions);
  let best: Truth = FALSE;
  let resource = candidates[0] ?? '*';
  for (const candidate of candidates) {
    if (isTaken(question, actions, candidate)) continue;
    let truth: Truth = TRUE;
    for (const action of actions) {
      truth = and(truth, decideOn(question, action, candidate));
      if (truth <= best) break;
    }
    if (truth > best) {
      best = truth;
      resource = candidate;
    }
    if (best === TRUE) break;
  }
  if (best === FALSE && !complete) best = UNKNOWN;
  return { truth: best, resource };
}

/** Whether the caller is allowed one action on something inside a template, e.g. some object of a bucket. */
export function chooseWithin(
  question: ChoiceQuestion,
  template: string,
  action: ActionRef,
): { readonly truth: Truth; readonly resource: string } {
  const general = instantiateGlob(template, FRESH);
  if (decideOn(question, action, general) === TRUE) return { truth: TRUE, resource: general };
  return chooseOne(question, [template], [action]);
}

/** Whether the caller is allowed one action on one resource id. */
export function decideOn(question: ChoiceQuestion, action: ActionRef, resource: string): Truth {
  const facts = question.model.resourceFacts(resource, question.provider);
  return decideQuery(question.model, {
    principal: question.facts,
    class: question.class,
    action,
    resource: openedTo(question.changed ?? {}, facts.node === undefined ? { ...facts, isNew: true } : facts),
    provider: question.provider,
    context: question.context,
    now: question.now,
  });
}

function candidateResources(
  question: ChoiceQuestion,
  templates: readonly string[],
  actions: readonly ActionRef[],
): { readonly candidates: readonly string[]; readonly complete: boolean } {
  const candidates = new Set<string>();
  let complete = true;
  for (const template of templates.flatMap((one) => [one, ...agreeing(question, actions, one)])) {
    // An action without resource types is about nothing in particular: only a rule on `*` speaks of it (aws.md 1.10).
    if (template === '*') {
      candidates.add('*');
      continue;
    }
    // What lies inside a node is governed by the node's own policies too.
    const { node } = question.model.resourceFacts(instantiateGlob(template, FRESH), question.provider);
    const layers = patternLayers(question, actions, node);
    let globs = new Set([template]);
    for (const layer of layers) {
      const next = new Set(globs);
      for (const glob of globs) {
        for (const pattern of layer) {
          if (next.size + candidates.size > MOST_CANDIDATES) {
            complete = false;
            break;
          }
          const shared = intersectGlobs(glob, pattern);
          if (!shared.complete) complete = false;
          for (const one of shared.globs) next.add(one);
        }
      }
      globs = next;
    }
    // A shared glob may stretch a wildcard over parts the language keeps apart: it is then no resource of this kind.
    const form = question.provider.semantics.resources.compile(template);
    for (const glob of globs) {
      const candidate = glob === '*' ? '*' : instantiateGlob(glob, FRESH);
      if (candidate === '*' || form.matches(candidate, question.facts) === TRUE) candidates.add(candidate);
    }
  }
  return { candidates: [...candidates], complete };
}

/** The template with the parts filled in that must agree with values policies ask of keys the caller chooses. */
function agreeing(question: ChoiceQuestion, actions: readonly ActionRef[], template: string): readonly string[] {
  const { agreeingTemplate } = question.provider.semantics;
  if (agreeingTemplate === undefined) return [];
  const { class: of } = question;
  const guards = [...of.guards, ...of.sessionGuards, ...of.scopeGuards.flat()].flatMap(({ statements }) => statements);
  const found = new Set<string>();
  for (const statement of new Set([...of.allow, ...guards, ...of.deny])) {
    if (!actions.some((action) => hasAction(statement.actions, action))) continue;
    for (const { key, values, free } of statement.chosen) {
      if (free === undefined) continue;
      for (const value of values) {
        const one = found.size < MOST_CANDIDATES ? agreeingTemplate(template, key, value) : undefined;
        if (one !== undefined) found.add(one);
      }
    }
  }
  return [...found].sort();
}

/** Globs worth combining, one list for each layer of the decision that can demand something of the resource. */
function patternLayers(
  question: ChoiceQuestion,
  actions: readonly ActionRef[],
  node: GraphNode | undefined,
): readonly (readonly string[])[] {
  const speaks = (statement: CompiledStatement): boolean =>
    actions.some((action) => hasAction(statement.actions, action));
  const globs = (patterns: CompiledStatement['exclude']): string[] => {
    const found: string[] = [];
    for (const pattern of patterns) {
      if (pattern.all) continue;
      const glob = pattern.glob(question.facts);
      if (glob !== undefined) found.push(glob);
    }
    return found;
  };
  const { class: principalClass } = question;
  const layers: string[][] = [
    principalClass.allow.filter(speaks).flatMap((statement) => globs(statement.include ?? [])),
  ];
  for (const guard of [...principalClass.guards, ...principalClass.sessionGuards]) {
    const allows = guard.statements.filter((statement) => statement.allow && speaks(statement));
    layers.push(allows.flatMap((statement) => globs(statement.include ?? [])));
  }
  for (const level of principalClass.scopeGuards) {
    const allows = level.flatMap((document) => document.statements.filter((one) => one.allow && speaks(one)));
    layers.push(allows.flatMap((statement) => globs(statement.include ?? [])));
  }
  layers.push(principalClass.deny.filter(speaks).flatMap((statement) => globs(statement.exclude)));
  for (const grant of node === undefined ? [] : question.model.grantsOn(node.id)) {
    const statements = grant.held.document.statements.filter(speaks);
    layers.push(statements.flatMap((one) => globs(one.allow ? (one.include ?? []) : one.exclude)));
  }
  return layers.map((layer) => [...new Set(layer)]).filter((layer) => layer.length > 0);
}
