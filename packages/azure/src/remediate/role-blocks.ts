import type { GraphIndex, Json, Statement } from '@keyreach/core/graph';
import { actionPatterns, otherKinds } from '../catalogue/action-patterns.ts';

/** Begins the names of data actions. */
const DATA = 'data:';

/** The two kinds of actions that roles of Azure Resource Manager name. */
export type Plane = 'control' | 'data';

/** Patterns of one plane of one permission block, as a role definition has them. */
export interface RoleBlock {
  readonly plane: Plane;
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  /** It holds under a condition only. That a vault asks roles at all is none: every role has it. */
  readonly conditioned: boolean;
}

/**
 * The blocks of a role definition of Azure, put together again from its statements in the graph (docs/graph-azure.md,
 * Policies); undefined where the input does not tell all of it.
 */
export function roleBlocks(graph: GraphIndex, policy: string): readonly RoleBlock[] | undefined {
  const document = graph.document(graph.policy(policy)?.document ?? '');
  if (document === undefined || document.unreadable !== undefined) return undefined;
  const blocks = new Map<string, Statement[]>();
  for (const statement of document.statements) {
    if (statement.effect !== 'allow' || statement.undecidable !== undefined) return undefined;
    const key = `${statement.index} ${planeOf(statement)}`;
    const known = blocks.get(key);
    if (known === undefined) blocks.set(key, [statement]);
    else known.push(statement);
  }
  return [...blocks.values()].map((statements) => {
    // Data actions of vaults stand in a statement of their own: the other one has all patterns, this one all exceptions.
    const whole = statements.find(({ condition }) => !isOfVaults(condition?.body)) ?? statements[0]!;
    const ofVaults = statements.find(({ condition }) => isOfVaults(condition?.body)) ?? whole;
    const plane = planeOf(whole);
    const added = plane === 'control' ? new Set(otherKinds(whole.actions.include)) : new Set<string>();
    return {
      plane,
      include: written(whole.actions.include, plane),
      exclude: written(
        ofVaults.actions.exclude.filter((pattern) => !added.has(pattern)),
        plane,
      ),
      conditioned: isConditioned(whole.condition?.body),
    };
  });
}

/** More than any role of Azure has: 269 patterns, 40 of them with wildcards. What has more is not taken apart. */
const MOST_PATTERNS = 2000;
const MOST_WILD = 300;

/** Whether blocks have too many patterns to be compared with each other. */
export function isTooLarge(blocks: readonly RoleBlock[]): boolean {
  let patterns = 0;
  let wild = 0;
  for (const { include, exclude } of blocks) {
    patterns += include.length + exclude.length;
    for (const one of [include, exclude]) for (const pattern of one) if (pattern.includes('*')) wild += 1;
  }
  return patterns > MOST_PATTERNS || wild > MOST_WILD;
}

/** What a pattern of a role matches, as globs over the names of actions. */
export function globsOf(pattern: string, plane: Plane): readonly string[] {
  return actionPatterns([pattern], plane).patterns;
}

/** What patterns subtract from a block, as globs: of the control plane with the kinds of actions that it does not have. */
export function excludedGlobs({
  include,
  exclude,
  plane,
}: Pick<RoleBlock, 'include' | 'exclude' | 'plane'>): readonly string[] {
  const globs = exclude.flatMap((pattern) => globsOf(pattern, plane));
  return plane === 'control' ? [...globs, ...otherKinds(include)] : globs;
}

/** The name of an action, or a pattern, as the graph has it. */
export function nameOf(pattern: string, plane: Plane): string {
  return plane === 'data' ? `${DATA}${pattern}` : pattern;
}

/** The plane of an action as the graph has it, and its name without it. */
export function planeAndName(name: string): { readonly plane: Plane; readonly action: string } {
  const isData = name.toLowerCase().startsWith(DATA);
  return isData ? { plane: 'data', action: name.slice(DATA.length) } : { plane: 'control', action: name };
}

function planeOf({ actions }: Statement): Plane {
  return planeAndName(actions.include[0] ?? '').plane;
}

function isOfVaults(body: Json | undefined): boolean {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return false;
  const { vault, all } = body as { readonly [key: string]: Json };
  return vault === 'rbac' || (Array.isArray(all) && (all as readonly Json[]).some(isOfVaults));
}

function isConditioned(body: Json | undefined): boolean {
  if (body === undefined) return false;
  return !(isOfVaults(body) && typeof body === 'object' && body !== null && 'vault' in body);
}

/** Patterns as written: without the plane, and without what stands for a wildcard segment that is missing (azure.md 1.2). */
function written(patterns: readonly string[], plane: Plane): readonly string[] {
  const plain = patterns.map((pattern) => planeAndName(pattern).action);
  const shortened = new Set<string>();
  for (const pattern of plain) {
    for (const glob of globsOf(pattern, plane).slice(1)) shortened.add(planeAndName(glob).action.toLowerCase());
  }
  return [...new Set(plain)].filter((pattern) => !shortened.has(pattern.toLowerCase()));
}
