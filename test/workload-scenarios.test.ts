/**
 * Workloads that exist already, and what else an account must hold for a technique to work, each next to the nearest
 * account where it does not (aws.md 2.3.2, 2.3.3).
 */
import { describe } from 'vitest';
import {
  type Account,
  allow,
  HOME,
  iam,
  type Json,
  MAYBE,
  mia,
  NOTHING,
  REACHED,
  REGION,
  resource,
  role,
  scenarios,
  TARGET,
  trust,
  trustsService,
} from './scenario-estate.ts';

const arn = (service: string, name: string): string => `arn:aws:${service}:${REGION}:${HOME}:${name}`;
const pass = allow('iam:PassRole', TARGET);

describe('giving a role to a function that exists (aws.md 2.3.2, lambda-swap-role)', () => {
  const ARN = arn('lambda', 'function:jobs');
  const swap = ['lambda:UpdateFunctionConfiguration', 'lambda:InvokeFunction'];
  const account = (statements: readonly Json[], resources: readonly Json[] | null): Account => ({
    users: mia(...statements),
    roles: [role('target', [trustsService('lambda')])],
    resources,
  });
  const jobs = resource('AWS::Lambda::Function', 'jobs', { Arn: ARN });
  scenarios([
    ['the function that the caller may change', account([pass, allow(swap, ARN)], [jobs]), REACHED],
    ['another function', account([pass, allow(swap, arn('lambda', 'function:x'))], [jobs]), NOTHING],
    ['no function', account([pass, allow(swap)], []), NOTHING],
    ['functions that nobody listed', account([pass, allow(swap)], null), MAYBE],
    ['the role is not passed', account([allow(swap, ARN)], [jobs]), NOTHING],
    ['somebody else invokes it, or nobody', account([pass, allow(swap[0]!, ARN)], [jobs]), MAYBE],
  ]);
});

describe('a second role, which the service wants for itself (aws.md 2.3.2, emr-run-job-flow)', () => {
  const account = (statement: Json, service: string): Account => ({
    users: mia(statement, allow('elasticmapreduce:RunJobFlow')),
    roles: [
      role('target', [trustsService('ec2')], [], { profile: 'target' }),
      role('service', [trustsService(service)]),
    ],
  });
  scenarios([
    ['one that may be passed', account(allow('iam:PassRole'), 'elasticmapreduce'), REACHED],
    ['one that lets another service in', account(allow('iam:PassRole'), 'glue'), NOTHING],
    ['one that may not be passed', account(pass, 'elasticmapreduce'), NOTHING],
  ]);
});

describe('an instance profile for a role that is in none (aws.md 2.3.2)', () => {
  const account = (actions: readonly string[], resources: readonly Json[] | null): Account => ({
    users: mia(pass, allow(['ec2:RunInstances', ...actions])),
    roles: [role('target', [trustsService('ec2')])],
    resources,
  });
  const empty = resource('AWS::IAM::InstanceProfile', iam('instance-profile/spare'), {
    Arn: iam('instance-profile/spare'),
  });
  scenarios([
    ['one without a role', account(['iam:AddRoleToInstanceProfile'], [empty]), REACHED],
    ['none', account(['iam:AddRoleToInstanceProfile'], []), NOTHING],
    ['one that nobody listed', account(['iam:AddRoleToInstanceProfile'], null), MAYBE],
    ['one that the caller makes', account(['iam:AddRoleToInstanceProfile', 'iam:CreateInstanceProfile'], []), REACHED],
    ['one that the caller may not fill', account([], [empty]), NOTHING],
  ]);
});

describe('sessions of others (aws.md 2.3.3, glue-run-statement)', () => {
  const account = (actions: readonly string[], service = 'glue', more: readonly Json[] = []): Account => ({
    users: mia(allow(actions), ...more),
    roles: [role('target', [trustsService(service)])],
  });
  scenarios([
    ['a session of its own', account(['glue:CreateSession', 'glue:RunStatement'], 'glue', [pass]), REACHED],
    ['one that may be running', account(['glue:RunStatement']), MAYBE],
    ['none that runs as a role of another service', account(['glue:RunStatement'], 'lambda'), NOTHING],
    ['without RunStatement', account(['glue:CreateSession', 'glue:GetStatement'], 'glue', [pass]), NOTHING],
  ]);
});

describe('what workloads run from elsewhere (aws.md 2.3.3, image-poison and artifact-poison)', () => {
  const task = resource('AWS::ECS::TaskDefinition', arn('ecs', 'task-definition/web:1'), { TaskRoleArn: TARGET });
  const job = resource('AWS::Glue::Job', 'nightly', { Arn: arn('glue', 'job/nightly'), Role: TARGET });
  const images = resource('AWS::ECR::Repository', 'web', { Arn: arn('ecr', 'repository/web') });
  const bucket = resource('AWS::S3::Bucket', 'scripts', { Arn: 'arn:aws:s3:::scripts' });
  const account = (statement: Json, service: string, ...resources: readonly Json[]): Account => ({
    users: mia(statement),
    roles: [role('target', [trustsService(service)])],
    resources,
  });
  const push = ['PutImage', 'InitiateLayerUpload', 'UploadLayerPart', 'CompleteLayerUpload'].map(
    (name) => `ecr:${name}`,
  );
  scenarios([
    ['an image', account(allow(push), 'ecs-tasks', task, images), MAYBE],
    [
      'an image of another repository',
      account(allow(push, arn('ecr', 'repository/x')), 'ecs-tasks', task, images),
      NOTHING,
    ],
    ['an image that is only read', account(allow('ecr:BatchGetImage'), 'ecs-tasks', task, images), NOTHING],
    ['no repository', account(allow(push), 'ecs-tasks', task), NOTHING],
    ['a script', account(allow('s3:PutObject'), 'glue', job, bucket), MAYBE],
    ['a script in another bucket', account(allow('s3:PutObject', 'arn:aws:s3:::x/*'), 'glue', job, bucket), NOTHING],
    ['a script that is only read', account(allow('s3:GetObject'), 'glue', job, bucket), NOTHING],
  ]);
});

describe('instances that others deploy to (aws.md 2.3.3, codedeploy-deploy, ssm-document, ecs-new-revision)', () => {
  const instance = resource('AWS::EC2::Instance', 'i-1', {
    Arn: arn('ec2', 'instance/i-1'),
    IamInstanceProfile: 'target',
    CommandAgentOnline: true,
  });
  const deployments = resource('AWS::CodeDeploy::DeploymentGroup', 'shop|web', {
    Arn: arn('codedeploy', 'deploymentgroup:shop/web'),
  });
  const document = resource('AWS::SSM::Document', 'patch', { Arn: arn('ssm', 'document/patch') });
  const cluster = resource('AWS::ECS::Cluster', arn('ecs', 'cluster/main'));
  const account = (actions: readonly string[], ...resources: readonly Json[]): Account => ({
    users: mia(allow(actions)),
    roles: [role('target', [trustsService('ec2')], [], { profile: 'target' })],
    resources: [instance, ...resources],
  });
  const deploy = ['CreateDeployment', 'RegisterApplicationRevision', 'GetDeploymentConfig'].map(
    (name) => `codedeploy:${name}`,
  );
  const rewrite = ['ssm:UpdateDocument', 'ssm:UpdateDocumentDefaultVersion'];
  const privileged = ['ecs:RegisterTaskDefinition', 'ecs:RunTask'];
  scenarios([
    ['a deployment group that may choose the instance', account(deploy, deployments), MAYBE],
    ['no deployment group', account(deploy), NOTHING],
    ['a deployment without a revision', account(deploy.slice(0, 1), deployments), NOTHING],
    ['a document that may be applied to the instance', account(rewrite, document), MAYBE],
    ['no document of its own', account(rewrite), NOTHING],
    ['a document that stays at its version', account(rewrite.slice(0, 1), document), NOTHING],
    ['a privileged container on a host of a cluster', account(privileged, cluster), MAYBE],
    ['no cluster', account(privileged), NOTHING],
    ['a task definition that is not run', account(privileged.slice(0, 1), cluster), NOTHING],
  ]);
});

describe('pools and clusters (aws.md 2.3.3, cognito-identity-pool, cognito-user-takeover, servicecatalog-launch)', () => {
  const POOL = 'eu-west-1:11111111-2222-3333-4444-555555555555';
  const federated = (amr: string): Json => ({
    Effect: 'Allow',
    Principal: { Federated: 'cognito-identity.amazonaws.com' },
    Action: 'sts:AssumeRoleWithWebIdentity',
    Condition: {
      StringEquals: { 'cognito-identity.amazonaws.com:aud': POOL },
      'ForAnyValue:StringLike': { 'cognito-identity.amazonaws.com:amr': amr },
    },
  });
  const pools = [
    resource('AWS::Cognito::IdentityPool', POOL, { Region: REGION }),
    resource('AWS::Cognito::UserPool', 'eu-west-1_1', { Arn: arn('cognito-idp', 'userpool/eu-west-1_1') }),
  ];
  const account = (action: string, trusts: Json, resources: readonly Json[] = pools): Account => ({
    users: mia(allow(action)),
    roles: [role('target', [trusts])],
    resources,
  });
  const taken = federated('authenticated');
  scenarios([
    ['an identity pool', account('cognito-identity:UpdateIdentityPool', taken), MAYBE],
    ['no identity pool', account('cognito-identity:UpdateIdentityPool', taken, []), NOTHING],
    [
      'a role that trusts no pool',
      account('cognito-identity:UpdateIdentityPool', trust({ AWS: iam('user/x') })),
      NOTHING,
    ],
    ['an identity pool that is only read', account('cognito-identity:DescribeIdentityPool', taken), NOTHING],
    ['a user of a pool', account('cognito-idp:AdminSetUserPassword', taken), MAYBE],
    ['a user that is only read', account('cognito-idp:AdminGetUser', taken), NOTHING],
    ['a product', account('servicecatalog:ProvisionProduct', trustsService('servicecatalog')), MAYBE],
    [
      'a product that is only read',
      account('servicecatalog:DescribeProduct', trustsService('servicecatalog')),
      NOTHING,
    ],
    ['a role that is no launch role', account('servicecatalog:ProvisionProduct', trustsService('lambda')), NOTHING],
  ]);
});

describe('administrators of a cluster (aws.md 2.3.3, eks-access-entry)', () => {
  const ISSUER = 'oidc.eks.eu-west-1.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF';
  const SERVICE_ACCOUNT = `federated:${ISSUER}#system:serviceaccount:shop:web`;
  const CLUSTER = arn('eks', 'cluster/main');
  const account = (statements: readonly Json[], mode?: string): Account => ({
    users: mia(...statements),
    roles: [
      role('target', [
        {
          Effect: 'Allow',
          Principal: { Federated: iam(`oidc-provider/${ISSUER}`) },
          Action: 'sts:AssumeRoleWithWebIdentity',
          Condition: {
            StringEquals: {
              [`${ISSUER}:sub`]: 'system:serviceaccount:shop:web',
              [`${ISSUER}:aud`]: 'sts.amazonaws.com',
            },
          },
        },
      ]),
    ],
    resources: [
      resource('AWS::EKS::Cluster', 'main', {
        Arn: CLUSTER,
        OpenIdConnectIssuerUrl: `https://${ISSUER}`,
        ...(mode === undefined ? {} : { AccessConfig: { AuthenticationMode: mode } }),
      }),
    ],
  });
  const entry = allow(['eks:CreateAccessEntry', 'eks:AssociateAccessPolicy']);
  const maybe = {
    identities: { 'role/target': 'unknown', [SERVICE_ACCOUNT.slice(SERVICE_ACCOUNT.lastIndexOf(':') + 1)]: 'unknown' },
  } as const;
  scenarios([
    ['a cluster of which nobody says what it accepts', account([entry]), maybe],
    ['an entry without rights', account([allow('eks:CreateAccessEntry')]), NOTHING],
    [
      'an entry of another cluster',
      account([
        allow('eks:CreateAccessEntry', arn('eks', 'cluster/x')),
        allow('eks:AssociateAccessPolicy', arn('eks', 'access-entry/x/*')),
      ]),
      NOTHING,
    ],
  ]);
});
