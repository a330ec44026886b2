import { globOverlaps } from '../authz/glob-overlaps.ts';
import { ANY, type GlobToken, ONE } from '../authz/glob-token.ts';
import { globTokens } from '../authz/glob-tokens.ts';
import { policyVariables } from '../authz/policy-variables.ts';
import { awsCatalogue } from '../catalogue/action-catalogue.ts';

/**
 * Whether calls of an action that were all about one of `told` leave a resource pattern of a policy without use.
 *
 * Never wrongly true: a record names one resource, where authorization may have asked about others. So the pattern stays
 * where it may match a resource that is told, or something inside one (an index of a table, a version of a function); where
 * it may match a type of resource that some call does not name; and where the catalogue does not know what the action
 * works on. Policy variables are taken for any text.
 */
export function isUnusedPattern(pattern: string, action: string, told: readonly string[]): boolean {
  const types = resourceTypesOf(action);
  if (types.length === 0 || told.length === 0) return false;
  const tokens = policyVariables(pattern, true).map((part) => (typeof part === 'object' ? ANY : part));
  const resources = told.map(globTokens);
  if (resources.some((resource) => isRelated(tokens, resource))) return false;
  const matched = types.filter((templates) => templates.some((template) => mayMatch(tokens, template, true)));
  return (
    matched.length > 0 &&
    matched.every((templates) =>
      resources.every((resource) => templates.some((template) => mayMatch(resource, template, false))),
    )
  );
}

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
