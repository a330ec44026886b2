import { type PermissionUse, type RemovedPermission, selectorCovers } from '@keyreach/core/analysis';
import type { Timestamp } from '@keyreach/core/graph';
import { awsCatalogue } from '../catalogue/action-catalogue.ts';
import { actionPatterns } from './action-patterns.ts';
import type { ActionReader } from './action-reader.ts';
import type { HeldStatement } from './held-statements.ts';
import { type StatementScope, statementScope } from './statement-json.ts';
import type { UnusedPatterns } from './unused-patterns.ts';
import type { UsedResources } from './used-resources.ts';

/** What statements are restricted by. */
export interface RestrictionRules {
  /** What is known of the use of an action, by its name. */
  readonly useOf: (action: string) => PermissionUse;
  readonly resources: UsedResources;
  readonly patterns: UnusedPatterns;
  readonly actions: ActionReader;
  readonly unknown: 'keep' | 'drop';
}

/** Some actions of an Allow, on some of its resources, under its condition. */
export interface StatementPart {
  readonly scope: StatementScope;
  readonly patterns: readonly string[];
  /** Names of actions that stay because they are used. */
  readonly used: ReadonlySet<string>;
  /** Names of actions, and patterns outside the catalogue, that stay because nobody can tell. */
  readonly unknown: ReadonlySet<string>;
}

/** What is left of an Allow, and what is not. */
export interface RestrictedStatement {
  readonly parts: readonly StatementPart[];
  readonly removes: readonly RemovedPermission[];
  /** Patterns of actions that the catalogue does not know. */
  readonly unlisted: readonly string[];
  /** Wildcards it had that meant actions the catalogue does not know as well, which no part allows any more. */
  readonly narrowed: readonly string[];
  /** Why nobody can tell whether actions that were dropped are used, with their positions in the catalogue. */
  readonly dropped: ReadonlyMap<string, ReadonlySet<number>>;
}

/**
 * Restricts an Allow to what is used, and to what may be where `unknown` is `keep` (aws.md 4.1). What is left allows no
 * more than the statement did: its own actions, its own resource patterns, its own condition.
 *
 * Undefined where the statement cannot be written as one of AWS.
 */
export function restrictStatement(held: HeldStatement, rules: RestrictionRules): RestrictedStatement | undefined {
  return statementScope(held.statement) === undefined ? undefined : new Restriction(held, rules).result();
}

/** Actions that stay on the same resources. */
interface Group {
  readonly resources: readonly string[] | undefined;
  readonly known: Set<number>;
  readonly unlisted: string[];
  readonly used: Set<string>;
  readonly unknown: Set<string>;
}

/** Actions that go for the same reason. */
interface Removal {
  readonly why: 'unused' | 'unknown-dropped';
  readonly known: Set<number>;
  readonly unlisted: string[];
  readonly sources: readonly string[];
  lastUsed: Timestamp | undefined;
}

/** Actions that stay on other resources. */
interface Narrowing {
  readonly resources: readonly string[];
  readonly source: string;
  readonly known: Set<number>;
}

class Restriction {
  readonly #held: HeldStatement;
  readonly #rules: RestrictionRules;
  readonly #groups = new Map<string, Group>();
  readonly #removals = new Map<string, Removal>();
  readonly #narrowings = new Map<string, Narrowing>();
  readonly #dropped = new Map<string, Set<number>>();
  /** Names outside the catalogue that stay, in lower case. */
  readonly #usedNames = new Set<string>();

  constructor(held: HeldStatement, rules: RestrictionRules) {
    this.#held = held;
    this.#rules = rules;
  }

  result(): RestrictedStatement {
    const { actions } = this.#held.statement;
    const selection = this.#rules.actions.read(actions);
    for (const index of selection.known) this.#addKnown(index);
    for (const pattern of selection.unlisted) this.#addUnlisted(pattern);
    for (const name of this.#rules.resources.actions) {
      if (isActionName(name) && awsCatalogue().action(name) === undefined && selection.names(name)) {
        this.#addUsedName(name);
      }
    }
    const mayWrite = selectorCovers(actions);
    const parts = [...this.#groups.values()].map((group): StatementPart => {
      const { known, unlisted, used, unknown } = group;
      const patterns = withoutCovered([...actionPatterns(known, mayWrite, selection.listed), ...unlisted]);
      // INVARIANT: the scope was written before with all resources, so it can be with some of them.
      return { scope: statementScope(this.#held.statement, group.resources)!, patterns, used, unknown };
    });
    const stays = selectorCovers({ include: parts.flatMap(({ patterns }) => patterns), exclude: [] });
    return {
      parts,
      removes: [...this.#removed(), ...this.#removedResources()],
      unlisted: selection.unlisted,
      narrowed: selection.listed
        .map(({ pattern }) => pattern)
        .filter((pattern) => /[*?]/.test(pattern) && !stays(pattern)),
      dropped: this.#dropped,
    };
  }

  #addKnown(index: number): void {
    const { name } = awsCatalogue().actions[index]!;
    const use = this.#rules.useOf(name);
    if (use.state === 'unused') {
      this.#removal('unused', use).known.add(index);
      return;
    }
    if (use.state === 'unknown' && this.#rules.unknown === 'drop') {
      this.#removal('unknown-dropped', use).known.add(index);
      const why = use.why ?? 'no source could have seen its use';
      const known = this.#dropped.get(why);
      if (known === undefined) this.#dropped.set(why, new Set([index]));
      else known.add(index);
      return;
    }
    const resources = use.state === 'used' ? this.#resourcesOf(name, index) : undefined;
    if (resources?.length === 0) return;
    const group = this.#group(resources);
    group.known.add(index);
    (use.state === 'used' ? group.used : group.unknown).add(name);
  }

  #addUnlisted(pattern: string): void {
    const use = this.#rules.useOf(pattern);
    if (use.state === 'unused') {
      this.#removal('unused', use).unlisted.push(pattern);
    } else if (use.state === 'used' && !/[*?]/.test(pattern)) {
      this.#addUsedName(pattern);
    } else if (this.#rules.unknown === 'keep') {
      // Where it is used, that is known of the actions that records name; of the others it means nobody knows.
      const group = this.#group(undefined);
      group.unlisted.push(pattern);
      group.unknown.add(pattern);
    } else {
      this.#removal('unknown-dropped', { state: 'unknown', permission: pattern, sources: [] }).unlisted.push(pattern);
    }
  }

  #addUsedName(name: string): void {
    const folded = name.toLowerCase();
    if (this.#usedNames.has(folded)) return;
    this.#usedNames.add(folded);
    const group = this.#group(undefined);
    group.unlisted.push(name);
    group.used.add(name);
  }

  /** The patterns that an action keeps, where not all; none where all of its use was elsewhere. */
  #resourcesOf(action: string, index: number): readonly string[] | undefined {
    const { resources } = this.#held.statement;
    // Of `NotResource` all stays.
    if (resources === undefined || resources.exclude.length > 0) return undefined;
    const told = this.#rules.resources.of(action);
    if (told === undefined) return undefined;
    const unused = resources.include.filter((pattern) => this.#rules.patterns.has(pattern, action, told.resources));
    if (unused.length === 0) return undefined;
    const key = JSON.stringify([unused, told.source]);
    const known = this.#narrowings.get(key);
    if (known === undefined) {
      this.#narrowings.set(key, { resources: unused, source: told.source, known: new Set([index]) });
    } else known.known.add(index);
    return resources.include.filter((pattern) => !unused.includes(pattern));
  }

  #group(resources: readonly string[] | undefined): Group {
    const key = JSON.stringify(resources ?? null);
    let group = this.#groups.get(key);
    if (group === undefined) {
      group = { resources, known: new Set(), unlisted: [], used: new Set(), unknown: new Set() };
      this.#groups.set(key, group);
    }
    return group;
  }

  #removal(why: Removal['why'], { sources, lastUsed }: PermissionUse): Removal {
    const key = JSON.stringify([why, sources, lastUsed === undefined]);
    let removal = this.#removals.get(key);
    if (removal === undefined) {
      removal = { why, known: new Set(), unlisted: [], sources, lastUsed };
      this.#removals.set(key, removal);
    } else if (lastUsed !== undefined && lastUsed > (removal.lastUsed ?? '')) removal.lastUsed = lastUsed;
    return removal;
  }

  #removed(): readonly RemovedPermission[] {
    return [...this.#removals.values()].map(({ why, known, unlisted, sources, lastUsed }) => ({
      kind: 'actions',
      from: this.#held.place,
      why,
      actions: [...actionPatterns(known, () => true), ...unlisted],
      count: known.size + unlisted.length,
      ...(lastUsed === undefined ? {} : { lastUsed }),
      sources,
    }));
  }

  #removedResources(): readonly RemovedPermission[] {
    return [...this.#narrowings.values()].map(({ resources, source, known }) => ({
      kind: 'resources',
      from: this.#held.place,
      why: 'unused',
      actions: actionPatterns(known, () => true),
      count: known.size,
      resources,
      sources: [source],
    }));
  }
}

/** Names come from logs; a policy takes no other characters in an action. */
function isActionName(name: string): boolean {
  return /^[a-z0-9-]{1,64}:[a-z0-9_-]{1,128}$/i.test(name);
}

/** Leaves out what other patterns of the list already say; of patterns that say the same, the last stays. */
export function withoutCovered(patterns: readonly string[]): readonly string[] {
  if (patterns.includes('*')) return ['*'];
  // The service of a pattern is literal (aws.md 1.10), so patterns of other services say nothing of it.
  const services = new Map<string, string[]>();
  for (const pattern of patterns) {
    const service = pattern.slice(0, Math.max(0, pattern.indexOf(':'))).toLowerCase();
    const known = services.get(service);
    if (known === undefined) services.set(service, [pattern]);
    else known.push(pattern);
  }
  return [...services.values()].flatMap(withoutCoveredOfService);
}

function withoutCoveredOfService(patterns: readonly string[]): readonly string[] {
  const left = new Set(patterns);
  const isWildcard = (pattern: string): boolean => pattern.includes('*');
  for (const pattern of patterns.filter(isWildcard)) {
    const others = [...left].filter((other) => other !== pattern && isWildcard(other));
    if (others.length > 0 && selectorCovers({ include: others, exclude: [] })(pattern)) left.delete(pattern);
  }
  const covers = selectorCovers({ include: [...left].filter(isWildcard), exclude: [] });
  return [...left].filter((pattern) => isWildcard(pattern) || !covers(pattern));
}
