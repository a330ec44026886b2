import { AuthorizationModel, and, FALSE, or, TRUE, type Truth, UNKNOWN } from '@keyreach/core/authz';
import { GraphIndex, type GraphNode } from '@keyreach/core/graph';
import { deriveReach, type ReachModel, reachNodeKinds, searchReach } from '@keyreach/core/reach';
import { describe, expect, it } from 'vitest';
import { awsSemantics } from '../authz/aws-semantics.ts';
import { EVERYTHING_ACTION, iamTechniques } from './iam-techniques.ts';
import { passRoleTechniques } from './pass-role-techniques.ts';
import { awsPredicates } from './predicates.ts';
import type { AwsRequirement, AwsTechnique } from './technique-row.ts';
import { CALLERS, techniqueEstate } from './testing/technique-estate.ts';
import { workloadTechniques } from './workload-techniques.ts';

const rows: readonly AwsTechnique[] = [...iamTechniques, ...passRoleTechniques, ...workloadTechniques];

function leaves(requirement: AwsRequirement): readonly AwsRequirement[] {
  if ('all' in requirement) return requirement.all.flatMap(leaves);
  if ('any' in requirement) return requirement.any.flatMap(leaves);
  return [requirement];
}

const services = [
  ...new Set(
    passRoleTechniques.flatMap(({ requires }) =>
      leaves(requires).flatMap((leaf) => ('service' in leaf ? leaf.service : [])),
    ),
  ),
];

function actionsOf({ requires }: AwsTechnique): readonly string[] {
  const named = leaves(requires).flatMap((leaf) => {
    if ('allowed' in leaf) return [leaf.allowed];
    return 'allows' in leaf ? leaf.allows : [];
  });
  return [...new Set(named)];
}

/** What the formula says of one target for callers that may do `actions` on everything. */
function truthOf(requires: AwsRequirement, actions: readonly string[], target: GraphNode, graph: GraphIndex): Truth {
  if ('all' in requires) {
    return requires.all.reduce<Truth>((truth, part) => and(truth, truthOf(part, actions, target, graph)), TRUE);
  }
  if ('any' in requires) {
    return requires.any.reduce<Truth>((truth, part) => or(truth, truthOf(part, actions, target, graph)), FALSE);
  }
  if ('holds' in requires) return awsPredicates[requires.holds](target, graph);
  if ('service' in requires) return target.name === 'victim' ? TRUE : FALSE;
  const asked: readonly string[] = 'allows' in requires ? requires.allows : [requires.allowed];
  return asked.every((action) => actions.includes(action)) ? TRUE : FALSE;
}

/** The best that the formula says of the targets that have something to give. */
function expected({ requires, target }: AwsTechnique, actions: readonly string[], graph: GraphIndex): Truth {
  const nodes: readonly GraphNode[] = target.kind === 'identity' ? graph.identities : graph.resources;
  const targets =
    target.kind === 'zone'
      ? graph.scopes
      : nodes.filter(({ type, name }) => target.types.includes(type) && name !== 'r');
  return targets.reduce<Truth>((best, node) => or(best, truthOf(requires, actions, node, graph)), FALSE);
}

/** Whether a caller gains something at the certainty: another identity, its own with more, or the account. */
function gains(reach: ReachModel, caller: string, least: Truth): boolean {
  const source = reach.nodeOf.get(caller);
  if (source === undefined) return false;
  const { distance } = searchReach(reach.graph, source, least);
  const before = new Set(['identity', 'state', 'class']);
  for (let node = 0; node < reach.graph.nodeCount; node += 1) {
    if (distance[node] === -1 || node === source) continue;
    const kind = reachNodeKinds[reach.graph.kinds[node]!]!;
    if (kind === 'elevated' || kind === 'zone-control' || kind === 'identity') return true;
    // A group joined leads to another state than the caller's own, which comes first.
    if (kind === 'state' && !before.delete('state')) return true;
  }
  return false;
}

function outcome(technique: AwsTechnique, actions: readonly string[]): { found: Truth; said: Truth } {
  const graph = new GraphIndex(techniqueEstate(actions, services));
  // Only the actions in question, for speed; what is outside the catalogue keeps its name.
  const names = actionsOf(technique).filter((name) => name !== EVERYTHING_ACTION);
  const known = names.toSorted((left, right) => (left.toLowerCase() < right.toLowerCase() ? -1 : 1));
  const model = new AuthorizationModel(graph, [{ ...awsSemantics, actions: known }]);
  const catalogue = { provider: 'aws', techniques: [technique], predicates: awsPredicates };
  const reach = deriveReach(model, [catalogue], { now: Date.UTC(2026, 10, 22) });
  const callers = technique.callers === undefined ? [CALLERS.user, CALLERS.role] : [CALLERS.federated];
  const reached = (least: Truth): boolean => callers.some((caller) => gains(reach, caller, least));
  return {
    found: reached(TRUE) ? TRUE : reached(UNKNOWN) ? UNKNOWN : FALSE,
    said: expected(technique, actions, graph),
  };
}

describe('each technique in an account that favours it', () => {
  it.each(rows.map((row) => [row.id, row] as const))('%s', (_, row) => {
    const actions = actionsOf(row);
    const all = outcome(row, actions);
    expect(all.found).not.toBe(FALSE);
    expect(all.found).toBe(all.said);
    for (const missing of actions) {
      const { found, said } = outcome(
        row,
        actions.filter((action) => action !== missing),
      );
      expect(found, `without ${missing}`).toBe(said);
    }
    expect(outcome(row, []).found).toBe(FALSE);
  });

  it('is certain for those that leave no question open', () => {
    const certain = rows.filter((row) => outcome(row, actionsOf(row)).found === TRUE).map(({ id }) => id);
    expect(certain).toMatchInlineSnapshot(`
      [
        "sts-assume-role",
        "iam-put-user-policy",
        "iam-attach-user-policy",
        "iam-put-role-policy",
        "iam-attach-role-policy",
        "iam-put-group-policy",
        "iam-attach-group-policy",
        "iam-add-user-to-group",
        "iam-create-policy-version",
        "iam-create-policy-version-boundary",
        "iam-delete-user-boundary",
        "iam-put-user-boundary",
        "iam-delete-role-boundary",
        "iam-put-role-boundary",
        "iam-create-access-key",
        "iam-create-login-profile",
        "iam-update-login-profile",
        "iam-update-trust",
        "iam-create-role-admin",
        "iam-create-user-admin",
        "iam-administrator",
        "sts-assume-role-with-web-identity",
        "sts-assume-role-with-saml",
        "ec2-run-instances",
        "ec2-request-spot",
        "ec2-create-fleet",
        "autoscaling-create",
        "imagebuilder-image",
        "lambda-create-invoke",
        "lambda-create-add-permission",
        "lambda-create-url",
        "ecs-run-task",
        "batch-submit-new",
        "apprunner-create",
        "codebuild-create",
        "cfn-create-stack",
        "cfn-new-change-set",
        "glue-create-job",
        "glue-session",
        "sagemaker-notebook",
        "sagemaker-training",
        "sagemaker-processing",
        "emr-serverless-job",
        "kinesisanalytics-app",
        "omics-run",
        "braket-job",
        "gamelift-fleet",
        "stepfunctions-create",
        "stepfunctions-test-state",
        "scheduler-schedule",
        "ssm-automation",
        "ssm-maintenance-window",
        "ssm-activation",
        "agentcore-code-interpreter",
        "agentcore-runtime",
        "agentcore-harness",
        "agentcore-browser",
        "rolesanywhere",
        "lambda-update-code",
        "lambda-update-config",
        "ec2-user-data",
        "ssm-start-session",
        "ssm-send-command",
        "ssm-association",
        "apprunner-update",
        "emr-add-step",
        "codebuild-start",
        "codebuild-update",
        "cfn-update-stack",
        "cfn-change-set",
        "sagemaker-notebook-url",
        "sagemaker-lifecycle",
        "sagemaker-domain-url",
        "states-update",
        "agentcore-session",
        "agentcore-command",
        "agentcore-browser-connect",
        "rolesanywhere-anchor",
      ]
    `);
  });
});
