import type { Gap, NodeId } from '../graph/model.ts';
import type { AuthorizationModel } from './authorization-model.ts';
import type { ConditionFinding } from './condition-finding.ts';
import type { DecisionLayer, DecisionQuery } from './decide.ts';
import { type DecisionNeed, decisionNeeds, type ZonesOfRequest, zonesOf } from './decision-needs.ts';
import { type Citation, citationOf, citing, type DecisionTrace, traceDecision } from './decision-trace.ts';
import { type Explanation, explanationOf, membershipNote } from './explain.ts';
import { type JudgedLayer, judgedLayers, type LayerFinding, requestOf } from './layer-findings.ts';
import { missingInput } from './missing-input.ts';
import { conditionFindings, type NearMiss, nearDenies, nearMisses, placementFindings } from './near-misses.ts';
import type { HeldPolicy } from './principal-class.ts';
import { FALSE, TRUE } from './truth.ts';

/** A statement that applies or not by what is not decided yet, and that makes a difference to the verdict. */
export interface Dependency extends Citation {
  readonly layer: DecisionLayer;
  /** An `allow` must apply for the request to pass, a `deny` must not. */
  readonly effect: 'allow' | 'deny';
  readonly certainty: 'conditional' | 'unknown';
  /** The lines of its condition that are not decided; every other line holds. */
  readonly conditions: readonly ConditionFinding[];
  /** Set where the rule names only some sessions of the principal. */
  readonly onlySomeSessions?: true;
  /** Why it is not decided, where it is no condition. */
  readonly note?: string;
}

/** Everything a person wants to know of a decision: what decides, what nearly did, what it rests on, what is not known. */
export interface DetailedExplanation extends Explanation {
  readonly zones: ZonesOfRequest;
  /** How each part of the decision came out. */
  readonly layers: readonly LayerFinding[];
  /** Statements that nearly let a request pass that is not allowed; at most three. */
  readonly nearMisses: readonly NearMiss[];
  /** Denies that only their condition keeps from applying; at most three. */
  readonly nearDenies: readonly NearMiss[];
  /** What an undecided verdict waits for; empty for `allow` and `deny`. At most sixteen. */
  readonly dependsOn: readonly Dependency[];
  /** Lines of conditions met because the caller chooses the key, once each. */
  readonly choices: readonly ConditionFinding[];
  /** What would have to change for a denied request; empty for other verdicts. */
  readonly needs: readonly DecisionNeed[];
  /** Gaps that bear on the decision; at most eight. */
  readonly missingInput: readonly Gap[];
  /** True where the target is not in the input though it is there already, so that a policy it has takes no part. */
  readonly resourceUnlisted: boolean;
  /** The node whose policies govern the target: its own, or that of what contains it. */
  readonly resourceNode?: NodeId;
}

const MOST_DEPENDENCIES = 16;

/** Decides a query and explains it in full (aws.md 1.1: the verdict, what decided it, which guardrails the input held). */
export function explainInDetail(model: AuthorizationModel, query: DecisionQuery): DetailedExplanation {
  const trace = traceDecision(model, query);
  const explanation = explanationOf(trace);
  const judged = judgedLayers(model, trace);
  const stopping = judged.filter(({ truth }) => truth !== TRUE && truth <= trace.truth);
  const { node, id } = query.resource;
  return {
    ...explanation,
    zones: zonesOf(model, query),
    layers: judged.map(({ finding }) => finding),
    nearMisses: nearMisses(trace, stopping),
    nearDenies: nearDenies(trace),
    dependsOn: dependencies(trace, judged),
    choices: choices(trace, explanation),
    needs: decisionNeeds(model, trace, judged),
    missingInput: missingInput(
      model,
      query,
      trace.policies.map(({ held }) => ({ policy: held.policy.id })),
    ),
    resourceUnlisted: node === undefined && id !== '*' && !query.provider.semantics.creates(query.action.name),
    ...(node === undefined ? {} : { resourceNode: node.id }),
  };
}

/** The undecided statements an undecided verdict waits for; those of parts that pass anyhow make no difference. */
function dependencies(trace: DecisionTrace, judged: readonly JudgedLayer[]): readonly Dependency[] {
  if (trace.truth === TRUE || trace.truth === FALSE) return [];
  const open = judged.filter(({ truth }) => truth !== TRUE);
  const found: Dependency[] = [];
  for (const { layer, statement, truth, held: spoke } of trace.seen) {
    if (truth === TRUE || truth === FALSE) continue;
    for (const held of citing(trace.policies, statement.document, layer, spoke)) {
      const waits =
        !statement.allow ||
        // Within a zone a policy on the target may grant instead of the principal's own, whatever that part comes to.
        layer === 'resource-grant' ||
        open.some(
          ({ finding, held: asked }) =>
            finding.layer === layer && (held === undefined || asked.some((one) => one.policy.id === held.policy.id)),
        );
      if (!waits) continue;
      const lines = conditionFindings(trace, statement, held).filter(
        ({ outcome }) => outcome !== 'holds' && outcome !== 'fails',
      );
      const { principal } = trace.query;
      const note =
        statement.undecidable ?? statement.condition?.undecidable ?? membershipNote(held, statement, principal);
      found.push({
        ...citationOf(held, statement, principal),
        layer,
        effect: statement.allow ? 'allow' : 'deny',
        certainty: truth === 2 ? 'conditional' : 'unknown',
        conditions: lines,
        ...(namesSomeSessions(trace, statement.principals?.include ?? []) ? { onlySomeSessions: true } : {}),
        ...(note === undefined ? {} : { note }),
      });
    }
  }
  for (const { finding, held } of open)
    found.push(...held.flatMap((one) => guardDependency(trace, finding.layer, one)));
  const byKey = new Map(found.map((one) => [JSON.stringify(one), one]));
  return [...byKey.values()].slice(0, MOST_DEPENDENCIES);
}

/** A guard that stops the request where it applies, if whether it applies is not decided; nothing otherwise. */
function guardDependency(trace: DecisionTrace, layer: DecisionLayer, held: HeldPolicy): readonly Dependency[] {
  const { applies } = held.document;
  if (!layer.endsWith('-guard') || applies === undefined) return [];
  const truth = applies.evaluate(requestOf(trace));
  if (truth === TRUE || truth === FALSE) return [];
  const note = applies.undecidable;
  const conditions = placementFindings(trace, held).filter(({ outcome }) => outcome !== 'holds' && outcome !== 'fails');
  return [
    {
      ...citationOf(held, undefined, trace.query.principal),
      layer,
      effect: 'deny',
      certainty: truth === 2 ? 'conditional' : 'unknown',
      conditions,
      ...(note === undefined ? {} : { note }),
    },
  ];
}

function namesSomeSessions(
  { query }: DecisionTrace,
  include: readonly { readonly match: string; readonly id?: string; readonly certainty?: string }[],
): boolean {
  return include.some(
    ({ match, id, certainty }) => match === 'node' && id === query.principal.node.id && certainty === 'conditional',
  );
}

/** What the caller's choices are good for: the lines of conditions they meet, in statements that took part. */
function choices(trace: DecisionTrace, { chosen, verdict }: Explanation): readonly ConditionFinding[] {
  if (verdict === 'deny') return [];
  const found = new Map<string, ConditionFinding>();
  for (const { statement, held } of trace.seen) {
    if (!statement.allow) continue;
    for (const line of conditionFindings(trace, statement, held)) {
      if (line.outcome === 'holds' && Object.hasOwn(chosen, line.key.toLowerCase()))
        found.set(JSON.stringify(line), line);
    }
  }
  return [...found.values()];
}
