import type { TechniqueYield } from '@keyreach/core/reach';
import { describe, expect, it } from 'vitest';
import { awsCatalogue } from '../catalogue/action-catalogue.ts';
import { PLACEHOLDER_TYPES, WORKLOAD_TYPES } from '../normalize/workload-roles.ts';
import { awsTechniques } from './aws-techniques.ts';
import { EVERYTHING_ACTION, iamTechniques } from './iam-techniques.ts';
import { organizationTechniques } from './organization-techniques.ts';
import { passRoleTechniques } from './pass-role-techniques.ts';
import { NEEDED_RESOURCE_TYPES, PRESENT_RESOURCE_TYPES } from './precondition-names.ts';
import { resourcePolicyTechniques } from './resource-policy-techniques.ts';
import { storedCredentialTechniques } from './stored-credential-techniques.ts';
import type { AwsRequirement, AwsTechnique } from './technique-row.ts';
import { CATALOGUE_TYPES } from './testing/resource-types.ts';
import { actionsIn, factsIn, type Leaf, leaves } from './testing/technique-ways.ts';
import { workloadTechniques } from './workload-techniques.ts';

const catalogue = awsCatalogue();
const rows: readonly AwsTechnique[] = [
  ...iamTechniques,
  ...passRoleTechniques,
  ...workloadTechniques,
  ...organizationTechniques,
  ...resourcePolicyTechniques,
  ...storedCredentialTechniques,
];

/** The id of the line of a table: a line that takes several rows gives them names of their own behind a slash. */
function lineOf({ id }: AwsTechnique): string {
  return id.replace(/\/.*/, '');
}

/** Ids of the tables of aws.md 2.3 that are a row each. */
const DOMAIN_ROWS = {
  'aws.md 2.3.1':
    'sts-assume-role iam-create-policy-version iam-set-default-policy-version iam-create-policy-version-boundary ' +
    'iam-attach-user-policy iam-put-user-policy iam-attach-group-policy iam-put-group-policy iam-attach-role-policy ' +
    'iam-put-role-policy iam-add-user-to-group iam-delete-user-boundary iam-put-user-boundary iam-delete-role-boundary ' +
    'iam-put-role-boundary iam-create-access-key iam-update-access-key iam-create-login-profile ' +
    'iam-update-login-profile iam-update-trust iam-create-role-admin iam-create-user-admin iam-instance-profile-swap ' +
    'iam-update-saml-provider iam-add-oidc-audience iam-recreate-oidc-provider recreate-principal sts-assume-root sts-tag-session-abac ' +
    'iam-remove-deny iam-tag-self-abac resource-tag-abac iam-enroll-mfa iam-service-credential iam-upload-ssh-key ' +
    'iam-upload-signing-certificate iam-update-oidc-thumbprint iam-accept-delegation',
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
    'agentcore-session agentcore-command agentcore-browser-connect rolesanywhere-anchor ecs-new-revision ' +
    'codedeploy-deploy cfn-service-managed-stackset glue-run-statement cognito-identity-pool cognito-user-takeover ' +
    'eks-access-entry image-poison artifact-poison servicecatalog-launch',
  'aws.md 2.3.4':
    'sso-create-set-assign sso-attach-managed sso-put-inline sso-attach-customer-managed sso-remove-limit sso-assign ' +
    'identitystore-join-group sso-reset-password org-relax-guardrail org-delegate-admin org-root-features',
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
  // A row of aws.md 2.3.5 with this id: what it gives is access to the function, not its role.
  'another table': 'lambda-add-permission',
} as const;

/** The ATT&CK techniques of findings 2.3. */
const ATTACK_IDS =
  'T1078.001 T1078.004 T1098.001 T1098.003 T1098.006 T1136.003 T1528 T1550.001 T1548.005 T1199 T1552.001 T1552.005 ' +
  'T1552.007 T1552.008 T1555.006 T1530 T1537 T1485 T1496 T1578 T1578.005 T1648 T1651 T1059.009 T1021.007 T1484.002 ' +
  'T1556.007 T1556.009 T1606.002 T1562.008 T1666 T1671 T1087.004 T1069.003 T1580 T1526 T1619';

/** Actions of aws.md 2.3.5 without a row, by why. */
const NO_ACTION = {
  // What they are on is no node of the graph.
  'no such node':
    'lambda:AddLayerVersionPermission glue:PutResourcePolicy ec2:ModifySnapshotAttribute ' +
    'ec2:ModifyImageAttribute rds:ModifyDBSnapshotAttribute ram:CreateResourceShare bedrock-agentcore:PutResourcePolicy',
  // What they return is not in the configuration of a resource that the input holds.
  'not in the input':
    'ec2:GetPasswordData sagemaker:DescribeTrainingJob ecr:GetAuthorizationToken codeartifact:GetAuthorizationToken ' +
    'redshift:GetClusterCredentials rds-db:connect lightsail:GetInstanceAccessDetails ' +
    'lightsail:DownloadDefaultKeyPair bedrock-agentcore:GetResourceApiKey bedrock-agentcore:GetResourceOauth2Token ' +
    's3:GetObject ssm:GetCommandInvocation logs:GetLogEvents codecommit:GitPull',
  // Works on secrets whose value GetSecretValue allows as well.
  composed: 'secretsmanager:BatchGetSecretValue',
} as const;

/** The actions of aws.md 2.3.5. */
const NARROW_ACTIONS =
  's3:PutBucketPolicy s3:PutBucketAcl s3:PutObjectAcl s3:PutAccessPointPolicy kms:PutKeyPolicy kms:CreateGrant ' +
  'secretsmanager:PutResourcePolicy sqs:AddPermission sqs:SetQueueAttributes sns:AddPermission ' +
  'sns:SetTopicAttributes lambda:AddPermission lambda:AddLayerVersionPermission ecr:SetRepositoryPolicy ' +
  'ecr:PutRegistryPolicy dynamodb:PutResourcePolicy kinesis:PutResourcePolicy glue:PutResourcePolicy ' +
  'events:PutPermission backup:PutBackupVaultAccessPolicy elasticfilesystem:PutFileSystemPolicy ' +
  'es:UpdateDomainConfig ec2:ModifySnapshotAttribute ec2:ModifyImageAttribute rds:ModifyDBSnapshotAttribute ' +
  'ram:CreateResourceShare bedrock-agentcore:PutResourcePolicy secretsmanager:GetSecretValue ' +
  'secretsmanager:BatchGetSecretValue ssm:GetParameter ssm:GetParameters ssm:GetParametersByPath ' +
  'ssm:GetParameterHistory ec2:DescribeInstanceAttribute ec2:DescribeLaunchTemplateVersions ec2:GetPasswordData ' +
  'lambda:GetFunction lambda:GetFunctionConfiguration codebuild:BatchGetProjects cloudformation:GetTemplate ' +
  'cloudformation:DescribeStacks ecs:DescribeTaskDefinition glue:GetJob glue:GetConnection ' +
  'apprunner:DescribeService sagemaker:DescribeTrainingJob ecr:GetAuthorizationToken ' +
  'codeartifact:GetAuthorizationToken redshift:GetClusterCredentials rds-db:connect ' +
  'lightsail:GetInstanceAccessDetails lightsail:DownloadDefaultKeyPair bedrock-agentcore:GetResourceApiKey ' +
  'bedrock-agentcore:GetResourceOauth2Token s3:GetObject ssm:GetCommandInvocation logs:GetLogEvents codecommit:GitPull';

function words(text: string): readonly string[] {
  return text.split(' ');
}

/** Every leaf with the id of its row. */
const everyLeaf = rows.flatMap((row) =>
  [row.requires, ...(row.joins === undefined ? [] : [row.joins.that as AwsRequirement])]
    .flatMap(leaves)
    .map((leaf) => ({ id: row.id, leaf })),
);

function actionsOf(leaf: Leaf): readonly string[] {
  if ('allowed' in leaf) return [leaf.allowed];
  if ('allows' in leaf) return leaf.allows;
  return 'service' in leaf ? [leaf.may] : [];
}

/** What is asked for of the targets of a row, and of others it asks about, by their types. */
function askedOf(
  requirement: AwsRequirement,
  types: readonly string[],
): readonly (readonly [Leaf, readonly string[]])[] {
  if ('all' in requirement) return requirement.all.flatMap((part) => askedOf(part, types));
  if ('any' in requirement) return requirement.any.flatMap((part) => askedOf(part, types));
  if ('some' in requirement) return askedOf(requirement.that, requirement.some.types);
  return [[requirement, types]];
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
    const own = rows.filter((row) => row.reference === reference && !OWN_IDS.includes(row.id)).map(lineOf);
    expect([...new Set(own)].toSorted()).toEqual(words(ids).toSorted());
  });

  it('aws.md 2.3.5: ask for the actions of the section', () => {
    const own = rows
      .filter(({ reference }) => reference === 'aws.md 2.3.5')
      .flatMap(({ requires }) => actionsIn(requires));
    const missing = Object.values(NO_ACTION).flatMap(words);
    expect(
      words(NARROW_ACTIONS)
        .filter((action) => !own.includes(action))
        .toSorted(),
    ).toEqual(missing.toSorted());
  });

  it('are not said to be missing', () => {
    const missing = Object.values(NO_ROW).flatMap(words);
    expect(missing.filter((id, at) => missing.indexOf(id) !== at)).toEqual([]);
    const tables = rows.filter(({ reference }) => reference !== 'aws.md 2.3.5');
    expect(tables.map(lineOf).filter((id) => missing.includes(id))).toEqual([]);
    expect(rows.map(({ id }) => id)).toContain(NO_ROW['another table']);
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
    const named = new Set(everyLeaf.flatMap(({ leaf }) => factsIn(leaf)));
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
    for (const { id, title } of rows) expect(title, id).toMatch(/^[A-Z][a-z]*s ([^.]|\.(?=\w))+[^.]$/);
  });
});

describe('the targets', () => {
  it('are of known types', () => {
    for (const { id, target } of rows) {
      if (target.kind === 'zone' || target.kind === 'scope') continue;
      for (const type of target.types) {
        expect(CATALOGUE_TYPES[type], `${id}: ${type}`).toBeDefined();
        const isResource = type.startsWith('AWS::') || type.startsWith('missing-');
        expect(target.kind, id).toBe(isResource ? 'resource' : 'identity');
      }
    }
  });

  it('have a placeholder where nobody lists what a policy can be written for, and no other type has but workloads', () => {
    const opened = awsTechniques.techniques.flatMap(({ yields, target }) =>
      (yields === 'open-resource' || yields === 'rewrite-resource') && target.kind === 'resource' ? target.types : [],
    );
    expect(opened.length).toBeGreaterThan(12);
    expect(PLACEHOLDER_TYPES).toEqual(expect.arrayContaining(opened));
    const others = PLACEHOLDER_TYPES.filter((type) => !opened.includes(type));
    expect(WORKLOAD_TYPES.map(({ type }) => type)).toEqual(expect.arrayContaining(others));
  });

  it('are what the actions asked on them are on', () => {
    const elsewhere: string[] = [];
    for (const { id, target, requires } of rows) {
      if (target.kind === 'zone' || target.kind === 'scope') continue;
      for (const [leaf, types] of askedOf(requires, target.types)) {
        if (!('allowed' in leaf) || leaf.on !== undefined) continue;
        const action = catalogue.action(leaf.allowed);
        const shapes = (action?.resourceTypes ?? []).flatMap(({ type }) =>
          (catalogue.resourceType(action?.service ?? '', type)?.arns ?? []).map(shape),
        );
        for (const type of types) {
          // A missing provider may be of either kind.
          if (type === 'missing-identity-provider') continue;
          // Groups of the identity store are of the same type in the graph.
          const ofDirectory = type === 'group' && factsIn(requires).includes('directory-group');
          const [service, name] = ofDirectory ? ['identitystore', 'Group'] : (CATALOGUE_TYPES[type] ?? ['', '']);
          const arn = catalogue.resourceType(service, name)?.arn ?? '';
          if (!shapes.includes(shape(arn))) elsewhere.push(`${id}: ${leaf.allowed} on ${type}`);
        }
      }
    }
    expect(elsewhere).toEqual([]);
  });

  it('fit what the row yields', () => {
    const identities = ['user', 'role', 'identity-center-user'];
    const policies = ['AWS::IAM::ManagedPolicy'];
    const sets = ['AWS::SSO::PermissionSet'];
    const providers = [
      'AWS::IAM::OIDCProvider',
      'AWS::IAM::SAMLProvider',
      'missing-identity-provider',
      'AWS::EKS::Cluster',
    ];
    const controls = ['AWS::Organizations::Policy'];
    const expected: Readonly<Record<TechniqueYield, readonly string[] | 'zone' | 'scope' | 'resource' | 'any'>> = {
      become: identities,
      'become-runtime': 'resource',
      'become-stored': 'resource',
      'become-subjects': providers,
      'become-provisioned': sets,
      grant: ['user', 'role'],
      'grant-members': ['group'],
      'grant-holders': policies,
      'grant-provisioned': sets,
      unguard: ['user', 'role'],
      'unguard-holders': policies,
      'unguard-provisioned': sets,
      'drop-managed': ['user', 'role'],
      'drop-inline': ['user', 'role'],
      'drop-managed-members': ['group'],
      'drop-inline-members': ['group'],
      'drop-managed-provisioned': sets,
      'drop-inline-provisioned': sets,
      leave: ['group'],
      'replace-holders': policies,
      retag: ['user', 'role'],
      'sign-in': ['user'],
      join: ['group'],
      'retag-resource': 'any',
      'open-resource': 'resource',
      'rewrite-resource': 'resource',
      make: 'zone',
      'control-zone': 'zone',
      'leave-scopes': 'zone',
      'control-target': 'scope',
      lift: controls,
      open: controls,
    };
    for (const { id, target, yields } of rows) {
      const wanted = expected[yields];
      if (wanted === 'any') continue;
      if (typeof wanted === 'string') expect(target.kind, id).toBe(wanted);
      else for (const type of 'types' in target ? target.types : ['nothing']) expect(wanted, id).toContain(type);
    }
  });

  it('are asked nothing where there is none', () => {
    for (const { id, target, requires } of rows) {
      if (target.kind !== 'zone') continue;
      for (const [leaf, types] of askedOf(requires, [])) {
        expect(types.length > 0 || !('service' in leaf || ('allowed' in leaf && leaf.on === undefined)), id).toBe(true);
      }
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
      // Of the role in question; others may be passed besides.
      const found = askedOf(requires, []).flatMap(([leaf, types]) => (types.length === 0 ? [leaf] : []));
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
    for (const types of [NEEDED_RESOURCE_TYPES, PRESENT_RESOURCE_TYPES]) {
      for (const type of types) expect(CATALOGUE_TYPES[type], type).toBeDefined();
      expect(types.toSorted()).toEqual([...new Set<string>(types)].toSorted());
    }
  });
});
