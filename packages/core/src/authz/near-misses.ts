import type { PrincipalMatcher } from '../graph/model.ts';
import { type ActionRef, hasAction } from './action-catalogue.ts';
import type { CompiledStatement } from './compiled-document.ts';
import type { ConditionFinding } from './condition-finding.ts';
import { type DecisionLayer, principalTruth, statementTruth } from './decide.ts';
import { type Citation, citationOf, type DecisionTrace } from './decision-trace.ts';
import { globMatch } from './glob.ts';
import { type JudgedLayer, requestOf } from './layer-findings.ts';
import { FALSE, TRUE } from './truth.ts';

/** A statement that would have decided the request but for one part of it. */
export interface NearMiss extends Citation {
  readonly layer: DecisionLayer;
  readonly effect: 'allow' | 'deny';
  /** The part that does not fit the request. */
  readonly missed: 'action' | 'resource' | 'condition' | 'principal';
  /** What the part names instead, as the policy writes it, at most four; ids of nodes for principals. Empty for conditions. */
  readonly names: readonly string[];
  readonly nameCount: number;
  /** The part names by exclusion (`NotAction`, `NotResource`, `NotPrincipal`), and these `names` leave the request out. */
  readonly except?: true;
  /** Lines of the condition that the request does not meet. */
  readonly conditions: readonly ConditionFinding[];
}

const MOST_NAMES = 4;
const MOST_MISSES = 3;

/** Matches anything: asked in place of the actions of a statement, so that the rest of it decides. */
const ANY_ACTION = { bits: new Uint32Array(0), selector: { include: ['*'], exclude: [] } } as const;

/**
 * The statements nearest to letting the request pass in the layers that stop it, at most three, nearest first: those whose
 * condition fails, then those that name others, then other resources, then other actions.
 */
export function nearMisses(trace: DecisionTrace, blocking: readonly JudgedLayer[]): readonly NearMiss[] {
  const found: RankedMiss[] = [];
  for (const { finding, held } of blocking) {
    for (const one of held) {
      for (const statement of one.document.statements) {
        if (!statement.allow) continue;
        const miss = missOf(trace, statement, finding.layer);
        if (miss !== undefined) found.push({ ...miss, miss: { ...citationOf(one, statement), ...miss.miss } });
      }
    }
  }
  return nearest(found);
}

/** Denies that name the request and do not apply only because of their condition, at most three. */
export function nearDenies(trace: DecisionTrace): readonly NearMiss[] {
  const found: RankedMiss[] = [];
  for (const { held, layers } of trace.policies) {
    if (!layers.includes('explicit-deny')) continue;
    for (const statement of held.document.statements) {
      if (statement.allow) continue;
      const miss = missOf(trace, statement, 'explicit-deny');
      if (miss?.miss.missed !== 'condition') continue;
      found.push({ ...miss, miss: { ...citationOf(held, statement), ...miss.miss } });
    }
  }
  return nearest(found);
}

/** The lines of a statement's condition as they come out for the request of a trace. */
export function conditionFindings(trace: DecisionTrace, statement: CompiledStatement): readonly ConditionFinding[] {
  const condition = statement.statement.condition;
  const language = trace.query.provider.semantics.conditions;
  if (condition === undefined || condition.language !== language.id) return [];
  return language.describe?.(condition.body, requestOf(trace)) ?? [];
}

type Miss = Omit<NearMiss, keyof Citation>;
interface RankedMiss<Shape = NearMiss> {
  readonly miss: Shape;
  /** The lower the nearer. */
  readonly rank: number;
}

function nearest(found: readonly RankedMiss[]): readonly NearMiss[] {
  const sorted = [...found].sort((left, right) => left.rank - right.rank);
  const unique = new Map(sorted.map(({ miss }) => [JSON.stringify(miss), miss]));
  return [...unique.values()].slice(0, MOST_MISSES);
}

function missOf(
  trace: DecisionTrace,
  statement: CompiledStatement,
  layer: DecisionLayer,
): RankedMiss<Miss> | undefined {
  const { action, principal } = trace.query;
  const request = requestOf(trace);
  const actionFits = hasAction(statement.actions, action);
  const { condition: _, undecidable: __, ...rest } = statement;
  const bare = { ...rest, condition: undefined, undecidable: undefined, actions: ANY_ACTION };
  const resourceFits = statementTruth(bare, request, { ...action, index: -1 }) !== FALSE;
  const guarded = !statement.allow && (trace.query.class?.guards.length ?? 0) > 0;
  const principalFits = principalTruth(statement.principals, principal, guarded) !== FALSE;
  const conditionFits = statement.condition === undefined || statement.condition.evaluate(request) !== FALSE;
  const common = { layer, effect: statement.allow ? 'allow' : 'deny', conditions: [] } as const;

  if (actionFits && resourceFits && principalFits) {
    if (conditionFits) return undefined;
    const conditions = conditionFindings(trace, statement).filter(({ outcome }) => outcome === 'fails');
    return { rank: 0, miss: { ...common, missed: 'condition', names: [], nameCount: 0, conditions } };
  }
  if (actionFits && resourceFits) {
    return {
      rank: conditionFits ? 1 : 2,
      miss: { ...common, missed: 'principal', ...principalNames(statement, principalFitsAny(statement, trace)) },
    };
  }
  if (actionFits && principalFits) {
    const rank = (conditionFits ? 3 : 5) + (namesAnyAction(statement) ? 1 : 0);
    return { rank, miss: { ...common, missed: 'resource', ...resourceNames(statement, request.resource.id, trace) } };
  }
  if (resourceFits && principalFits && isAlike(statement, action)) {
    return { rank: conditionFits ? 7 : 8, miss: { ...common, missed: 'action', ...actionNames(statement, action) } };
  }
  return undefined;
}

interface Names {
  readonly names: readonly string[];
  readonly nameCount: number;
  readonly except?: true;
}

function bounded(names: readonly string[], except: boolean): Names {
  return { names: names.slice(0, MOST_NAMES), nameCount: names.length, ...(except ? { except: true } : {}) };
}

/** Those of the same service first: they tell most about what was meant. */
function actionNames(statement: CompiledStatement, action: ActionRef): Names {
  const { include, exclude } = statement.actions.selector;
  const left = exclude.filter((pattern) => globMatch(pattern.toLowerCase(), action.folded));
  if (left.length > 0) return bounded(left, true);
  const same = (pattern: string): number => (serviceOf(pattern) === serviceOf(action.folded) ? 0 : 1);
  return bounded(
    [...include].sort((left, right) => same(left) - same(right)),
    false,
  );
}

function resourceNames(statement: CompiledStatement, id: string, { query }: DecisionTrace): Names {
  const { include = [], exclude = [] } = statement.statement.resources ?? {};
  const left = exclude.filter((_, at) => statement.exclude[at]?.matches(id, query.principal, query.context) === TRUE);
  return left.length > 0 ? bounded(left, true) : bounded(include, false);
}

/** Whether a list of principals names the one of the request before its exceptions are taken away. */
function principalFitsAny({ principals }: CompiledStatement, { query }: DecisionTrace): boolean {
  if (principals === undefined) return false;
  return principalTruth({ ...principals, exclude: [] }, query.principal, false) !== FALSE;
}

function principalNames({ principals }: CompiledStatement, excluded: boolean): Names {
  const named = (excluded ? principals?.exclude : principals?.include) ?? [];
  return bounded([...new Set(named.map(matcherName))], excluded);
}

function matcherName(matcher: PrincipalMatcher): string {
  switch (matcher.match) {
    case 'node':
    case 'scope':
      return matcher.id;
    case 'anyone':
      return '*';
    case 'service':
      return matcher.name;
    case 'unresolved':
      return matcher.text;
  }
}

/** A statement on the resource that names other actions is only near where it speaks of the service, or leaves the action out. */
function isAlike(statement: CompiledStatement, action: ActionRef): boolean {
  const { include, exclude } = statement.actions.selector;
  if (exclude.some((pattern) => globMatch(pattern.toLowerCase(), action.folded))) return true;
  return include.some((pattern) => serviceOf(pattern) === serviceOf(action.folded));
}

function namesAnyAction({ actions }: CompiledStatement): boolean {
  return actions.selector.include.includes('*');
}

/** What stands before the colon; actions without one have no service. */
function serviceOf(pattern: string): string | undefined {
  const colon = pattern.indexOf(':');
  return colon < 0 ? undefined : pattern.slice(0, colon).toLowerCase();
}
