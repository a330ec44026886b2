import type { ActionRef } from '../authz/action-catalogue.ts';
import { hasAction } from '../authz/action-catalogue.ts';
import type { AuthorizationModel, ProviderModel } from '../authz/authorization-model.ts';
import type { CompiledStatement } from '../authz/compiled-document.ts';
import { decideQuery } from '../authz/decide.ts';
import { behind } from '../authz/further-resource.ts';
import { globOfInstance, instantiateGlob, intersectGlobs } from '../authz/glob-intersection.ts';
import type { PrincipalClass } from '../authz/principal-class.ts';
import type {
  PrincipalFacts,
  RequestContext,
  ResourceFacts,
  ResourceLanguage,
  ResourcePattern,
} from '../authz/semantics.ts';
import { and, FALSE, TRUE, type Truth, UNKNOWN } from '../authz/truth.ts';
import type { GraphNode } from '../graph/model.ts';
import { asChanged, type NodeChange } from './target-decisions.ts';

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
  /** What the caller has changed before it asks. */
  readonly changed?: NodeChange;
  /** Keeps what questions of one caller have in common; answers are the same without it. */
  readonly memo?: ChoiceMemo;
}

/** A key that the caller chooses in some requests, with a value that policies ask of it. */
type AskedValue = readonly [key: string, value: string];

/** What the rules of a caller say of some actions. */
interface SaidOf {
  /** Globs worth combining, see {@link patternLayers}. */
  readonly layers: readonly (readonly string[])[];
  /** Values that may have to agree with the resource. */
  readonly values: readonly AskedValue[];
}

/** What is known of the rules of the caller that was asked about last. */
export class ChoiceMemo {
  #class: PrincipalClass | undefined;
  #facts: PrincipalFacts | undefined;
  readonly #said: Map<string, SaidOf> = new Map();

  said({ class: of, facts }: ChoiceQuestion, actions: readonly ActionRef[], find: () => SaidOf): SaidOf {
    if (of !== this.#class || facts !== this.#facts) {
      this.#class = of;
      this.#facts = facts;
      this.#said.clear();
    }
    const key = actions.length === 1 ? actions[0]!.folded : JSON.stringify(actions.map(({ folded }) => folded));
    let said = this.#said.get(key);
    if (said === undefined) {
      said = find();
      this.#said.set(key, said);
    }
    return said;
  }
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
  // Most callers hold nothing that names one of the actions at all, and have written nothing that does.
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

/** The action that removes what another makes. */
export function removalOf(maker: string): string {
  return maker.replace(':Create', ':Delete');
}

/** Whether one of the actions would make what is there already, and the caller cannot remove it first. */
function isTaken(question: ChoiceQuestion, actions: readonly ActionRef[], candidate: string): boolean {
  const { semantics, catalogue } = question.provider;
  const maker = actions.find((action) => semantics.creates(action.name));
  if (maker === undefined || question.model.graph.node(candidate) === undefined) return false;
  const remove = catalogue.ref(removalOf(maker.name));
  return decideOn(question, remove, candidate) !== TRUE;
}

function isNamed(question: ChoiceQuestion, name: string): boolean {
  const action = question.provider.catalogue.ref(name);
  if (question.class.allow.some((statement) => hasAction(statement.actions, action))) return true;
  const opened = question.changed?.opensResource;
  return opened !== undefined && (opened.actions === undefined || hasAction(opened.actions, action));
}

function chooseOne(
  question: ChoiceQuestion,
  templates: readonly string[],
  actions: readonly ActionRef[],
  known?: { readonly truth: Truth; readonly resource: string },
): { readonly truth: Truth; readonly resource: string } {
  // Most of what is allowed is allowed on the most general name, which is the first of the candidates.
  const [first] = templates;
  const general = known ?? (first === undefined ? undefined : generalAnswer(question, first, actions));
  if (general?.truth === TRUE) return general;
  const { candidates, complete } = candidateResources(question, templates, actions);
  let best: Truth = FALSE;
  let resource = candidates[0] ?? '*';
  for (const candidate of candidates) {
    let truth: Truth = TRUE;
    if (general !== undefined && candidate === general.resource) {
      truth = general.truth;
    } else {
      if (isTaken(question, actions, candidate)) continue;
      for (const action of actions) {
        truth = and(truth, decideOn(question, action, candidate));
        if (truth <= best) break;
      }
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

/** The answer about the most general name of a template; undefined where it is no name of its own. */
function generalAnswer(
  question: ChoiceQuestion,
  template: string,
  actions: readonly ActionRef[],
): { readonly truth: Truth; readonly resource: string } | undefined {
  if (template === '*') return undefined;
  const resource = generalName(template);
  if (!isOfForm(question, template, resource) || isTaken(question, actions, resource)) return undefined;
  let truth: Truth = TRUE;
  for (const action of actions) {
    truth = and(truth, decideOn(question, action, resource));
    if (truth === FALSE) break;
  }
  return { truth, resource };
}

const forms: WeakMap<ResourceLanguage, Map<string, ResourcePattern>> = new WeakMap();

/** More templates than this are compiled anew. */
const MOST_FORMS = 4_096;

/** Whether a resource is of the kind that a template names. */
function isOfForm({ provider, facts }: ChoiceQuestion, template: string, resource: string): boolean {
  const { resources } = provider.semantics;
  let known = forms.get(resources);
  if (known === undefined) {
    known = new Map();
    forms.set(resources, known);
  }
  let form = known.get(template);
  if (form === undefined) {
    form = resources.compile(template);
    if (known.size >= MOST_FORMS) known.clear();
    known.set(template, form);
  }
  return form.matches(resource, facts) === TRUE;
}

/** Whether the caller is allowed one action on something inside a template, e.g. some object of a bucket. */
export function chooseWithin(
  question: ChoiceQuestion,
  template: string,
  action: ActionRef,
): { readonly truth: Truth; readonly resource: string } {
  const resource = generalName(template);
  const general = { truth: decideOn(question, action, resource), resource };
  return general.truth === TRUE ? general : chooseOne(question, [template], [action], general);
}

/**
 * Up to `most` names inside a template that the caller is allowed one action on, the most general first: one for each way to
 * combine what the rules of the caller name.
 */
export function namesWithin(
  question: ChoiceQuestion,
  template: string,
  action: ActionRef,
  most: number,
): readonly { readonly truth: Truth; readonly resource: string }[] {
  const found: { truth: Truth; resource: string }[] = [];
  const { candidates } = candidateResources(question, [template], [action]);
  for (const resource of new Set([generalName(template), ...candidates])) {
    if (found.length >= most) break;
    const truth = isTaken(question, [action], resource) ? FALSE : decideOn(question, action, resource);
    if (truth !== FALSE) found.push({ truth, resource });
  }
  return found;
}

/** Whether the caller is allowed one action on one resource id. */
export function decideOn(question: ChoiceQuestion, action: ActionRef, resource: string): Truth {
  const { changed } = question;
  const known = question.model.resourceFacts(resource, question.provider);
  const facts: ResourceFacts = known.node === undefined ? { ...known, isNew: true } : known;
  return decideQuery(question.model, {
    principal: question.facts,
    class: question.class,
    action,
    resource: changed === undefined ? facts : asChanged(changed, facts),
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
  const said = saidOf(question, actions);
  for (const template of templates.flatMap((one) => [one, ...agreeing(question, said, one)])) {
    // An action without resource types is about nothing in particular: only a rule on `*` speaks of it (aws.md 1.10).
    if (template === '*') {
      candidates.add('*');
      continue;
    }
    // What lies inside a node is governed by the node's own policies too.
    const facts = question.model.resourceFacts(instantiateGlob(template, FRESH), question.provider);
    const own = patternLayers(question, said, actions, facts.node);
    const further = layersBehind(question, actions, facts);
    if (!further.complete) complete = false;
    const layers = further.layers.length === 0 ? own : [...own, ...further.layers];
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
    for (const glob of globs) {
      const candidate = glob === '*' ? '*' : instantiateGlob(glob, FRESH);
      if (candidate === '*' || isOfForm(question, template, candidate)) candidates.add(candidate);
    }
  }
  return { candidates: [...candidates], complete };
}

/** The template with the parts filled in that must agree with values policies ask of keys the caller chooses. */
function agreeing({ provider }: ChoiceQuestion, { values }: SaidOf, template: string): readonly string[] {
  const { agreeingTemplate } = provider.semantics;
  if (agreeingTemplate === undefined || values.length === 0) return [];
  const found = new Set<string>();
  for (const [key, value] of values) {
    const one = found.size < MOST_CANDIDATES ? agreeingTemplate(template, key, value) : undefined;
    if (one !== undefined) found.add(one);
  }
  return [...found].sort();
}

/** What the rules of the caller itself say of actions. */
function saidOf(question: ChoiceQuestion, actions: readonly ActionRef[]): SaidOf {
  const find = (): SaidOf => ({ layers: ownLayers(question, actions), values: askedValues(question.class, actions) });
  return question.memo === undefined ? find() : question.memo.said(question, actions, find);
}

function askedValues(of: PrincipalClass, actions: readonly ActionRef[]): readonly AskedValue[] {
  if (!of.hasChosen && !of.hasChosenTags) return [];
  const guards = [...of.guards, ...of.sessionGuards, ...of.scopeGuards.flat()].flatMap(({ statements }) => statements);
  const found: AskedValue[] = [];
  for (const statement of new Set([...of.allow, ...guards, ...of.deny])) {
    if (!speaksOf(statement, actions)) continue;
    for (const { key, values, free } of statement.chosen) {
      if (free === undefined) continue;
      for (const value of values) found.push([key, value]);
    }
  }
  return found;
}

function speaksOf(statement: CompiledStatement, actions: readonly ActionRef[]): boolean {
  for (const action of actions) if (hasAction(statement.actions, action)) return true;
  return false;
}

function globsOf(patterns: CompiledStatement['exclude'], facts: PrincipalFacts): readonly string[] {
  const found: string[] = [];
  for (const pattern of patterns) {
    if (pattern.all) continue;
    const glob = pattern.glob(facts);
    if (glob !== undefined) found.push(glob);
  }
  return found;
}

/**
 * Globs worth combining, one list for each layer of the decision that can demand something of the resource. `node`: what
 * governs it.
 */
function patternLayers(
  { model, facts }: ChoiceQuestion,
  { layers }: SaidOf,
  actions: readonly ActionRef[],
  node: GraphNode | undefined,
): readonly (readonly string[])[] {
  const further = node === undefined ? [] : layersOn(model, node, actions, facts);
  return further.length === 0 ? layers : [...layers, ...further];
}

/** What the policies on a node demand of the resource, one list for each policy. */
function layersOn(
  model: AuthorizationModel,
  node: GraphNode,
  actions: readonly ActionRef[],
  facts: PrincipalFacts,
): readonly (readonly string[])[] {
  const layers: (readonly string[])[] = [];
  for (const grant of model.grantsOn(node.id)) {
    const statements = grant.held.document.statements.filter((statement) => speaksOf(statement, actions));
    const layer = statements.flatMap((one) => globsOf(one.allow ? (one.include ?? []) : one.exclude, facts));
    if (layer.length > 0) layers.push([...new Set(layer)]);
  }
  return layers;
}

/** What policies behind the resource demand, told of ids of the resource itself. */
function layersBehind(
  { model, provider, facts }: ChoiceQuestion,
  actions: readonly ActionRef[],
  front: ResourceFacts,
): { readonly layers: readonly (readonly string[])[]; readonly complete: boolean } {
  const layers: (readonly string[])[] = [];
  let complete = true;
  for (const action of actions) {
    const further = behind(model, provider, front, action.name);
    const inside = further?.named.inside;
    if (further?.resource === undefined || inside === undefined) continue;
    for (const globs of layersOn(model, further.resource.node, [action], facts)) {
      const told = new Set<string>();
      for (const glob of globs) {
        const shared = intersectGlobs(`${inside.behind}*`, glob);
        if (!shared.complete) complete = false;
        for (const one of shared.globs) {
          if (one.startsWith(inside.behind)) told.add(`${inside.front}${one.slice(inside.behind.length)}`);
        }
      }
      if (told.size > 0) layers.push([...told]);
    }
  }
  return { layers, complete };
}

function ownLayers(
  { class: of, facts }: ChoiceQuestion,
  actions: readonly ActionRef[],
): readonly (readonly string[])[] {
  const included = (statements: readonly CompiledStatement[]): readonly string[] =>
    statements
      .filter((statement) => statement.allow && speaksOf(statement, actions))
      .flatMap((statement) => globsOf(statement.include ?? [], facts));
  const denies = of.deny.filter((statement) => speaksOf(statement, actions));
  const layers = [
    included(of.allow),
    ...[...of.guards, ...of.sessionGuards].map((guard) => included(guard.statements)),
    ...of.scopeGuards.map((level) => included(level.flatMap((document) => document.statements))),
    denies.flatMap((statement) => globsOf(statement.exclude, facts)),
  ];
  return layers.map((layer) => [...new Set(layer)]).filter((layer) => layer.length > 0);
}
