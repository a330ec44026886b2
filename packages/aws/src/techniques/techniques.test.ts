import { describe, expect, it } from 'vitest';
import { awsCatalogue } from '../catalogue/action-catalogue.ts';
import { awsTechniques } from './aws-techniques.ts';
import { EVERYTHING_ACTION, iamTechniques } from './iam-techniques.ts';
import { passRoleTechniques } from './pass-role-techniques.ts';
import { NEEDED_RESOURCE_TYPES } from './precondition-names.ts';
import type { AwsRequirement, AwsTechnique } from './technique-row.ts';
import { workloadTechniques } from './workload-techniques.ts';

const catalogue = awsCatalogue();
const rows: readonly AwsTechnique[] = [...iamTechniques, ...passRoleTechniques, ...workloadTechniques];

/** Ids of the tables of aws.md 2.3 that are a row each. */
const DOMAIN_ROWS = {
  'aws.md 2.3.1':
    'sts-assume-role iam-create-policy-version iam-set-default-policy-version iam-create-policy-version-boundary ' +
    'iam-attach-user-policy iam-put-user-policy iam-attach-group-policy iam-put-group-policy iam-attach-role-policy ' +
    'iam-put-role-policy iam-add-user-to-group iam-delete-user-boundary iam-put-user-boundary iam-delete-role-boundary ' +
    'iam-put-role-boundary iam-create-access-key iam-update-access-key iam-create-login-profile ' +
    'iam-update-login-profile iam-update-trust iam-create-role-admin iam-create-user-admin iam-instance-profile-swap ' +
    'iam-update-saml-provider iam-add-oidc-audience iam-recreate-oidc-provider',
  'aws.md 2.3.2':
    'ec2-run-instances ec2-request-spot ec2-create-fleet ec2-associate-profile autoscaling-create autoscaling-update ' +
    'lambda-create-invoke lambda-create-event-source lambda-create-add-permission lambda-create-url lambda-swap-role ' +
    'ecs-run-task ecs-run-task-override ecs-task-set ecs-container-instance-hijack batch-submit-new apprunner-create ' +
    'codebuild-create codebuild-swap-role codepipeline-create codestar-create cfn-create-stack cfn-new-change-set ' +
    'cfn-swap-role cfn-create-stackset cfn-update-stackset-pass glue-dev-endpoint glue-create-job glue-update-job-pass ' +
    'glue-session sagemaker-notebook sagemaker-training sagemaker-processing sagemaker-model sagemaker-pipeline ' +
    'sagemaker-studio datapipeline-create emr-run-job-flow emr-serverless-job kinesisanalytics-app omics-run braket-job ' +
    'gamelift-fleet imagebuilder-image elasticbeanstalk-env stepfunctions-create stepfunctions-test-state ' +
    'scheduler-schedule events-rule pipes-pipe ssm-automation ssm-maintenance-window ssm-activation ' +
    'agentcore-code-interpreter agentcore-runtime agentcore-harness agentcore-browser cognito-identity-roles ' +
    'cognito-user-group eks-pod-identity rolesanywhere iot-role-alias apigateway-integration appsync-datasource ' +
    'mwaa-environment synthetics-canary amplify-app kafkaconnect-plugin fis-experiment appstream-builder bedrock-agent ' +
    'rds-add-role',
  'aws.md 2.3.3':
    'lambda-update-code lambda-update-config ec2-user-data ec2-launch-template ec2-instance-connect ec2-serial-console ' +
    'ec2-imds-downgrade ec2-replace-root-volume ssm-start-session ssm-send-command ssm-association ssm-document ecs-exec ' +
    'batch-submit-existing apprunner-update codebuild-start codebuild-update cfn-update-stack cfn-change-set ' +
    'cfn-update-stackset glue-dev-endpoint-key glue-update-job sagemaker-notebook-url sagemaker-lifecycle ' +
    'sagemaker-domain-url emr-add-step mwaa-token states-update kinesisanalytics-update synthetics-update ' +
    'agentcore-session agentcore-command agentcore-browser-connect rolesanywhere-anchor',
} as const;

/** Rows without an id in the tables: sign-in forms of aws.md 2.1, and its definition of account control. */
const OWN_IDS = ['sts-assume-role-with-web-identity', 'sts-assume-role-with-saml', 'iam-administrator'];

/** Ids of aws.md 2.3 without a row, by why. Whoever adds a row takes it from here. */
const NO_ROW = {
  // Other rows already say it, with the caller or the target in question.
  composed:
    'sts-trust-account-root sts-trust-wildcard iam-create-access-key-rotate iam-attach-role-policy+assume ' +
    'iam-put-role-policy+assume iam-policy-version+assume iam-attach-role-policy+trust iam-put-role-policy+trust ' +
    'iam-policy-version+trust iam-attach-user-policy+key iam-put-user-policy+key iam-put-star iam-star',
  // They yield less than an identity, or something that no yield names.
  'no such yield':
    'sts-tag-session-abac iam-remove-deny iam-tag-self-abac resource-tag-abac iam-enroll-mfa iam-service-credential ' +
    'iam-upload-ssh-key iam-upload-signing-certificate iam-update-oidc-thumbprint iam-accept-delegation ' +
    'lambda-add-permission org-relax-guardrail org-delegate-admin',
  // They act in other accounts than the caller's without consent of a policy there.
  'other accounts':
    'sts-assume-root cfn-service-managed-stackset sso-create-set-assign sso-attach-managed sso-put-inline ' +
    'sso-attach-customer-managed sso-remove-limit sso-assign identitystore-join-group sso-reset-password ' +
    'org-root-features',
  // What the action is on and what it yields are different things, and nothing in the graph relates them.
  'no relation':
    'recreate-principal ecs-new-revision codedeploy-deploy glue-run-statement cognito-identity-pool ' +
    'cognito-user-takeover eks-access-entry image-poison artifact-poison servicecatalog-launch',
} as const;

/** The ATT&CK techniques of findings 2.3. */
const ATTACK_IDS =
  'T1078.001 T1078.004 T1098.001 T1098.003 T1098.006 T1136.003 T1528 T1550.001 T1548.005 T1199 T1552.001 T1552.005 ' +
  'T1552.007 T1552.008 T1555.006 T1530 T1537 T1485 T1496 T1578 T1578.005 T1648 T1651 T1059.009 T1021.007 T1484.002 ' +
  'T1556.007 T1556.009 T1606.002 T1562.008 T1666 T1671 T1087.004 T1069.003 T1580 T1526 T1619';

/** Resource type in the action catalogue of what a row may be aimed at. */
const TARGET_TYPES: Readonly<Record<string, readonly [service: string, type: string]>> = {
  user: ['iam', 'user'],
  group: ['iam', 'group'],
  role: ['iam', 'role'],
  'AWS::IAM::ManagedPolicy': ['iam', 'policy'],
  'AWS::AppRunner::Service': ['apprunner', 'service'],
  'AWS::Batch::JobDefinition': ['batch', 'job-definition'],
  'AWS::BedrockAgentCore::BrowserCustom': ['bedrock-agentcore', 'browser-custom'],
  'AWS::BedrockAgentCore::CodeInterpreterCustom': ['bedrock-agentcore', 'code-interpreter-custom'],
  'AWS::BedrockAgentCore::Runtime': ['bedrock-agentcore', 'runtime'],
  'AWS::CloudFormation::Stack': ['cloudformation', 'stack'],
  'AWS::CloudFormation::StackSet': ['cloudformation', 'stackset'],
  'AWS::CodeBuild::Project': ['codebuild', 'project'],
  'AWS::EC2::Instance': ['ec2', 'instance'],
  'AWS::EC2::LaunchTemplate': ['ec2', 'launch-template'],
  'AWS::ECS::TaskDefinition': ['ecs', 'task-definition'],
  'AWS::EMR::Cluster': ['elasticmapreduce', 'cluster'],
  'AWS::Glue::DevEndpoint': ['glue', 'devendpoint'],
  'AWS::Glue::Job': ['glue', 'job'],
  'AWS::KinesisAnalyticsV2::Application': ['kinesisanalytics', 'application'],
  'AWS::Lambda::Function': ['lambda', 'function'],
  'AWS::MWAA::Environment': ['airflow', 'environment'],
  'AWS::SageMaker::NotebookInstance': ['sagemaker', 'notebook-instance'],
  'AWS::SageMaker::UserProfile': ['sagemaker', 'user-profile'],
  'AWS::StepFunctions::StateMachine': ['states', 'statemachine'],
  'AWS::Synthetics::Canary': ['synthetics', 'canary'],
};

function words(text: string): readonly string[] {
  return text.split(' ');
}

/** The leaves of a formula. */
function leaves(requirement: AwsRequirement): readonly Exclude<AwsRequirement, { all: unknown } | { any: unknown }>[] {
  if ('all' in requirement) return requirement.all.flatMap(leaves);
  if ('any' in requirement) return requirement.any.flatMap(leaves);
  return [requirement];
}

/** Every leaf with the id of its row. */
const everyLeaf = rows.flatMap(({ id, requires }) => leaves(requires).map((leaf) => ({ id, leaf })));

function actionsOf(leaf: (typeof everyLeaf)[number]['leaf']): readonly string[] {
  if ('allowed' in leaf) return [leaf.allowed];
  if ('allows' in leaf) return leaf.allows;
  return 'service' in leaf ? [leaf.may] : [];
}

/** ARN templates with anything in the placeholders, so that `${FunctionName}` and `${FunctionId}` are the same. */
function shape(arn: string): string {
  return arn.replaceAll(/\$\{[^}]*\}/g, '*');
}

describe('the rows', () => {
  it('are all in the catalogue of techniques', () => {
    expect(awsTechniques.techniques).toEqual(rows);
    for (const { provider } of rows) expect(provider).toBe(awsTechniques.provider);
  });

  it('have ids of their own', () => {
    const ids = rows.map(({ id }) => id);
    expect(ids.filter((id, at) => ids.indexOf(id) !== at)).toEqual([]);
  });

  it.each(Object.entries(DOMAIN_ROWS))('%s: have the ids of the table', (reference, ids) => {
    const own = rows.filter((row) => row.reference === reference && !OWN_IDS.includes(row.id)).map(({ id }) => id);
    expect(own.toSorted()).toEqual(words(ids).toSorted());
  });

  it('are not said to be missing', () => {
    const missing = Object.values(NO_ROW).flatMap(words);
    expect(missing.filter((id, at) => missing.indexOf(id) !== at)).toEqual([]);
    expect(rows.map(({ id }) => id).filter((id) => missing.includes(id))).toEqual([]);
    // iam-put-star and iam-star share a line of the table.
    expect(missing.length + Object.values(DOMAIN_ROWS).flatMap(words).length).toBe(50 + 72 + 45 + 11 + 1);
  });

  it('name actions of the action catalogue, in canonical spelling', () => {
    const unknown = everyLeaf.flatMap(({ id, leaf }) =>
      actionsOf(leaf)
        .filter((name) => name !== EVERYTHING_ACTION && catalogue.action(name)?.name !== name)
        .map((name) => `${id}: ${name}`),
    );
    expect(unknown).toEqual([]);
    expect(catalogue.action(EVERYTHING_ACTION)).toBeUndefined();
  });

  it('name each precondition there is, and no other', () => {
    const named = new Set(everyLeaf.flatMap(({ leaf }) => ('holds' in leaf ? [leaf.holds] : [])));
    expect([...named].toSorted()).toEqual(Object.keys(awsTechniques.predicates).toSorted());
  });

  it('name services as they sign requests', () => {
    for (const { leaf } of everyLeaf) {
      if ('service' in leaf) expect(leaf.service).toMatch(/^[a-z0-9.-]+\.amazonaws\.com$/);
      const passedTo = 'context' in leaf ? leaf.context?.['iam:PassedToService'] : undefined;
      if (passedTo !== undefined) expect(passedTo).toMatch(/^[a-z0-9.-]+\.amazonaws\.com$/);
    }
  });

  it('name ATT&CK techniques of findings 2.3', () => {
    for (const { attack } of rows) {
      expect(attack.length).toBeGreaterThan(0);
      for (const id of attack) expect(words(ATTACK_IDS)).toContain(id);
    }
  });

  it('have a sentence in the present tense for a title', () => {
    for (const { id, title } of rows) expect(title, id).toMatch(/^[A-Z][a-z]*s [^.]+[^.]$/);
  });
});

describe('the targets', () => {
  it('are of known types', () => {
    for (const { id, target } of rows) {
      if (target.kind === 'zone') continue;
      for (const type of target.types) {
        expect(TARGET_TYPES[type], `${id}: ${type}`).toBeDefined();
        expect(target.kind, id).toBe(type.startsWith('AWS::') ? 'resource' : 'identity');
      }
    }
  });

  it('are what the actions asked on them are on', () => {
    for (const { id, target, requires } of rows) {
      if (target.kind === 'zone') continue;
      for (const leaf of leaves(requires)) {
        if (!('allowed' in leaf) || leaf.on !== undefined) continue;
        const action = catalogue.action(leaf.allowed);
        const shapes = (action?.resourceTypes ?? []).flatMap(({ type }) =>
          (catalogue.resourceType(action?.service ?? '', type)?.arns ?? []).map(shape),
        );
        for (const type of target.types) {
          const [service, name] = TARGET_TYPES[type] ?? ['', ''];
          const arn = catalogue.resourceType(service, name)?.arn ?? '';
          expect(shapes, `${id}: ${leaf.allowed} on ${type}`).toContain(shape(arn));
        }
      }
    }
  });

  it('fit what the row yields', () => {
    const expected: Readonly<Record<string, readonly string[]>> = {
      become: ['user', 'role'],
      grant: ['user', 'role'],
      unguard: ['user', 'role'],
      'grant-members': ['group'],
      join: ['group'],
      'grant-holders': ['AWS::IAM::ManagedPolicy'],
      'unguard-holders': ['AWS::IAM::ManagedPolicy'],
    };
    for (const { id, target, yields } of rows) {
      if (yields === 'control-zone') expect(target.kind, id).toBe('zone');
      else if (target.kind === 'zone') expect.fail(`${id} aims at nothing`);
      else if (yields === 'become-runtime') expect(target.kind, id).toBe('resource');
      else for (const type of target.types) expect(expected[yields], id).toContain(type);
    }
  });

  it('are asked nothing where there is none', () => {
    for (const { id, target, requires } of rows) {
      if (target.kind !== 'zone') continue;
      for (const leaf of leaves(requires)) expect('allows' in leaf || 'on' in leaf, id).toBe(true);
    }
  });

  it('are in the account of the caller for everything that IAM writes and passes', () => {
    for (const { id, target, requires } of rows) {
      const writes = leaves(requires).some((leaf) => 'allowed' in leaf && leaf.allowed.startsWith('iam:'));
      if (writes && 'sameZone' in target) expect(target.sameZone, id).toBe(true);
    }
  });

  it('say who can be put into a group', () => {
    for (const { id, yields, members } of rows) expect(members !== undefined, id).toBe(yields === 'join');
  });
});

describe('passing a role', () => {
  it.each(passRoleTechniques.map((row) => [row.id, row] as const))(
    '%s: to a service that the role lets in',
    (_, row) => {
      expect(row.yields).toBe('become');
      const { requires } = row;
      const parts = 'all' in requires ? requires.all : [];
      const [pass] = parts;
      const service = pass !== undefined && 'allowed' in pass ? pass.context?.['iam:PassedToService'] : undefined;
      expect(pass).toEqual({ allowed: 'iam:PassRole', context: { 'iam:PassedToService': service } });
      expect(parts).toContainEqual({ holds: 'passable-role' });
      if (service?.startsWith('cognito-') === true) expect(parts).toContainEqual({ holds: 'trusts-an-identity-pool' });
      else expect(parts).toContainEqual({ service, may: 'sts:AssumeRole' });
    },
  );

  it('takes an instance profile to an instance', () => {
    for (const { id, requires } of passRoleTechniques) {
      const found = leaves(requires);
      if (id === 'iam-instance-profile-swap') continue;
      const toInstance = found.some((leaf) => 'service' in leaf && leaf.service === 'ec2.amazonaws.com');
      expect(
        found.some((leaf) => 'holds' in leaf && leaf.holds === 'in-instance-profile'),
        id,
      ).toBe(toInstance);
    }
  });
});

describe('resources a row needs besides its target', () => {
  it('are of types with names', () => {
    for (const type of NEEDED_RESOURCE_TYPES) expect(type).toMatch(/^AWS::[A-Za-z0-9]+::[A-Za-z0-9]+$/);
    expect(NEEDED_RESOURCE_TYPES.toSorted()).toEqual([...new Set(NEEDED_RESOURCE_TYPES)].toSorted());
  });
});
