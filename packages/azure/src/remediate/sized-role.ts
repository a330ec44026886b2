import type { PermissionUse, UseState } from '@keyreach/core/analysis';
import { type ActionCatalogue, type ActionSet, hasAction } from '@keyreach/core/authz';
import { coverOf, covers, touches } from './pattern-cover.ts';
import { excludedGlobs, globsOf, nameOf, type Plane, planeAndName, type RoleBlock } from './role-blocks.ts';

/** What a role is sized by. */
export interface SizingRules {
  readonly catalogue: ActionCatalogue;
  /** Names of actions that records of the identity have. */
  readonly recorded: readonly string[];
  /** Use of an action by its name; of a pattern, of what it names but for recorded actions. */
  readonly useOf: (permission: string) => PermissionUse;
  readonly unknown: 'keep' | 'drop';
}

/** What stays of a role, as names and patterns of the graph, `data:` in front of those of the data plane; each list sorted. */
export interface SizedRole {
  /** Known actions by use; of a pattern that names none of them, itself. */
  readonly counts: Readonly<Record<UseState, number>>;
  readonly keeps: readonly string[];
  /** What is not meant by patterns among `keeps`. */
  readonly except: readonly string[];
  readonly removes: readonly string[];
  /** Those of `keeps` of which nobody can tell. */
  readonly keptUnknown: readonly string[];
  /** What is taken away although nobody can tell. */
  readonly dropped: readonly string[];
  /** Why no custom role can say what stays; absent: one can. */
  readonly unsayable?: string;
  /** Something that stays is given under a condition of the role, and is not among `keeps`. */
  readonly conditioned: boolean;
}

/** One pattern or action that stays, with the block that grants it. */
interface Kept {
  readonly pattern: string;
  readonly block: RoleBlock;
  readonly unknown: boolean;
}

/** How every action of Azure Resource Manager ends (azure.md 1.2); what a role names beside is looked at by itself. */
const VERBS = ['read', 'write', 'delete', 'action'] as const;

/**
 * What stays of the blocks of a role: what is used, and what nobody can tell of unless it is to be dropped. A pattern is taken apart
 * by the ends of action names, since sources of use see some of them only: it stays where nobody can tell of all it names, and gives way
 * to the used actions where a source would have shown any other.
 */
export function sizeRole(blocks: readonly RoleBlock[], rules: SizingRules): SizedRole {
  const sizing = new RoleSizing(rules);
  for (const block of blocks) sizing.add(block);
  return sizing.sized();
}

/** What becomes of a part of a pattern. */
interface SizedPart {
  readonly part: string;
  /** All of it stays. */
  readonly whole: boolean;
  /** It stays because nobody can tell. */
  readonly unknown: boolean;
  /** What stays where not all of it does. */
  readonly kept: readonly { readonly action: string; readonly unknown: boolean }[];
}

class RoleSizing {
  readonly #rules: SizingRules;
  readonly #states = new Map<string, UseState>();
  readonly #kept: Kept[] = [];
  readonly #removes = new Set<string>();
  readonly #dropped = new Set<string>();

  constructor(rules: SizingRules) {
    this.#rules = rules;
  }

  add(block: RoleBlock): void {
    const excluded = excludedGlobs(block);
    const isExcluded = coverOf(block.exclude, block.plane);
    const set = (include: readonly string[]): ActionSet => this.#rules.catalogue.select({ include, exclude: excluded });
    for (const pattern of block.include) {
      const parts = partsOf(pattern).filter((part) => !isExcluded(part));
      const names = this.#namesIn(set(globsOf(pattern, block.plane)));
      const sized = parts.map((part) => this.#part(part, block, set(globsOf(part, block.plane))));
      const known = parts.flatMap((part) => this.#namesIn(set(globsOf(part, block.plane))));
      // Names with another end than all others.
      const beside = parts.length === 0 ? [] : [...difference(names, known)];
      for (const name of beside) sized.push(this.#action(planeAndName(name).action, block));
      if (sized.length > 0) this.#settle(pattern, sized, block);
    }
  }

  sized(): SizedRole {
    const free = this.#kept.filter(({ block }) => !block.conditioned);
    const { except, clash } = exceptionsOf(free);
    const keeps = widest(free);
    const kept = { control: coverOfKept(keeps, 'control'), data: coverOfKept(keeps, 'data') };
    const isKept = (name: string): boolean => {
      const { plane, action } = planeAndName(name);
      const isLost = except.some((one) => one.plane === plane && touches(one.pattern, action, plane));
      return kept[plane](action) && !isLost;
    };
    const nameOfKept = ({ pattern, block }: Kept): string => nameOf(pattern, block.plane);
    const underCondition = this.#kept.some((one) => one.block.conditioned && !isKept(nameOfKept(one)));
    const names = [...keeps.map(({ pattern }) => pattern), ...except.map(({ pattern }) => pattern)];
    const unsayable = underCondition
      ? 'a part of the role that stays has a condition, and custom roles have none'
      : clash
        ? 'what one block of the role takes away another one gives, and custom roles have one block'
        : names.some((name) => name.split('*').length > 2)
          ? 'a pattern that stays has several wildcards, and those of custom roles have one'
          : undefined;
    const keepsNames = new Set(keeps.map(nameOfKept));
    const counts = { used: 0, unused: 0, unknown: 0 };
    for (const state of this.#states.values()) counts[state] += 1;
    return {
      counts,
      keeps: sorted(keeps.map(nameOfKept)),
      // Where they take away what stays, a role that covers all of it has none.
      except: clash ? [] : sorted(except.map(({ pattern, plane }) => nameOf(pattern, plane))),
      removes: sorted([...this.#removes].filter((name) => !isKept(name))),
      keptUnknown: sorted(
        this.#kept
          .filter((one) => one.unknown && (one.block.conditioned || keepsNames.has(nameOfKept(one))))
          .map(nameOfKept),
      ),
      dropped: sorted(this.#droppedPatterns().filter((name) => !isKept(name))),
      conditioned: underCondition,
      ...(unsayable === undefined ? {} : { unsayable }),
    };
  }

  /** Without names that a dropped pattern stands for. */
  #droppedPatterns(): readonly string[] {
    const patterns = [...this.#dropped].filter((name) => name.includes('*'));
    const under = (plane: Plane): ((pattern: string) => boolean) =>
      coverOf(
        patterns.map(planeAndName).flatMap((one) => (one.plane === plane ? [one.action] : [])),
        plane,
      );
    const stand = { control: under('control'), data: under('data') };
    const names = [...this.#dropped].filter((name) => {
      const { plane, action } = planeAndName(name);
      return !name.includes('*') && !stand[plane](action);
    });
    return [...names, ...widestOf(patterns.map(planeAndName)).map(({ plane, action }) => nameOf(action, plane))];
  }

  #settle(pattern: string, sized: readonly SizedPart[], block: RoleBlock): void {
    if (sized.every(({ whole }) => whole)) {
      this.#kept.push({ pattern, block, unknown: sized.some(({ unknown }) => unknown) });
      return;
    }
    for (const { part, whole, unknown, kept } of sized) {
      if (whole) this.#kept.push({ pattern: part, block, unknown });
      for (const { action, unknown: open } of kept) this.#kept.push({ pattern: action, block, unknown: open });
    }
    if (sized.every(({ whole, kept }) => !whole && kept.length === 0)) this.#removes.add(nameOf(pattern, block.plane));
    else for (const { part, whole } of sized) if (!whole) this.#removes.add(nameOf(part, block.plane));
  }

  #part(part: string, block: RoleBlock, set: ActionSet): SizedPart {
    if (!part.includes('*')) return this.#action(part, block);
    const pattern = nameOf(part, block.plane);
    const rest = this.#rules.useOf(pattern).state;
    const names = this.#namesIn(set);
    if (names.length === 0) this.#states.set(pattern.toLowerCase(), rest);
    const states = names.map((name) => ({ name, state: this.#stateOf(name) }));
    if (rest === 'used' || this.#stays(rest)) return { part, whole: true, unknown: rest === 'unknown', kept: [] };
    if (rest === 'unknown') this.#dropped.add(pattern);
    const kept = states.flatMap(({ name, state }) => {
      if (this.#stays(state)) return [{ action: planeAndName(name).action, unknown: state === 'unknown' }];
      if (state === 'unknown') this.#dropped.add(name);
      return [];
    });
    return { part, whole: false, unknown: false, kept };
  }

  #action(action: string, { plane }: RoleBlock): SizedPart {
    const name = nameOf(action, plane);
    const state = this.#stateOf(name);
    const whole = this.#stays(state);
    if (!whole && state === 'unknown') this.#dropped.add(name);
    return { part: action, whole, unknown: state === 'unknown', kept: [] };
  }

  #stateOf(name: string): UseState {
    const key = name.toLowerCase();
    const state = this.#states.get(key) ?? this.#rules.useOf(name).state;
    this.#states.set(key, state);
    return state;
  }

  #stays(state: UseState): boolean {
    return state === 'used' || (state === 'unknown' && this.#rules.unknown === 'keep');
  }

  /** Known and recorded names in a set. */
  #namesIn(set: ActionSet): readonly string[] {
    const { catalogue, recorded } = this.#rules;
    const known = catalogue.names.filter((_, index) => ((set.bits[index >>> 5]! >>> (index & 31)) & 1) === 1);
    const others = recorded.filter((name) => {
      const ref = catalogue.ref(name);
      return ref.index < 0 && hasAction(set, ref);
    });
    return [...known, ...others];
  }
}

/** A pattern by the ends of what it names; itself where it is no such pattern, or its parts would be none of a custom role. */
function partsOf(pattern: string): readonly string[] {
  const isOpen = pattern === '*' || pattern.endsWith('/*');
  if (!isOpen || pattern.indexOf('*') !== pattern.length - 1) return [pattern];
  return VERBS.map((verb) => `${pattern}/${verb}`);
}

/** What has to be taken from patterns that stay, and whether that takes away something of another block that stays. */
function exceptionsOf(kept: readonly Kept[]): {
  readonly except: readonly { readonly pattern: string; readonly plane: Plane }[];
  readonly clash: boolean;
} {
  const found = new Map<string, { readonly pattern: string; readonly plane: Plane }>();
  for (const { pattern, block } of kept) {
    if (!pattern.includes('*')) continue;
    for (const one of block.exclude) {
      if (touches(one, pattern, block.plane)) {
        found.set(nameOf(one, block.plane).toLowerCase(), { pattern: one, plane: block.plane });
      }
    }
  }
  const except = [...found.values()];
  const clash = kept.some(({ pattern, block: { exclude, plane } }) =>
    except.some(
      (one) => one.plane === plane && !covers(exclude, one.pattern, plane) && touches(one.pattern, pattern, plane),
    ),
  );
  return { except, clash };
}

function coverOfKept(kept: readonly Kept[], plane: Plane): (pattern: string) => boolean {
  return coverOf(
    kept.flatMap(({ pattern, block }) => (block.plane === plane ? [pattern] : [])),
    plane,
  );
}

/** Without what others name as well. */
function widest(kept: readonly Kept[]): readonly Kept[] {
  const once = [
    ...new Map(kept.map((one) => [nameOf(one.pattern, one.block.plane).toLowerCase(), one] as const)).values(),
  ];
  const wild = once.filter(({ pattern }) => pattern.includes('*'));
  const widestWild = new Set(
    widestOf(wild.map(({ pattern, block: { plane } }) => ({ plane, action: pattern }))).map(({ plane, action }) =>
      nameOf(action, plane),
    ),
  );
  const stand = { control: coverOfKept(wild, 'control'), data: coverOfKept(wild, 'data') };
  return once.filter(({ pattern, block: { plane } }) =>
    pattern.includes('*') ? widestWild.has(nameOf(pattern, plane)) : !stand[plane](pattern),
  );
}

interface PlanePattern {
  readonly plane: Plane;
  readonly action: string;
}

/** Patterns that no other one covers; of two that cover each other the one that sorts first. */
function widestOf(patterns: readonly PlanePattern[]): readonly PlanePattern[] {
  const own = patterns.map(({ plane, action }) => coverOf([action], plane));
  return patterns.filter(
    ({ plane, action }, at) =>
      !patterns.some(
        (other, index) =>
          index !== at &&
          other.plane === plane &&
          own[index]!(action) &&
          (!own[at]!(other.action) || other.action < action),
      ),
  );
}

function difference(names: readonly string[], others: readonly string[]): ReadonlySet<string> {
  const known = new Set(others);
  return new Set(names.filter((name) => !known.has(name)));
}

function sorted(names: readonly string[]): readonly string[] {
  return [...new Set(names)].sort();
}
