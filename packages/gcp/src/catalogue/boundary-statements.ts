import { FALSE, globMatch, TRUE, type Truth, UNKNOWN } from '@keyreach/core/authz';
import type { Selector, Statement } from '@keyreach/core/graph';
import {
  BLOCKABLE_PERMISSIONS,
  DEFAULT_BOUNDARY_VERSION,
  NEWEST_BOUNDARY_VERSION,
  PARTLY_BLOCKABLE,
  patternsOfService,
} from './boundary-permissions.ts';

/** What a boundary of some version can do to actions, each list as selectors that are joined. */
export interface BlockedActions {
  /** Surely blocked outside the boundary. */
  readonly blocked: readonly Selector[];
  /** Never blocked. */
  readonly free: readonly Selector[];
  /** One or the other. */
  readonly perhaps: readonly Selector[];
}

const memo = new Map<string, BlockedActions>();

/**
 * Which actions a principal access boundary of an enforcement version can block (gcp.md 1.4). Absent and `latest` are the
 * default version. A version that is not known blocks what the newest known one does, and perhaps anything else.
 *
 * @example
 * blockedBy('1').free; // everything but what the first version lists
 */
export function blockedBy(enforcementVersion: string | undefined): BlockedActions {
  const version = versionOf(enforcementVersion);
  const key = String(version);
  const known = memo.get(key);
  if (known !== undefined) return known;
  const most = version ?? NEWEST_BOUNDARY_VERSION;
  const rows = BLOCKABLE_PERMISSIONS.filter((one) => one.version <= most);
  const named = unique(rows.flatMap((one) => patternsOfService(one.service, one.permissions)));
  const partly = unique(
    PARTLY_BLOCKABLE.filter((one) => one.version <= most).flatMap(({ services }) =>
      services.flatMap((service) => patternsOfService(service, ['*'])),
    ),
  );
  // What a row leaves out is out of reach, unless another row names it.
  const spared = rows
    .filter((one) => one.except.length > 0)
    .map((one) => ({
      include: unique(patternsOfService(one.service, one.except)),
      exclude: unique(
        rows
          .filter((other) => other !== one && other.service === one.service)
          .flatMap((other) => patternsOfService(other.service, other.permissions)),
      ),
    }));
  const outside: Selector = { include: ['*'], exclude: unique([...named, ...partly]) };
  const unsure = version === undefined ? [outside, ...spared] : [];
  const result: BlockedActions = {
    blocked: rows.map((one) => ({
      include: unique(patternsOfService(one.service, one.permissions)),
      exclude: unique(patternsOfService(one.service, one.except)),
    })),
    free: version === undefined ? [] : [outside, ...spared],
    perhaps: [...(partly.length === 0 ? [] : [{ include: partly, exclude: named }]), ...unsure],
  };
  memo.set(key, result);
  return result;
}

/**
 * Whether a principal access boundary of an enforcement version can block an action at all: one that cannot says nothing of
 * it, neither yes nor no (gcp.md 1.1, 1.4). Unknown where the table only tells that it blocks part of the service.
 *
 * @example
 * canBlock('1', 'secretmanager.versions.access'); // FALSE
 */
export function canBlock(enforcementVersion: string | undefined, action: string): Truth {
  const key = String(versionOf(enforcementVersion));
  const answers = blockable.get(key) ?? new Map<string, Truth>();
  blockable.set(key, answers);
  let known = answers.get(action);
  if (known === undefined) {
    const { blocked, free } = blockedBy(enforcementVersion);
    known = isNamed(blocked, action) ? TRUE : isNamed(free, action) ? FALSE : UNKNOWN;
    if (answers.size < MOST_ANSWERS) answers.set(action, known);
  }
  return known;
}

const blockable = new Map<string, Map<string, Truth>>();

/** More actions than there are; further ones are not remembered. */
const MOST_ANSWERS = 50_000;

function isNamed(selectors: readonly Selector[], action: string): boolean {
  return selectors.some(
    ({ include, exclude }) =>
      include.some((pattern) => globMatch(pattern, action)) && !exclude.some((pattern) => globMatch(pattern, action)),
  );
}

/**
 * The statement of a principal access boundary: everything on and below `resources` (ids of nodes). Of which actions it says
 * anything is for the condition under which it is placed: {@link canBlock} (docs/graph-gcp.md).
 */
export function boundaryStatement(resources: readonly string[]): Statement {
  return {
    effect: 'allow',
    actions: { include: ['*'], exclude: [] },
    condition: { language: 'gcp', body: { under: unique(resources) } },
    sid: 'resources',
    index: 0,
  };
}

/** The number of a version; undefined where it is none that is known. */
function versionOf(text: string | undefined): number | undefined {
  if (text === undefined || text === '' || text === 'latest') return DEFAULT_BOUNDARY_VERSION;
  const version = Number(text);
  return Number.isInteger(version) && version >= 1 && version <= NEWEST_BOUNDARY_VERSION ? version : undefined;
}

function unique(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)].sort();
}
