import { AuthorizationModel, CONDITIONAL, FALSE, TRUE, type Truth, UNKNOWN } from '@keyreach/core/authz';
import { GraphIndex } from '@keyreach/core/graph';
import { deriveReach, type Predicate, type ReachModel, type Technique } from '@keyreach/core/reach';
import { describe, expect, it } from 'vitest';
import { awsAccess } from '../access/aws-access.ts';
import { awsSemantics } from '../authz/aws-semantics.ts';
import { awsTechniques } from './aws-techniques.ts';
import { EVERYTHING_ACTION, iamTechniques } from './iam-techniques.ts';
import { awsPredicates } from './predicates.ts';
import type { AwsRequirement, AwsTechnique } from './technique-row.ts';
import { CALLERS, type EstateWish, techniqueEstate } from './testing/technique-estate.ts';
import { found, gives } from './testing/technique-gains.ts';
import {
  actionsIn,
  type Circumstances,
  circumstancesOf,
  factsIn,
  leaves,
  otherTypes,
  saidOf,
  servicesIn,
  ways,
} from './testing/technique-ways.ts';

const rows = awsTechniques.techniques as readonly AwsTechnique[];

function typesOf({ target }: Technique): readonly string[] {
  return 'types' in target && target.kind !== 'scope' ? target.types : [];
}

/** Ways to act on what `resource-tag-abac` rows open; the callers may do it to what has the tag. */
const OPENED: Readonly<Record<string, AwsTechnique>> = {
  user: iamTechniques.find(({ id }) => id === 'iam-create-access-key')!,
  role: iamTechniques.find(({ id }) => id === 'sts-assume-role')!,
};

/** What the gain of some yields hangs on, besides the row. */
function surroundings({ yields, target }: AwsTechnique): Pick<EstateWish, 'grantedIf'> {
  const team = (key: string): EstateWish['grantedIf'] => ({
    actions: yields === 'retag-resource' ? ['*'] : ['s3:ListAllMyBuckets'],
    block: { StringEquals: { [key]: ['red'] } },
  });
  switch (yields) {
    case 'retag':
      return { grantedIf: team('aws:PrincipalTag/team')! };
    case 'retag-resource':
      return {
        grantedIf: team(
          'types' in target && target.types.some((type) => OPENED[type] !== undefined)
            ? 'iam:ResourceTag/team'
            : 'aws:ResourceTag/team',
        )!,
      };
    case 'sign-in':
      return {
        grantedIf: {
          actions: ['s3:ListAllMyBuckets'],
          block: { Bool: { 'aws:MultiFactorAuthPresent': ['true'] } },
        },
      };
    default:
      return {};
  }
}

/** Preconditions that are what the circumstances say, whatever the node. */
function predicatesOf({ facts }: Circumstances): Readonly<Record<string, Predicate>> {
  return Object.fromEntries(Object.keys(awsPredicates).map((name) => [name, () => facts[name] ?? FALSE]));
}

function derive(techniques: readonly AwsTechnique[], wish: EstateWish, opens: boolean): ReachModel {
  const graph = new GraphIndex(techniqueEstate(wish));
  // Only the actions in question, for speed; what is outside the catalogue keeps its name.
  const names = techniques
    .flatMap((row) => actionsIn(whole(row).requires))
    .filter((name) => name !== EVERYTHING_ACTION);
  const known = [...new Set(names)].toSorted((left, right) => (left.toLowerCase() < right.toLowerCase() ? -1 : 1));
  const model = new AuthorizationModel(graph, [{ ...awsSemantics, actions: known }]);
  const catalogue = { ...awsTechniques, techniques, predicates: predicatesOf(wish) };
  return deriveReach(model, [catalogue], { now: Date.UTC(2026, 10, 22), ...(opens ? { access: [awsAccess] } : {}) });
}

/** What the best of some callers gains by a row, and how surely. */
function gained(row: AwsTechnique, given: Circumstances, callers: readonly string[]): Truth {
  const types = typesOf(row);
  const opens = ['retag-resource', 'open-resource', 'rewrite-resource'].includes(row.yields);
  const beside = row.yields === 'retag-resource' ? types.flatMap((type) => OPENED[type] ?? []) : [];
  const wish = { ...given, ...surroundings(row) };
  const reach = derive([row, ...beside], wish, opens);
  const without = opens ? derive(beside, wish, true) : reach;
  for (const least of [TRUE, CONDITIONAL, UNKNOWN]) {
    const gains = callers.some((caller) =>
      gives(row.yields, types, found(reach, caller, least), found(without, caller, least)),
    );
    if (gains) return least;
  }
  return FALSE;
}

function callersOf({ callers }: AwsTechnique): readonly string[] {
  return callers === undefined ? [CALLERS.user, CALLERS.role] : [CALLERS.federated];
}

/** Circumstances that each lack one thing, by what it is. */
function lacking(row: AwsTechnique, way: AwsRequirement, given: Circumstances): Map<string, Circumstances> {
  const cases = new Map<string, Circumstances>();
  for (const action of actionsIn(way)) {
    cases.set(`without ${action}`, { ...given, actions: given.actions.filter((name) => name !== action) });
  }
  for (const name of factsIn(way)) {
    const { [name]: _, ...facts } = given.facts;
    cases.set(`not ${name}`, { ...given, facts });
    cases.set(`unknown whether ${name}`, { ...given, facts: { ...given.facts, [name]: UNKNOWN } });
  }
  for (const service of servicesIn(way)) {
    cases.set(`not trusting ${service}`, { ...given, services: given.services.filter((name) => name !== service) });
  }
  const apart = otherTypes(way).filter((type) => type.includes('::') && !typesOf(row).includes(type));
  const targets = row.yields.startsWith('become') ? typesOf(row).filter((type) => type.includes('::')) : [];
  const parts = [...new Set(apart)].map((type): readonly [string, readonly string[]] => [type, [type]]);
  if (targets.length > 0) parts.push(['target', targets]);
  for (const [what, types] of parts) {
    const others = Object.entries(given.there).filter(([type]) => !types.includes(type));
    cases.set(`no ${what}`, { ...given, there: Object.fromEntries(others) });
    const unlisted = types.map((type) => [type, 'uncollected'] as const);
    cases.set(`${what} not listed`, { ...given, there: Object.fromEntries([...others, ...unlisted]) });
  }
  return cases;
}

function favourable(row: AwsTechnique, way: AwsRequirement): Circumstances {
  return circumstancesOf(way, ['user', 'role', ...typesOf(row)]);
}

/**
 * Whether another way wants no other actions, but some of them on a particular resource: what this one wants besides is
 * for callers who may do them on other resources only.
 */
function isSubsumed(way: AwsRequirement, all: readonly AwsRequirement[]): boolean {
  const actions = actionsIn(way);
  return all.some(
    (other) =>
      other !== way &&
      leaves(other).some((leaf) => 'on' in leaf) &&
      actionsIn(other).every((action) => actions.includes(action)),
  );
}

/** A row with everything it requires in one formula. */
function whole(row: AwsTechnique): AwsTechnique {
  const { joins, requires } = row;
  if (joins === undefined) return row;
  const that = joins.that as AwsRequirement;
  return { ...row, requires: { all: [requires, { some: { kind: 'identity', types: joins.types }, that }] } };
}

describe('aws.md 2.3: each way of each technique, and nothing less', () => {
  it.each(rows.map((row) => [row.id, row] as const))('%s', (_, row) => {
    const callers = callersOf(row);
    const others = Object.values(CALLERS).filter((caller) => !callers.includes(caller));
    /** Whether lacking something ever made the difference. */
    const decisive = new Map<string, boolean>();
    const asked = whole(row);
    for (const way of ways(asked.requires)) {
      const given = favourable(row, way);
      const all = saidOf(asked, given);
      expect(all, JSON.stringify(way)).not.toBe(FALSE);
      const complete = !isSubsumed(way, ways(asked.requires));
      expect(gained(row, given, callers), JSON.stringify(way)).toBe(all);
      if (row.callers !== undefined) expect(gained(row, given, others), 'by anyone else').toBe(FALSE);
      for (const [what, lack] of lacking(row, way, given)) {
        const said = saidOf(asked, lack);
        expect(gained(row, lack, callers), `${what}, of ${JSON.stringify(way)}`).toBe(said);
        const makesUnknown = what.startsWith('unknown') || what.endsWith('not listed');
        decisive.set(what, decisive.get(what) === true || said < all || makesUnknown || !complete);
      }
    }
    // What can be left out in every way is no requirement.
    expect([...decisive].filter(([, decides]) => !decides).map(([what]) => what)).toEqual([]);
  });
});

it('aws.md 2.3: rows that no input can prove, for what they leave open', () => {
  const open = rows.filter((row) =>
    ways(whole(row).requires).every((way) => saidOf({ ...row, requires: way }, favourable(row, way)) !== TRUE),
  );
  expect(open.map(({ id }) => id)).toMatchInlineSnapshot(`
    [
      "iam-set-default-policy-version/unread",
      "iam-update-access-key",
      "iam-upload-signing-certificate",
      "iam-add-oidc-audience",
      "iam-update-oidc-thumbprint",
      "iam-accept-delegation",
      "iam-instance-profile-swap",
      "lambda-create-event-source",
      "codepipeline-create",
      "codestar-create",
      "cfn-create-stackset",
      "cfn-update-stackset-pass",
      "amplify-app",
      "glue-dev-endpoint",
      "sagemaker-model",
      "sagemaker-pipeline",
      "datapipeline-create",
      "mwaa-environment",
      "kafkaconnect-plugin",
      "rds-add-role",
      "events-rule",
      "pipes-pipe",
      "apigateway-integration",
      "appsync-datasource",
      "synthetics-canary",
      "fis-experiment",
      "appstream-builder",
      "bedrock-agent",
      "eks-pod-identity",
      "iot-role-alias",
      "cognito-identity-roles",
      "cognito-user-group",
      "ec2-launch-template",
      "ec2-instance-connect",
      "ec2-serial-console",
      "ec2-imds-downgrade",
      "ec2-replace-root-volume",
      "ssm-document",
      "ecs-exec",
      "ecs-new-revision",
      "ecs-new-revision/neighbours",
      "cfn-update-stackset",
      "codedeploy-deploy",
      "image-poison",
      "artifact-poison",
      "servicecatalog-launch",
      "glue-dev-endpoint-key",
      "glue-update-job",
      "glue-run-statement",
      "mwaa-token",
      "kinesisanalytics-update",
      "synthetics-update",
      "cognito-identity-pool",
      "cognito-user-takeover",
      "eks-access-entry/nodes",
      "sts-assume-root",
      "sso-put-inline/unlisted",
      "sso-attach-customer-managed",
      "sso-reset-password",
      "org-relax-guardrail/leave",
      "org-delegate-admin",
      "org-delegate-admin/resource-policy",
      "org-root-features",
      "ecr-put-registry-policy",
    ]
  `);
});

describe('aws.md 2.3: boundaries of the target and service control policies cap what is gained', () => {
  const administrator = iamTechniques.find(({ id }) => id === 'iam-administrator')!;
  const grants = rows.filter(({ yields }) => yields.startsWith('grant'));

  it.each(grants.map((row) => [row.id, row] as const))('%s', (_, row) => {
    const [way] = ways(row.requires);
    const given = favourable(row, way!);
    const controls = (caps: Pick<EstateWish, 'boundary' | 'scopeGuard'>): Truth => {
      const reach = derive([row, administrator], { ...given, ...caps }, false);
      const sure = [TRUE, CONDITIONAL, UNKNOWN].find((least) =>
        callersOf(row).some((caller) => found(reach, caller, least).zones.size > 0),
      );
      return sure ?? FALSE;
    };
    expect(controls({})).toBe(saidOf(row, given));
    expect(controls({ boundary: given.actions })).toBe(FALSE);
    expect(controls({ scopeGuard: given.actions })).toBe(FALSE);
    expect(controls({ scopeGuard: ['*'] })).toBe(saidOf(row, given));
  });
});
