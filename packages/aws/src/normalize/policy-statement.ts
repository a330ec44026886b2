import type { Condition, PrincipalSelector, Selector, Statement } from '@keyreach/core/graph';
import { isRecord, type RawRecord } from '@keyreach/core/input';
import { awsCatalogue } from '../catalogue/action-catalogue.ts';
import { type ConditionBlock, readConditionBlock } from './condition-block.ts';
import { Invalid } from './invalid.ts';
import { compilePrincipals } from './principal.ts';
import type { ExternalIdentity, PrincipalDirectory } from './principal-directory.ts';

/** Where a policy stands; the elements it must and must not have follow from that. */
export type PolicyKind = 'identity' | 'boundary' | 'trust' | 'resource' | 'scp' | 'rcp';

/** Version of the policy language; the first has no variables. */
export type PolicyVersion = '2008-10-17' | '2012-10-17';

/** What a statement is read with. */
export interface StatementContext {
  readonly index: number;
  readonly kind: PolicyKind;
  readonly version: PolicyVersion;
  readonly directory: PrincipalDirectory;
}

/** A statement with what it took to say it. */
export interface CompiledStatement {
  readonly statement: Statement;
  readonly externals: readonly ExternalIdentity[];
  /** How many patterns and values it holds. */
  readonly patterns: number;
}

type Presence = 'required' | 'optional' | 'forbidden';

/** Which elements a policy of each kind has (aws.md 1.2, 1.5, 1.9); AWS refuses to store anything else. */
const ELEMENTS: Readonly<Record<PolicyKind, { readonly principal: Presence; readonly resource: Presence }>> = {
  identity: { principal: 'forbidden', resource: 'required' },
  boundary: { principal: 'forbidden', resource: 'required' },
  trust: { principal: 'required', resource: 'forbidden' },
  resource: { principal: 'required', resource: 'optional' },
  scp: { principal: 'forbidden', resource: 'required' },
  rcp: { principal: 'required', resource: 'required' },
};

const NOT_PRINCIPAL = '`Allow` with `NotPrincipal` is rejected by most services and is not decided';

/** Compiles one element of `Statement`. */
export function compileStatement(raw: unknown, context: StatementContext): CompiledStatement | Invalid {
  if (!isRecord(raw)) return new Invalid('a statement must be an object');
  const effect = raw['Effect'];
  if (effect !== 'Allow' && effect !== 'Deny') return new Invalid('`Effect` must be `Allow` or `Deny`');
  const sid = raw['Sid'];
  if (sid !== undefined && typeof sid !== 'string') return new Invalid('`Sid` must be a string');
  const actions = readSelector(raw, 'Action', 'required');
  if (actions instanceof Invalid) return actions;
  if (actions === undefined) return new Invalid('`Action` or `NotAction` is missing');
  const resources = readSelector(raw, 'Resource', ELEMENTS[context.kind].resource);
  if (resources instanceof Invalid) return resources;
  const block = readConditionBlock(raw['Condition']);
  if (block instanceof Invalid) return block;
  const principals = readPrincipals(raw, block, context);
  if (principals instanceof Invalid) return principals;

  const { kind, version, index } = context;
  const condition = conditionOf(block, version);
  const selected = kind === 'rcp' && effect === 'Deny' ? guardedActions(allServices(actions)) : allServices(actions);
  const statement: Statement = {
    effect: effect === 'Allow' ? 'allow' : 'deny',
    actions: selected,
    ...(resources === undefined
      ? {}
      : { resources: version === '2012-10-17' ? resources : literalVariables(resources) }),
    ...(principals.selector === undefined ? {} : { principals: principals.selector }),
    ...(condition === undefined ? {} : { condition }),
    ...(sid === undefined || sid === '' ? {} : { sid }),
    index,
    ...(principals.undecidable === undefined ? {} : { undecidable: principals.undecidable }),
  };
  return { statement, externals: principals.externals, patterns: patternCount(statement, block) };
}

/** `X` includes its patterns; `NotX` includes everything and excludes them. */
function readSelector(
  raw: RawRecord,
  element: 'Action' | 'Resource',
  presence: Presence,
): Selector | Invalid | undefined {
  const positive = raw[element];
  const negative = raw[`Not${element}`];
  if (positive === undefined && negative === undefined) {
    return presence === 'required' ? new Invalid(`\`${element}\` or \`Not${element}\` is missing`) : undefined;
  }
  if (presence === 'forbidden') return new Invalid(`\`${element}\` is not allowed in a policy of this kind`);
  if (positive !== undefined && negative !== undefined) {
    return new Invalid(`both \`${element}\` and \`Not${element}\` are given`);
  }
  const patterns = readStrings(positive ?? negative);
  if (patterns === undefined) return new Invalid(`\`${element}\` must be a string or a list of strings, not empty`);
  return positive === undefined ? { include: ['*'], exclude: patterns } : { include: patterns, exclude: [] };
}

function readStrings(raw: unknown): readonly string[] | undefined {
  const list: readonly unknown[] = Array.isArray(raw) ? raw : [raw];
  const strings = list.filter((item): item is string => typeof item === 'string' && item !== '');
  return strings.length === list.length && strings.length > 0 ? [...new Set(strings)] : undefined;
}

interface ReadPrincipals {
  readonly selector?: PrincipalSelector;
  readonly externals: readonly ExternalIdentity[];
  readonly undecidable?: string;
}

function readPrincipals(raw: RawRecord, block: ConditionBlock, context: StatementContext): ReadPrincipals | Invalid {
  const { Principal: named, NotPrincipal: excepted } = raw;
  const presence = ELEMENTS[context.kind].principal;
  if (named === undefined && excepted === undefined) {
    return presence === 'required' ? new Invalid('`Principal` is missing') : { externals: [] };
  }
  if (presence === 'forbidden') return new Invalid('`Principal` is not allowed in a policy of this kind');
  if (named !== undefined && excepted !== undefined)
    return new Invalid('both `Principal` and `NotPrincipal` are given');
  const compiled = compilePrincipals(named ?? excepted, block, context.directory);
  if (compiled instanceof Invalid) return compiled;
  const { matchers, externals } = compiled;
  if (context.kind === 'rcp') {
    // A resource control policy speaks to everybody; no principal is left to match (aws.md 1.2).
    const everybody = excepted === undefined && matchers.length === 1 && matchers[0]?.match === 'anyone';
    return everybody ? { externals: [] } : new Invalid('`Principal` must be `*` in a resource control policy');
  }
  if (excepted === undefined) return { selector: { include: matchers, exclude: [] }, externals };
  const include: PrincipalSelector['include'] = [{ match: 'anyone', strength: 'bypasses-guards' }];
  if (raw['Effect'] === 'Allow')
    return { selector: { include, exclude: matchers }, externals, undecidable: NOT_PRINCIPAL };
  return { selector: { include, exclude: matchers, excludes: 'all-identities' }, externals };
}

function conditionOf(block: ConditionBlock, version: PolicyVersion): Condition | undefined {
  return Object.keys(block).length === 0 ? undefined : { language: 'aws', body: { version, block } };
}

/**
 * AWS accepts `*:*` for `*`; those two alone span services. The service prefix is literal (aws.md 1.10): a pattern with
 * a wildcard in it names nothing.
 */
function allServices({ include, exclude }: Selector): Selector {
  const plain = (patterns: readonly string[]) =>
    patterns
      .map((pattern) => (pattern === '*:*' ? '*' : pattern))
      .filter((pattern) => pattern === '*' || !/^[^:]*[*?]/.test(pattern));
  return { include: plain(include), exclude: plain(exclude) };
}

/**
 * Actions that a Deny of a resource control policy reaches: those of services that support such policies, and never
 * `kms:RetireGrant` (aws.md 1.2).
 */
function guardedActions({ include, exclude }: Selector): Selector {
  const { rcpServices } = awsCatalogue();
  const guarded = include.flatMap((pattern) => {
    if (pattern === '*') return [...rcpServices].sort().map((service) => `${service}:*`);
    return rcpServices.has(pattern.slice(0, Math.max(0, pattern.indexOf(':'))).toLowerCase()) ? [pattern] : [];
  });
  return { include: [...new Set(guarded)], exclude: [...exclude, 'kms:RetireGrant'] };
}

/** In the first version `${` is plain text; resource patterns treat it as a variable unless it is escaped. */
function literalVariables({ include, exclude }: Selector): Selector {
  const literal = (patterns: readonly string[]) => patterns.map((pattern) => pattern.replaceAll('${', `\${$}{`));
  return { include: literal(include), exclude: literal(exclude) };
}

function patternCount({ actions, resources, principals }: Statement, block: ConditionBlock): number {
  const selectors = [actions, resources, principals].filter((selector) => selector !== undefined);
  const selected = selectors.reduce((sum, { include, exclude }) => sum + include.length + exclude.length, 0);
  const values = Object.values(block).flatMap((keys) => Object.values(keys));
  return selected + values.reduce((sum, list) => sum + 1 + list.length, 0);
}
