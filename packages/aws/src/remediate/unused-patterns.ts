import { globOverlaps } from '../authz/glob-overlaps.ts';
import { ANY, type GlobToken, ONE } from '../authz/glob-token.ts';
import { globTokens } from '../authz/glob-tokens.ts';
import { policyVariables } from '../authz/policy-variables.ts';
import { awsCatalogue } from '../catalogue/action-catalogue.ts';

/**
 * Tells resource patterns of a policy that calls of an action did not need.
 *
 * Never wrongly so: a record names one resource, where authorization may have asked about others. So the pattern stays
 * where it may match a resource that is told, or something inside one (an index of a table, a version of a function); where
 * it may match a type of resource that some call does not name; and where the catalogue does not know what the action
 * works on. Policy variables are taken for any text.
 *
 * The work is bounded, for all questions together: past the bound every pattern stays.
 */
export class UnusedPatterns {
  #steps: number;

  constructor(mostSteps: number = MOST_STEPS) {
    this.#steps = mostSteps;
  }

  /** Whether a pattern is without use by calls of an action that were each about one of `told`. */
  has(pattern: string, action: string, told: readonly string[]): boolean {
    const types = resourceTypesOf(action);
    if (types.length === 0 || told.length === 0) return false;
    const tokens = policyVariables(pattern, true).map((part) => (typeof part === 'object' ? ANY : part));
    for (const resource of told) {
      if (differsAtStart(tokens, resource)) continue;
      this.#steps -= 3 * pattern.length * resource.length;
      if (this.#steps < 0 || isRelated(tokens, globTokens(resource))) return false;
    }
    const resources = told.map(globTokens);
    const matched = types.filter((templates) => templates.some((template) => mayMatch(tokens, template, true)));
    return (
      matched.length > 0 &&
      matched.every((templates) =>
        resources.every((resource) => templates.some((template) => mayMatch(resource, template, false))),
      )
    );
  }
}

/** A few seconds of work. */
const MOST_STEPS = 400_000_000;

/** Whether what a pattern begins with rules a resource out, and all that lies in it. */
function differsAtStart([first]: readonly GlobToken[], resource: string): boolean {
  if (typeof first !== 'string') return false;
  const length = Math.min(first.length, resource.length);
  for (let at = 0; at < length; at += 1) {
    const code = resource.charCodeAt(at);
    if (code === STAR || code === QUESTION) return false;
    if (first.charCodeAt(at) !== code) return true;
  }
  return false;
}

const STAR = 42;
const QUESTION = 63;

/** Whether a pattern may match a resource, or what lies in it. */
function isRelated(pattern: readonly GlobToken[], resource: readonly GlobToken[]): boolean {
  const inside = [[...resource, '/', ANY] as const, [...resource, ':', ANY] as const];
  return globOverlaps(pattern, resource) || inside.some((within) => mayMatch(pattern, within, false));
}

/** ARN templates of the types of resources that an action works on, required or not. */
function resourceTypesOf(action: string): readonly (readonly (readonly GlobToken[])[])[] {
  const catalogue = awsCatalogue();
  const known = catalogue.action(action);
  return (known?.resourceTypes ?? []).map(({ type }) => {
    const arns = catalogue.resourceType(known?.service ?? '', type)?.arns ?? [];
    return arns.map(templateTokens);
  });
}

/** A placeholder stands for any text that is not empty. */
function templateTokens(arn: string): readonly GlobToken[] {
  const tokens: GlobToken[] = [];
  for (let at = 0; at < arn.length; ) {
    const start = arn.indexOf('${', at);
    const close = start < 0 ? -1 : arn.indexOf('}', start);
    if (close < 0) return [...tokens, ...globTokens(arn.slice(at))];
    tokens.push(...globTokens(arn.slice(at, start)), ONE, ANY);
    at = close + 1;
  }
  return tokens;
}

/**
 * Whether some resource matches both: segment by segment, as ARNs match (aws.md 1.10), and as a whole where the pattern is
 * no whole ARN or, with `runsOn`, where a `*` at the end of a segment may run past the colon.
 */
function mayMatch(pattern: readonly GlobToken[], template: readonly GlobToken[], runsOn: boolean): boolean {
  const left = segmentsOf(pattern);
  const right = segmentsOf(template);
  const open = runsOn && left.slice(0, 5).some((segment) => segment[segment.length - 1] === ANY);
  if ((left.length < 6 || open) && globOverlaps(pattern, template)) return true;
  return left.length === 6 && left.every((segment, at) => globOverlaps(segment, right[at] ?? []));
}

/** Splits at the first five colons. */
function segmentsOf(tokens: readonly GlobToken[]): readonly (readonly GlobToken[])[] {
  const segments: GlobToken[][] = [[]];
  for (const token of tokens) {
    if (typeof token !== 'string') {
      segments[segments.length - 1]!.push(token);
      continue;
    }
    let from = 0;
    while (segments.length < 6) {
      const colon = token.indexOf(':', from);
      if (colon < 0) break;
      if (colon > from) segments[segments.length - 1]!.push(token.slice(from, colon));
      segments.push([]);
      from = colon + 1;
    }
    if (from < token.length) segments[segments.length - 1]!.push(token.slice(from));
  }
  return segments;
}
