/** Begins the names of actions on the data plane (docs/graph-azure.md, Actions). */
const DATA = 'data:';

/** Begins the names of application permissions of Microsoft Graph. */
const GRAPH = 'graph:';

/** Begins the names of application permissions of other APIs; the app id of the API and `/` follow. */
const APP = 'app:';

/** Begins the names of actions of the directory. */
const DIRECTORY = 'microsoft.directory/';

/** Begin the names of actions of services whose roles the directory holds. */
const SERVICES: readonly string[] = [
  'microsoft.azure.devops/allentities/',
  'microsoft.cloudpc/allentities/',
  'microsoft.intune/allentities/',
];

/** Kinds of actions that are none of the control plane, by how their names begin, lower case. */
const OTHER_KINDS: readonly string[] = [APP, DATA, GRAPH, DIRECTORY, ...SERVICES];

/** More wildcard segments than this inside one pattern are not understood: nobody writes two. */
const MOST_INNER = 4;

const INNER = '/*/';

/** Patterns of a role as globs over action names. */
export interface ActionPatterns {
  readonly patterns: readonly string[];
  /** False where some pattern was not understood, so that the globs may name less than it does. */
  readonly complete: boolean;
}

/**
 * Patterns of one plane as globs over action names (azure.md 1.2): `*` is any text, and a segment that is only
 * `*` may be missing. Patterns of the control plane may still match names of other kinds: {@link otherKinds} are to be excluded.
 *
 * @example
 * actionPatterns(['Microsoft.KeyVault/vaults/*'], 'data').patterns; // ['data:Microsoft.KeyVault/vaults/*']
 */
export function actionPatterns(patterns: readonly string[], plane: 'control' | 'data'): ActionPatterns {
  const prefix = plane === 'data' ? DATA : '';
  const found = new Set<string>();
  let complete = true;
  for (const pattern of patterns) {
    // A question mark is a wildcard of globs and stands in no action.
    if (pattern === '' || pattern.includes('?')) continue;
    const spelled = withoutInner(pattern);
    if (spelled === undefined) complete = false;
    for (const one of spelled ?? [pattern]) found.add(`${prefix}${one}`);
  }
  return { patterns: [...found], complete };
}

/** A pattern with and without each of its wildcard segments; undefined where there are too many. */
function withoutInner(pattern: string): readonly string[] | undefined {
  const parts = pattern.split(INNER);
  if (parts.length === 1) return [pattern];
  if (parts.length - 1 > MOST_INNER) return undefined;
  let spelled: readonly string[] = [parts[0]!];
  for (const part of parts.slice(1)) spelled = spelled.flatMap((one) => [`${one}${INNER}${part}`, `${one}/${part}`]);
  return spelled;
}

/** Globs over the kinds of actions that control-plane globs would match and do not mean. */
export function otherKinds(patterns: readonly string[]): readonly string[] {
  return OTHER_KINDS.filter((kind) => patterns.some((pattern) => mayBegin(pattern.toLowerCase(), kind))).map(
    (kind) => `${kind}*`,
  );
}

/** Whether some text that matches the glob begins with `start`. */
function mayBegin(glob: string, start: string): boolean {
  const wildcard = glob.indexOf('*');
  if (wildcard < 0) return glob.startsWith(start);
  const literal = glob.slice(0, wildcard);
  return literal.startsWith(start) || start.startsWith(literal);
}
