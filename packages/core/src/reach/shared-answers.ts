import { type ActionRef, hasAction } from '../authz/action-catalogue.ts';
import type { AuthorizationModel, ProviderModel } from '../authz/authorization-model.ts';
import type { CompiledDocument, CompiledStatement } from '../authz/compiled-document.ts';
import type { PrincipalClass } from '../authz/principal-class.ts';
import type { CompiledCondition, PrincipalFacts } from '../authz/semantics.ts';
import type { NodeId } from '../graph/model.ts';
import { Kept, KeptByClass } from './kept.ts';
import { ALWAYS, AskedNames, StatementKeys } from './statement-keys.ts';
import type { Caller } from './target-decisions.ts';
import type { Universe } from './universe.ts';

/** Zones whose answers are kept; callers come zone by zone, near enough. */
const KEPT_ZONES = 16;

/** What is kept for the callers of one zone. */
interface ZoneAnswers {
  readonly sides: Map<string, number>;
  /** Names beside or inside the targets of a universe, by the template for them. */
  readonly names: Map<Universe, Map<string, AskedNames>>;
  readonly answers: Map<string, unknown>;
}

/** Targets that actions are asked for: on them, or on what a template names beside or inside each. */
export interface Asked {
  readonly universe: Universe;
  readonly on: string | undefined;
  /** The name for the target of an index. */
  readonly nameOf: (index: number) => string;
}

/** Texts of which one must let a request pass. */
interface Cap {
  readonly allows: readonly CompiledStatement[];
  readonly unreadable: boolean;
}

/** What of a class is worth having at hand. */
interface ClassSides {
  /** All that decides whatever the action. */
  readonly who: string;
  readonly grants: readonly CompiledStatement[];
  readonly guards: readonly Cap[];
  readonly levels: readonly Cap[];
  readonly byNames: Map<AskedNames | undefined, Map<ActionRef, number>>;
  readonly judged: Map<CompiledCondition, string>;
}

/**
 * Answers about single actions, shared by callers of one zone of which the same rules speak. Classes differ in some texts as a
 * rule, and most of what is asked is about actions that those texts say nothing of.
 */
export class SharedAnswers {
  readonly #model: AuthorizationModel;
  readonly #provider: ProviderModel;
  readonly #zones: Kept<NodeId, ZoneAnswers> = new Kept(KEPT_ZONES, () => ({
    sides: new Map(),
    names: new Map(),
    answers: new Map(),
  }));
  readonly #classes: KeptByClass<ClassSides> = new KeptByClass((principalClass) => this.#sidesOf(principalClass));
  readonly #keys: StatementKeys = new StatementKeys();
  readonly #allows: WeakMap<CompiledDocument, readonly CompiledStatement[]> = new WeakMap();
  readonly #keysRead: Map<ActionRef, readonly string[]> = new Map();
  readonly #keyLists: Map<string, readonly string[]> = new Map();
  readonly #values: WeakMap<PrincipalFacts, Map<readonly string[], string>> = new WeakMap();
  #named: Set<NodeId> | undefined;
  #resourceTexts: readonly CompiledDocument[] | undefined;
  #numbered = 0;

  constructor(model: AuthorizationModel, provider: ProviderModel) {
    this.#model = model;
    this.#provider = provider;
  }

  /**
   * What `find` gives for a caller asked about actions: found once for all callers of a zone that no rule about those actions
   * tells apart. `rest`: all else that the answer depends on. `asked`: where the actions are asked for on these names alone.
   */
  of<Answer>(caller: Caller, actions: readonly ActionRef[], rest: string, find: () => Answer, asked?: Asked): Answer {
    const zone = caller.class?.zone;
    if (caller.class === undefined || zone === undefined) return find();
    const known = this.#zones.of(zone);
    const names = asked === undefined ? undefined : namesOf(known, asked);
    const { answers, sides } = known;
    let key = rest;
    for (const action of actions) key += `\n${this.#sideOf(caller.class, action, names, sides)}`;
    if (!caller.anyMember) {
      const { node, chosenTags } = caller.facts;
      key += `\n${chosenTags === true ? '*' : ''}${this.#isNamed(node.id) ? JSON.stringify(node.id) : ''}`;
      for (const action of actions) key += `\n${this.#valuesRead(action, caller.facts)}`;
    }
    const answer = answers.get(key);
    if (answer !== undefined) return answer as Answer;
    const found = find();
    answers.set(key, found);
    return found;
  }

  /** A number that is the same for classes of a zone of which the same is said about an action. */
  #sideOf(
    principalClass: PrincipalClass,
    action: ActionRef,
    names: AskedNames | undefined,
    sides: Map<string, number>,
  ): number {
    const of = this.#classes.of(principalClass);
    let byAction = of.byNames.get(names);
    if (byAction === undefined) {
      byAction = new Map();
      of.byNames.set(names, byAction);
    }
    const known = byAction.get(action);
    if (known !== undefined) return known;
    const text = this.#textOf(principalClass, of, action, names);
    const { needs } = principalClass.facts.session ?? {};
    // Nothing passes in some sessions where one action is not allowed.
    const needed = needs === undefined ? undefined : this.#provider.catalogue.ref(needs);
    const key =
      needed === undefined || needed === action
        ? text
        : `${text}&${this.#textOf(principalClass, of, needed, undefined)}`;
    let number = sides.get(key);
    if (number === undefined) {
      this.#numbered += 1;
      number = this.#numbered;
      sides.set(key, number);
    }
    byAction.set(action, number);
    return number;
  }

  #textOf(principalClass: PrincipalClass, of: ClassSides, action: ActionRef, names: AskedNames | undefined): string {
    // What several statements say together does not depend on their order, nor on one that says what another does.
    const spoken = (statements: readonly CompiledStatement[]): string => {
      const said = new Set<string>();
      for (const statement of statements) {
        if (!hasAction(statement.actions, action)) continue;
        const key = this.#keys.of(statement, names);
        if (key === undefined) continue;
        if (key === ALWAYS) return '*';
        said.add(readsPrincipal(statement) ? `${key}${this.#judgedBy(statement, of, principalClass)}` : `${key}`);
      }
      return said.size < 2 ? [...said].join('') : [...said].sort().join(' ');
    };
    let text = `${action.folded}|${of.who}|${spoken(of.grants)}|`;
    const capped = (caps: readonly Cap[]): void => {
      for (const { allows, unreadable } of caps) {
        const said = spoken(allows);
        // What lets everything pass is no guard for the action.
        if (said !== '*') text += unreadable ? `?${said}/` : `${said}/`;
      }
    };
    capped(of.guards);
    text += '|';
    capped(of.levels);
    return `${text}|${spoken(principalClass.deny)}|${this.#valuesRead(action, principalClass.facts)}`;
  }

  #sidesOf(principalClass: PrincipalClass): ClassSides {
    const { type, external, grantUnknown, denyUnknown, guards, sessionGuards, scopeGuards, facts } = principalClass;
    const cap = (documents: readonly CompiledDocument[]): Cap => ({
      allows: documents.flatMap((document) => this.#allowsOf(document)),
      unreadable: documents.some((document) => document.unreadable !== undefined),
    });
    return {
      who: JSON.stringify([
        type,
        external,
        grantUnknown,
        denyUnknown,
        guards.length > 0,
        facts.node.providerManaged === true,
        facts.scopes[0]?.id ?? null,
        facts.session?.separate ?? null,
        facts.session?.needs ?? null,
        facts.chosenTags === true,
      ]),
      grants: principalClass.allow,
      guards: [...guards, ...sessionGuards].map((guard) => cap([guard])),
      levels: scopeGuards.map(cap),
      byNames: new Map(),
      judged: new Map(),
    };
  }

  #allowsOf(document: CompiledDocument): readonly CompiledStatement[] {
    let allows = this.#allows.get(document);
    if (allows === undefined) {
      allows = document.statements.filter((statement) => statement.allow);
      this.#allows.set(document, allows);
    }
    return allows;
  }

  /** How what a statement reads of the principal comes out. */
  #judgedBy({ condition, include, exclude }: CompiledStatement, of: ClassSides, { facts }: PrincipalClass): string {
    const language = this.#provider.semantics.conditions;
    const told: string[] = [];
    if (condition !== undefined && condition.principalKeys.length > 0) {
      let judged = of.judged.get(condition);
      if (judged === undefined) {
        judged =
          language.principalSignature?.(condition, facts) ??
          JSON.stringify(condition.principalKeys.map((key) => language.principalFact(key, facts)));
        of.judged.set(condition, judged);
      }
      told.push(judged);
    }
    for (const pattern of [...(include ?? []), ...exclude]) {
      for (const key of pattern.principalKeys) told.push(language.principalFact(key, facts));
    }
    return JSON.stringify(told);
  }

  /** What policies on resources read of a principal where they speak of an action, unless they name it. */
  #valuesRead(action: ActionRef, facts: PrincipalFacts): string {
    const keys = this.#keysReadOn(action);
    if (keys.length === 0) return '';
    let known = this.#values.get(facts);
    if (known === undefined) {
      known = new Map();
      this.#values.set(facts, known);
    }
    let values = known.get(keys);
    if (values === undefined) {
      const { conditions } = this.#provider.semantics;
      // As JSON: values are anybody’s choice, and two of them must not read like one.
      values = JSON.stringify(keys.map((key) => conditions.principalFact(key, facts)));
      known.set(keys, values);
    }
    return values;
  }

  /** Whether a policy on some resource names a principal, for it or against it. */
  #isNamed(id: NodeId): boolean {
    if (this.#named === undefined) {
      this.#named = new Set();
      for (const { statements } of this.#textsOnResources()) {
        for (const { principals } of statements) {
          for (const matcher of [...(principals?.include ?? []), ...(principals?.exclude ?? [])]) {
            if (matcher.match === 'node') this.#named.add(matcher.id);
          }
        }
      }
    }
    return this.#named.has(id);
  }

  /** Keys of principal facts that policies on resources read where they speak of an action. */
  #keysReadOn(action: ActionRef): readonly string[] {
    let keys = this.#keysRead.get(action);
    if (keys === undefined) {
      const found = new Set<string>();
      for (const { statements } of this.#textsOnResources()) {
        for (const { actions, condition, include, exclude } of statements) {
          if (!hasAction(actions, action)) continue;
          for (const key of condition?.principalKeys ?? []) found.add(key);
          for (const pattern of [...(include ?? []), ...exclude])
            for (const key of pattern.principalKeys) found.add(key);
        }
      }
      const sorted = [...found].sort();
      const text = sorted.join('\n');
      // One list for all actions for which it is the same.
      keys = this.#keyLists.get(text) ?? sorted;
      this.#keyLists.set(text, keys);
      this.#keysRead.set(action, keys);
    }
    return keys;
  }

  #textsOnResources(): readonly CompiledDocument[] {
    if (this.#resourceTexts === undefined) {
      const { graph } = this.#model.graph;
      const texts = new Set<CompiledDocument>();
      for (const { role, policy } of graph.attachments) {
        if (role !== 'resource-grant' && role !== 'resource-scope-guard') continue;
        const text = this.#model.graph.policy(policy);
        if (text?.provider !== this.#provider.semantics.provider) continue;
        const document = this.#model.document(text.document, this.#provider);
        if (document !== undefined) texts.add(document);
      }
      this.#resourceTexts = [...texts];
    }
    return this.#resourceTexts;
  }
}

/** Names of what is asked about: one object for each, so that what is found for them is found once. */
function namesOf({ names }: ZoneAnswers, { universe, on, nameOf }: Asked): AskedNames {
  let byTemplate = names.get(universe);
  if (byTemplate === undefined) {
    byTemplate = new Map();
    names.set(universe, byTemplate);
  }
  const template = on ?? '';
  let found = byTemplate.get(template);
  if (found === undefined) {
    found = new AskedNames(
      universe.ids.map((_, index) => nameOf(index)),
      on === undefined ? (pattern) => universe.mayMatch(pattern) : undefined,
    );
    byTemplate.set(template, found);
  }
  return found;
}

function readsPrincipal({ condition, include, exclude }: CompiledStatement): boolean {
  if (condition !== undefined && condition.principalKeys.length > 0) return true;
  const reads = ({ principalKeys }: { readonly principalKeys: readonly string[] }): boolean => principalKeys.length > 0;
  return exclude.some(reads) || include?.some(reads) === true;
}
