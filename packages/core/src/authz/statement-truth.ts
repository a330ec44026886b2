import { type ActionRef, hasAction } from './action-catalogue.ts';
import type { CompiledDocument, CompiledStatement } from './compiled-document.ts';
import type { DecisionLayer, DecisionRecorder } from './decision-query.ts';
import type { ConditionRequest } from './semantics.ts';
import { and, FALSE, not, or, TRUE, type Truth, UNKNOWN } from './truth.ts';

/** Whether a statement matches action, resource and condition; principals are a question of their own. */
export function statementTruth(statement: CompiledStatement, request: ConditionRequest, action: ActionRef): Truth {
  if (!hasAction(statement.actions, action)) return FALSE;
  let truth = resourceTruth(statement, request);
  if (truth === FALSE) return FALSE;
  if (statement.condition !== undefined) truth = and(truth, statement.condition.evaluate(request));
  if (statement.undecidable !== undefined) truth = and(truth, UNKNOWN);
  return truth;
}

/** Whether a statement's resource patterns match an id. */
function resourceTruth(
  statement: CompiledStatement,
  { resource: { id }, principal, context }: ConditionRequest,
): Truth {
  const include = statement.include;
  if (include === undefined) return TRUE;
  let truth: Truth = FALSE;
  for (const pattern of include) {
    const one = pattern.all ? TRUE : pattern.matches(id, principal, context);
    if (one > truth) truth = one;
    if (truth === TRUE) break;
  }
  if (truth === FALSE || statement.exclude.length === 0) return truth;
  let excluded: Truth = FALSE;
  for (const pattern of statement.exclude) excluded = or(excluded, pattern.matches(id, principal, context));
  return and(truth, not(excluded));
}

/**
 * Whether guards that form a union let a request pass: one of those that apply to the principal allows it, or none applies.
 * With `r` for "applies" and `a` for "allows":
 *
 * | guards | passes |
 * | --- | --- |
 * | none | yes |
 * | one: `r` no | yes, it caps nobody |
 * | one: `r` yes | `a` |
 * | one: `r` undecided | yes where `a` is yes, else undecided |
 * | two: `r` yes and no | `a` of the first; the second adds nothing |
 * | two: `r` yes and undecided, `a` no and yes | undecided: the second adds it or not |
 * | two: `r` yes and undecided, `a` yes and no | yes: more guards only add |
 *
 * That is "some guard applies and allows, or each one either does not apply or allows": exact for truths that do not hang
 * together, and no undecided truth is ever taken for a decided one.
 */
export function unionTruth(
  documents: readonly CompiledDocument[],
  request: ConditionRequest,
  action: ActionRef,
  layer: DecisionLayer,
  recorder: DecisionRecorder | undefined,
): Truth {
  let some: Truth = FALSE;
  let every: Truth = TRUE;
  for (const document of documents) {
    const applies = document.applies?.evaluate(request) ?? TRUE;
    if (applies === FALSE) continue;
    const allows = allowTruth(document, request, action, layer, recorder);
    some = or(some, and(applies, allows));
    every = and(every, or(not(applies), allows));
    if (some === TRUE && recorder === undefined) return TRUE;
  }
  return or(some, every);
}

/** Whether one of the allow statements of a guard matches. */
function allowTruth(
  document: CompiledDocument,
  request: ConditionRequest,
  action: ActionRef,
  layer: DecisionLayer,
  recorder: DecisionRecorder | undefined,
): Truth {
  let truth: Truth = FALSE;
  if (document.unreadable !== undefined) {
    recorder?.unreadable(layer, document);
    truth = UNKNOWN;
  }
  for (const statement of document.statements) {
    if (!statement.allow) continue;
    const one = statementTruth(statement, request, action);
    if (one === FALSE) continue;
    recorder?.statement(layer, statement, one);
    truth = or(truth, one);
    if (truth === TRUE && recorder === undefined) return TRUE;
  }
  return truth;
}
