import type { Condition, PrincipalSelector } from '../graph/model.ts';
import { type ActionRef, hasAction } from './action-catalogue.ts';
import type { CompiledStatement } from './compiled-document.ts';
import type { ConditionFinding } from './condition-finding.ts';
import { type DecisionLayer, principalTruth, statementTruth } from './decide.ts';
import { type Citation, citationOf, type DecisionTrace } from './decision-trace.ts';
import { globMatch } from './glob.ts';
import { type JudgedLayer, requestOf } from './layer-findings.ts';
import { matcherName } from './matcher-name.ts';
import type { HeldPolicy } from './principal-class.ts';
import { and, FALSE, TRUE, type Truth } from './truth.ts';

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
        const miss = missOf(trace, one, statement, finding.layer);
        if (miss !== undefined)
          found.push({ ...miss, miss: { ...citationOf(one, statement, trace.query.principal), ...miss.miss } });
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
      const miss = missOf(trace, held, statement, 'explicit-deny');
      if (miss?.miss.missed !== 'condition') continue;
      found.push({ ...miss, miss: { ...citationOf(held, statement, trace.query.principal), ...miss.miss } });
    }
  }
  return nearest(found);
}

/**
 * The lines of a statement's condition, and of the one that its policy is placed under, as they come out for the request of a
 * trace.
 */
export function conditionFindings(
  trace: DecisionTrace,
  statement: CompiledStatement,
  held: HeldPolicy | undefined,
): readonly ConditionFinding[] {
  return [
    ...findingsOf(trace, statement.statement.condition),
    ...(held === undefined ? [] : placementFindings(trace, held)),
  ];
}

/** The lines of the condition that a policy is placed under. */
export function placementFindings(trace: DecisionTrace, { attachment }: HeldPolicy): readonly ConditionFinding[] {
  return findingsOf(trace, attachment.condition);
}

function findingsOf(trace: DecisionTrace, condition: Condition | undefined): readonly ConditionFinding[] {
  const language = trace.query.provider.semantics.conditions;
  if (condition === undefined || condition.language !== language.id) return [];
  return language.describe?.(condition.body, requestOf(trace)) ?? [];
}

/** Whether the statement's condition holds for the request, and the one it is placed under where that is part of the rule. */
function conditionTruth(trace: DecisionTrace, held: HeldPolicy, statement: CompiledStatement): Truth {
  const request = requestOf(trace);
  const own = statement.condition?.evaluate(request) ?? TRUE;
  const { role, condition } = held.attachment;
  // On the side of the principal the statement has it in itself.
  if (role !== 'resource-grant' || condition === undefined) return own;
  return and(own, trace.query.provider.compiler.condition(condition).evaluate(request));
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
  held: HeldPolicy,
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
  const principals = statement.principals ?? held.attachment.principals;
  const principalFits = principalTruth(principals, principal, guarded) !== FALSE;
  const conditionFits = conditionTruth(trace, held, statement) !== FALSE;
  const common = { layer, effect: statement.allow ? 'allow' : 'deny', conditions: [] } as const;

  if (actionFits && resourceFits && principalFits) {
    if (conditionFits) return undefined;
    const conditions = conditionFindings(trace, statement, held).filter(({ outcome }) => outcome === 'fails');
    return { rank: 0, miss: { ...common, missed: 'condition', names: [], nameCount: 0, conditions } };
  }
  if (actionFits && resourceFits) {
    return {
      rank: conditionFits ? 1 : 2,
      miss: { ...common, missed: 'principal', ...principalNames(principals, principalFitsAny(principals, trace)) },
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
function principalFitsAny(principals: PrincipalSelector | undefined, { query }: DecisionTrace): boolean {
  if (principals === undefined) return false;
  return principalTruth({ ...principals, exclude: [] }, query.principal, false) !== FALSE;
}

function principalNames(principals: PrincipalSelector | undefined, excluded: boolean): Names {
  const named = (excluded ? principals?.exclude : principals?.include) ?? [];
  return bounded([...new Set(named.map(matcherName))], excluded);
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

/** What stands before the first colon, else slash, else dot; actions without any have no service. */
function serviceOf(pattern: string): string | undefined {
  for (const mark of [':', '/', '.']) {
    const at = pattern.indexOf(mark);
    if (at >= 0) return pattern.slice(0, at).toLowerCase();
  }
  return undefined;
}
