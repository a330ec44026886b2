import {
  type ChosenKey,
  CONDITIONAL,
  type ConditionRequest,
  FALSE,
  type PrincipalFacts,
  type RequestContext,
  type ResourceLanguage,
  type ResourcePattern,
  TRUE,
  type Truth,
  UNKNOWN,
} from '@keyreach/core/authz';
import { compileGlob, type Glob } from './glob.ts';
import { ANY, type GlobToken, ONE } from './glob-token.ts';
import { type KeyReference, keyReference } from './key-reference.ts';
import type { PolicyTemplate } from './policy-template.ts';
import { policyVariables } from './policy-variables.ts';
import { proposedFor } from './proposed-values.ts';
import { type ResolvedText, resolvedText } from './resolved-text.ts';
import { variableValues } from './variable-values.ts';

/**
 * Resource patterns of AWS policies (aws.md 1.10 and 1.11, Variables).
 *
 * - Patterns of six segments match segment by segment, the last being everything after the fifth colon. AWS documents
 *   both that wildcards stay inside a segment and that a `*` at the end of one can run past the next colon; what only
 *   the second reading matches is `UNKNOWN`.
 * - Patterns of fewer segments match as a whole (`*`, `arn:aws:s3:*`). What a shorter ARN matches besides itself is not
 *   documented: `UNKNOWN` where it would match with `*` for what is missing.
 * - The request resource `*`, of actions without resources, matches only the pattern `*`.
 * - A resource whose region nothing tells has `*` there: what a pattern that names a region says of it is `UNKNOWN`.
 * - Wildcards in the service segment or the resource type are refused when a policy is saved today; policies that have
 *   them from before are read like any other glob.
 * - Variables are substituted after the fifth colon. One before it, or one that is malformed, is an error without
 *   documented effect: `UNKNOWN` where some value would match.
 *
 * @example
 * const pattern = awsResourceLanguage.compile('arn:aws:s3:::home/${aws:username}/*');
 * pattern.principalKeys; // ['aws:username']
 */
export const awsResourceLanguage: ResourceLanguage = {
  compile: (pattern) => {
    const parts = policyVariables(pattern, true);
    if (parts.every((part) => part === ANY) && parts.length > 0) return EVERYTHING;
    return isFixed(parts) ? fixedPattern(splitAtColons(parts), TRUE) : withVariables(splitAtColons(parts));
  },
};

const EVERYTHING: ResourcePattern = {
  prefix: '',
  all: true,
  principalKeys: [],
  matches: () => TRUE,
  glob: () => '*',
};

/** A pattern without variables. A match is worth no more than `worth`. */
function fixedPattern(segments: readonly (readonly GlobToken[])[], worth: Truth): ResourcePattern {
  const named = inSomeRegion(segments, worth);
  const anyGroup = withoutGroupId(segments[5] ?? []);
  if (segments.length !== 6 || anyGroup === undefined) return named;
  // Which id a scaling group has may not be known; it is then written `*`, and the group may be the one that is named.
  const { exact: _, prefix, ...pattern } = named;
  const end = prefix.indexOf(GROUP_ID);
  let ofAny: ResourcePattern | undefined;
  return {
    ...pattern,
    prefix: end < 0 ? prefix : prefix.slice(0, end + GROUP_ID.length),
    matches: (resource, principal, context) => {
      const truth = named.matches(resource, principal, context);
      if (truth !== FALSE || !resource.includes(`:${GROUP_ID}*:`)) return truth;
      ofAny ??= inSomeRegion([...segments.slice(0, 5), anyGroup], worth);
      return weaker(UNKNOWN, ofAny.matches(resource, principal, context));
    },
  };
}

/** What comes before the id in the ARN of a scaling group. */
const GROUP_ID = 'autoScalingGroup:';

/** The last segment of the ARN of a scaling group for any id; undefined where it names no id, or nothing of the kind. */
function withoutGroupId([first, ...others]: readonly GlobToken[]): readonly GlobToken[] | undefined {
  if (typeof first !== 'string' || !first.startsWith(GROUP_ID) || first === GROUP_ID) return undefined;
  const end = first.indexOf(':', GROUP_ID.length);
  return end < 0 ? [GROUP_ID, ANY, ...others] : [GROUP_ID, ANY, first.slice(end), ...others];
}

function inSomeRegion(segments: readonly (readonly GlobToken[])[], worth: Truth): ResourcePattern {
  const pattern = plainPattern(segments, worth);
  if (!namesRegion(segments)) return pattern;
  let inAny: ResourcePattern | undefined;
  return {
    ...pattern,
    ...otherPrefix(segments),
    matches: (resource, principal, context) => {
      const truth = pattern.matches(resource, principal, context);
      if (truth !== FALSE || !lacksRegion(resource)) return truth;
      inAny ??= plainPattern([...segments.slice(0, 3), [ANY], ...segments.slice(4)], worth);
      return weaker(UNKNOWN, inAny.matches(resource, principal, context));
    },
  };
}

/** Whether a pattern says something of the region, so that it does not hold in every one. */
function namesRegion(segments: readonly PolicyTemplate[]): boolean {
  const region = segments[3] ?? [];
  return region.length > 0 && region.some((part) => part !== ANY);
}

/** What resources of the service begin with whose region is not known, where the pattern begins with a region. */
function otherPrefix(segments: readonly PolicyTemplate[]): Pick<ResourcePattern, 'otherPrefix'> {
  const [scheme, partition, service, region] = segments.map(literalStart);
  const literal = segments.slice(0, 3).every((segment) => segment.every((part) => typeof part === 'string'));
  return literal && region !== '' && region?.startsWith('*') === false
    ? { otherPrefix: `${scheme}:${partition}:${service}:*:` }
    : {};
}

let lastAsked = '';
let lastAnswer = false;

/** Whether the region of an id is written `*`, since nothing tells it; many patterns ask this of one id in a row. */
function lacksRegion(resource: string): boolean {
  if (resource === lastAsked) return lastAnswer;
  let at = -1;
  for (let colons = 0; colons < 3; colons += 1) {
    at = resource.indexOf(':', at + 1);
    if (at < 0) break;
  }
  lastAsked = resource;
  lastAnswer = at >= 0 && resource.startsWith('*:', at + 1);
  return lastAnswer;
}

function plainPattern(segments: readonly (readonly GlobToken[])[], worth: Truth): ResourcePattern {
  const whole = joinSegments(segments);
  const glob = compileGlob(whole);
  if (segments.length === 6) return arnPattern(segments, whole, glob, worth);

  const short = segments[0]![0] === 'arn' && whole[whole.length - 1] !== ANY;
  const extended = short
    ? [...whole, ...Array.from({ length: 6 - segments.length }, () => [':', ANY] as const).flat()]
    : whole;
  const extendedGlob = short ? compileGlob(extended) : undefined;
  const text = plainGlob(extended);
  return {
    prefix: glob.prefix,
    ...(glob.literal !== undefined && glob.literal !== '*' && !short ? { exact: glob.literal } : {}),
    all: false,
    principalKeys: [],
    matches: (resource) => {
      if (resource === '*') return FALSE;
      if (glob.matches(resource)) return worth;
      return extendedGlob?.matches(resource) === true ? weaker(UNKNOWN, worth) : FALSE;
    },
    glob: () => text,
  };
}

/** A pattern of six segments. */
function arnPattern(
  segments: readonly (readonly GlobToken[])[],
  whole: readonly GlobToken[],
  wholeGlob: Glob,
  worth: Truth,
): ResourcePattern {
  const text = plainGlob(whole);
  const common = { prefix: wholeGlob.prefix, all: false, principalKeys: [], glob: () => text };
  if (wholeGlob.literal !== undefined) {
    const exact = wholeGlob.literal;
    return { ...common, exact, matches: (resource) => (resource === exact ? worth : FALSE) };
  }
  const globs = segments.map((segment) => compileGlob(segment));
  const rest = globs[5]!;
  const heads = globs.slice(0, 5);
  if (heads.every((segment) => segment.literal !== undefined)) {
    // The head holds all five colons, so text that begins with it has its segments in the same places.
    const head = `${heads.map((segment) => segment.literal).join(':')}:`;
    return {
      ...common,
      matches: rest.all
        ? (resource) => (resource.startsWith(head) ? worth : FALSE)
        : (resource) =>
            resource.startsWith(head) && rest.matchesBetween(resource, head.length, resource.length) ? worth : FALSE,
    };
  }
  // INVARIANT: a segment-by-segment match is also a match of the whole, so the whole need not be tried first.
  const runsOn = segments
    .slice(0, 5)
    .every((segment) => segment.every((token, at) => runsPastColon(token, at, segment)));
  return {
    ...common,
    matches: (resource) => {
      if (matchesBySegment(heads, rest, resource)) return worth;
      return runsOn && wholeGlob.matches(resource) ? weaker(UNKNOWN, worth) : FALSE;
    },
  };
}

/** Whether the only wildcards of a segment is a `*` at its end. */
function runsPastColon(token: GlobToken, at: number, segment: readonly GlobToken[]): boolean {
  if (token === ONE) return false;
  return token !== ANY || at === segment.length - 1;
}

function matchesBySegment(heads: readonly Glob[], rest: Glob, resource: string): boolean {
  let from = 0;
  for (const head of heads) {
    const colon = resource.indexOf(':', from);
    if (colon < 0 || !head.matchesBetween(resource, from, colon)) return false;
    from = colon + 1;
  }
  return rest.matchesBetween(resource, from, resource.length);
}

/** A pattern with variables: substituted for each principal, remembered by what was substituted. */
function withVariables(segments: readonly PolicyTemplate[]): ResourcePattern {
  const parts = segments.flatMap((segment, index) => (index === 0 ? segment : [':', ...segment]));
  // Before the fifth colon variables are not supported.
  const misplaced =
    segments.length < 6 || segments.slice(0, 5).some((segment) => segment.some((part) => typeof part === 'object'));
  const references = new Map<string, KeyReference>();
  const keys = new Set<string>();
  for (const part of parts) {
    if (typeof part !== 'object' || !('key' in part)) continue;
    const reference = keyReference(part.key);
    references.set(part.key, reference);
    if (reference.key.reads === 'principal' && !reference.key.multivalued) keys.add(reference.name);
  }
  const prefix = literalStart(parts);
  const remembered = new Map<string, ResourcePattern | undefined>();

  const substitute = (
    principal: PrincipalFacts | undefined,
    context: RequestContext = NO_CONTEXT,
  ): ResourcePattern | undefined => {
    const substituted: GlobToken[] = [];
    let worth: Truth = misplaced ? UNKNOWN : TRUE;
    let key = '';
    for (const part of parts) {
      if (typeof part !== 'object') {
        substituted.push(part);
        continue;
      }
      const resolved =
        'key' in part ? resolve(references.get(part.key)!, part.fallback, principal, context) : anything(UNKNOWN);
      if (resolved === undefined) return undefined;
      substituted.push(...resolved.tokens);
      worth = weaker(worth, resolved.truth);
      key += `${resolved.truth}${JSON.stringify(resolved.tokens)}`;
    }
    const known = remembered.get(key);
    if (known !== undefined) return known;
    const pattern = misplaced ? misplacedPattern(substituted, worth) : fixedPattern(splitAtColons(substituted), worth);
    if (remembered.size >= MOST_REMEMBERED) remembered.clear();
    remembered.set(key, pattern);
    return pattern;
  };
  return {
    prefix,
    ...(namesRegion(segments) ? otherPrefix(segments) : {}),
    all: false,
    principalKeys: [...keys].sort(),
    readsContext: true,
    ...choices(parts, references),
    matches: (resource, principal, context) => substitute(principal, context)?.matches(resource, principal) ?? FALSE,
    glob: (principal) => substitute(principal)?.glob(principal),
  };
}

/** Variables the caller chooses where it chooses its tags: with which values the pattern matches a resource. */
function choices(
  parts: PolicyTemplate,
  references: ReadonlyMap<string, KeyReference>,
): Pick<ResourcePattern, 'chosen' | 'propose'> {
  const chosen = new Map<string, ChosenKey>();
  const variables: { readonly at: number; readonly reference: KeyReference }[] = [];
  for (const [at, part] of parts.entries()) {
    if (typeof part !== 'object' || !('key' in part)) continue;
    const reference = references.get(part.key)!;
    const choice = reference.chosen;
    if (choice?.when !== 'principal-tags') continue;
    chosen.set(choice.key, { key: choice.key, values: [], when: choice.when });
    variables.push({ at, reference });
  }
  if (variables.length === 0) return {};
  const tokensOf = (some: PolicyTemplate, principal: PrincipalFacts, context: RequestContext): readonly GlobToken[] =>
    some.flatMap((part) => {
      if (typeof part !== 'object') return [part];
      if (!('key' in part)) return [ANY];
      return resolve(references.get(part.key)!, part.fallback, principal, context)?.tokens ?? [ANY];
    });
  return {
    chosen: [...chosen.values()],
    propose: (resource, principal, context) =>
      variables.flatMap(({ at, reference }) =>
        proposedFor(
          reference,
          variableValues(
            tokensOf(parts.slice(0, at), principal, context),
            tokensOf(parts.slice(at + 1), principal, context),
            resource,
          ),
        ),
      ),
  };
}

const MOST_REMEMBERED = 10_000;

/** A pattern with variables where they are not supported, whose values may hold colons: matched as a whole. */
function misplacedPattern(tokens: readonly GlobToken[], worth: Truth): ResourcePattern {
  const glob = compileGlob(tokens);
  const text = plainGlob(tokens);
  return {
    prefix: glob.prefix,
    all: false,
    principalKeys: [],
    matches: (resource) => (resource !== '*' && glob.matches(resource) ? worth : FALSE),
    glob: () => text,
  };
}

/** Substitutes from what the principal and explicit context tell: a resource pattern sees nothing else of a request. */
function resolve(
  reference: KeyReference,
  fallback: string | undefined,
  principal: PrincipalFacts | undefined,
  context: RequestContext,
): ResolvedText | undefined {
  const { reads, multivalued } = reference.key;
  if (multivalued) return fallback === undefined ? undefined : { tokens: [fallback], truth: TRUE };
  if (principal !== undefined && context.has(reference.name)) {
    return resolvedText(reference, fallback, { ...factsOnly(principal), context });
  }
  if (reads === 'resource') return anything(UNKNOWN);
  if (reads === 'nothing') return anything(CONDITIONAL);
  if (principal === undefined) return anything(UNKNOWN);
  return resolvedText(reference, fallback, factsOnly(principal));
}

function anything(truth: Truth): ResolvedText {
  return { tokens: [ANY], truth };
}

function factsOnly(principal: PrincipalFacts): ConditionRequest {
  return { principal, action: '', resource: NO_RESOURCE, context: NO_CONTEXT, now: 0 };
}

const NO_RESOURCE = { id: '*', scopes: [] };
const NO_CONTEXT: RequestContext = new Map();

/** Splits at the first five colons; colons inside variables are no separators. */
function splitAtColons<Part extends PolicyTemplate[number]>(parts: readonly Part[]): (Part | string)[][] {
  const segments: (Part | string)[][] = [[]];
  for (const part of parts) {
    if (typeof part !== 'string') {
      segments[segments.length - 1]!.push(part);
      continue;
    }
    let from = 0;
    while (segments.length < 6) {
      const colon = part.indexOf(':', from);
      if (colon < 0) break;
      if (colon > from) segments[segments.length - 1]!.push(part.slice(from, colon));
      segments.push([]);
      from = colon + 1;
    }
    if (from < part.length) segments[segments.length - 1]!.push(part.slice(from));
  }
  return segments;
}

function isFixed(parts: PolicyTemplate): parts is readonly GlobToken[] {
  return parts.every((part) => typeof part !== 'object');
}

function joinSegments(segments: readonly (readonly GlobToken[])[]): readonly GlobToken[] {
  return segments.flatMap((segment, index) => (index === 0 ? segment : [':', ...segment]));
}

/** As policy text; a literal `*` or `?`, which a plain glob cannot write, becomes `?`, which also matches it. */
function plainGlob(tokens: readonly GlobToken[]): string {
  let text = '';
  for (const token of tokens) {
    if (token === ANY) text += '*';
    else text += token === ONE ? '?' : token.replaceAll('*', '?');
  }
  return text;
}

function literalStart(parts: PolicyTemplate): string {
  let text = '';
  for (const part of parts) {
    if (typeof part !== 'string') break;
    text += part;
  }
  return text;
}

function weaker(left: Truth, right: Truth): Truth {
  return left < right ? left : right;
}
