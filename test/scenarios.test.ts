/**
 * Small AWS estates, each with what must be found of one subject, and next to it the nearest estate where it must not be.
 * Rules: aws.md 1.3-1.8, 2.3, 3.6; findings 3.1-3.2.
 */
import type { AwsAccountObjects } from '@keyreach/aws/offline';
import { analyzeEstate } from '@keyreach/core/analysis';
import { can, whoCan } from '@keyreach/core/authz';
import type { Certainty } from '@keyreach/core/graph';
import { describe, expect, test } from 'vitest';

import {
  type Account,
  ADMIN,
  accessKey,
  allow,
  CAPPED,
  cap,
  deny,
  documentOf,
  estate,
  group,
  HOME,
  type Holds,
  iam,
  type Json,
  MAYBE,
  mia,
  NOTHING,
  ON_REQUEST,
  OTHER,
  policy,
  REACHED,
  REGION,
  type Reach,
  resource,
  role,
  SUBJECT,
  scenarios,
  TARGET,
  TRUSTS_ACCOUNT,
  trust,
  trustsService,
  user,
} from './scenario-estate.ts';

describe('assuming a role of the same account (aws.md 1.5)', () => {
  const assume = allow('sts:AssumeRole', TARGET);
  const target = (...trusts: readonly Json[]): readonly Json[] => [role('target', trusts)];
  scenarios([
    ['trust in the account and an allow', { users: mia(assume), roles: target(TRUSTS_ACCOUNT) }, REACHED],
    ['trust in the account alone', { users: mia(), roles: target(TRUSTS_ACCOUNT) }, NOTHING],
    [
      'an allow on another role',
      { users: mia(allow('sts:AssumeRole', iam('role/x'))), roles: target(TRUSTS_ACCOUNT) },
      NOTHING,
    ],
    ['trust in the user needs no allow', { users: mia(), roles: target(trust({ AWS: SUBJECT })) }, REACHED],
    ['trust in another user', { users: mia(assume), roles: target(trust({ AWS: iam('user/x') })) }, NOTHING],
    ['trust in the user, and a deny', { users: mia(deny('sts:*')), roles: target(trust({ AWS: SUBJECT })) }, NOTHING],
    [
      'trust in a deleted user',
      { users: mia(assume), roles: target(trust({ AWS: 'AIDAZZZZZZZZZZZZZZZZZ' })) },
      NOTHING,
    ],
    ['trust in another account', { users: mia(assume), roles: target(trust({ AWS: OTHER })) }, NOTHING],
    ['trust in everyone', { users: mia(), roles: target(trust('*')) }, REACHED],
    [
      'trust in a service, and everything allowed',
      { users: mia(allow('sts:*')), roles: target(trustsService('lambda')) },
      NOTHING,
    ],
    [
      'an external id is an identifier, not a secret',
      { users: mia(assume), roles: target(trust({ AWS: HOME }, { StringEquals: { 'sts:ExternalId': 'x' } })) },
      REACHED,
    ],
    [
      'a source address decides',
      { users: mia(assume), roles: target(trust({ AWS: HOME }, { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } })) },
      ON_REQUEST,
    ],
    [
      'the trust policy denies',
      { users: mia(assume), roles: target(TRUSTS_ACCOUNT, trust({ AWS: SUBJECT }, undefined, 'Deny')) },
      NOTHING,
    ],
    [
      'the trust policy denies another',
      { users: mia(assume), roles: target(TRUSTS_ACCOUNT, trust({ AWS: iam('user/x') }, undefined, 'Deny')) },
      REACHED,
    ],
    [
      'a boundary of the user without sts',
      { users: [user('mia', [assume], CAPPED)], ...cap('s3:*'), roles: target(TRUSTS_ACCOUNT) },
      NOTHING,
    ],
    [
      'trust in the user passes its boundary',
      { users: [user('mia', [], CAPPED)], ...cap('s3:*'), roles: target(trust({ AWS: SUBJECT })) },
      REACHED,
    ],
    [
      'trust in a role does not pass the boundary of that role',
      {
        users: mia(),
        ...cap('s3:*'),
        roles: [role('way', [trust({ AWS: SUBJECT })], [], CAPPED), role('target', [trust({ AWS: iam('role/way') })])],
      },
      { identities: { 'role/way': 'allow' } },
    ],
    [
      'trust in a role',
      {
        users: mia(),
        roles: [role('way', [trust({ AWS: SUBJECT })]), role('target', [trust({ AWS: iam('role/way') })])],
      },
      { identities: { 'role/way': 'allow', 'role/target': 'allow' } },
    ],
  ]);
});

describe('assuming a role of another account (aws.md 1.3 step 6)', () => {
  const there = iam('role/target', OTHER);
  const assume = allow('sts:AssumeRole', there);
  const target = (...trusts: readonly Json[]): Account => ({ roles: [role('target', trusts, [], { account: OTHER })] });
  scenarios([
    ['both sides', { users: mia(assume) }, REACHED, target(TRUSTS_ACCOUNT)],
    ['both sides, the user by name', { users: mia(assume) }, REACHED, target(trust({ AWS: SUBJECT }))],
    ['the role trusts, nothing allows', { users: mia() }, NOTHING, target(trust({ AWS: SUBJECT }))],
    ['the role trusts everyone, nothing allows', { users: mia() }, NOTHING, target(trust('*'))],
    ['allowed, the role does not trust', { users: mia(assume) }, NOTHING, target(trust({ AWS: OTHER }))],
    [
      'a boundary of the user',
      { users: [user('mia', [assume], CAPPED)], ...cap('s3:*') },
      NOTHING,
      target(trust({ AWS: SUBJECT })),
    ],
    [
      'a boundary that allows it',
      { users: [user('mia', [assume], CAPPED)], ...cap('sts:*') },
      REACHED,
      target(trust({ AWS: SUBJECT })),
    ],
  ]);
});

describe('adding permissions to oneself (aws.md 2.3.1)', () => {
  const versions = (count: number, ...statements: readonly Json[]): Account => ({
    users: [user('mia', statements, { attached: [iam('policy/own')] })],
    policies: [policy('own', [allow('s3:ListAllMyBuckets')], count)],
  });
  const create = allow('iam:CreatePolicyVersion', iam('policy/own'));
  const self = (action: string, ...more: readonly Json[]): Account => ({ users: mia(allow(action, SUBJECT), ...more) });
  const member = (action: string, name: string): Account => ({
    users: [user('mia', [allow(action, iam(`group/${name}`))], { groups: ['own'] })],
    groups: [group('own'), group('strange')],
  });
  scenarios([
    ['a policy version', versions(4, create), ADMIN],
    ['a sixth policy version', versions(5, create), NOTHING],
    ['a sixth, after deleting one', versions(5, create, allow('iam:DeletePolicyVersion', iam('policy/own'))), ADMIN],
    [
      'a sixth, deleting of another policy',
      versions(5, create, allow('iam:DeletePolicyVersion', iam('policy/x'))),
      NOTHING,
    ],
    ['a version of a policy nobody holds', { users: mia(create), policies: [policy('own', [allow('*')])] }, NOTHING],
    ['the default version of a policy with one', versions(1, allow('iam:SetDefaultPolicyVersion')), NOTHING],
    ['an inline policy', self('iam:PutUserPolicy'), ADMIN],
    ['an inline policy of another name', { users: mia(allow('iam:PutUserPolicy', iam('user/x'))) }, NOTHING],
    ['an inline policy, denied', self('iam:PutUserPolicy', deny('iam:PutUserPolicy')), NOTHING],
    ['an attached policy', self('iam:AttachUserPolicy'), ADMIN],
    [
      'within a boundary',
      { users: [user('mia', [allow('iam:PutUserPolicy', SUBJECT)], CAPPED)], ...cap('s3:*', 'iam:PutUserPolicy') },
      NOTHING,
    ],
    ['an inline policy of the own group', member('iam:PutGroupPolicy', 'own'), ADMIN],
    ['an inline policy of a strange group', member('iam:PutGroupPolicy', 'strange'), NOTHING],
    ['a policy attached to the own group', member('iam:AttachGroupPolicy', 'own'), ADMIN],
    [
      'joining a group',
      { users: mia(allow('iam:AddUserToGroup', iam('group/admins'))), groups: [group('admins', [allow('*')])] },
      ADMIN,
    ],
    [
      'joining a group, allowed on the user',
      { users: mia(allow('iam:AddUserToGroup', SUBJECT)), groups: [group('admins', [allow('*')])] },
      NOTHING,
    ],
    [
      'deleting the boundary',
      { users: [user('mia', [allow('*')], CAPPED)], ...cap('s3:*', 'iam:DeleteUserPermissionsBoundary') },
      ADMIN,
    ],
    ['a boundary that holds', { users: [user('mia', [allow('*')], CAPPED)], ...cap('s3:*') }, NOTHING],
    [
      'replacing the boundary',
      { users: [user('mia', [allow('*')], CAPPED)], ...cap('s3:*', 'iam:PutUserPermissionsBoundary') },
      ADMIN,
    ],
    [
      'rewriting the boundary',
      { users: [user('mia', [allow('*')], CAPPED)], ...cap('s3:*', 'iam:CreatePolicyVersion') },
      ADMIN,
    ],
    ['a new role', { users: mia(allow(['iam:CreateRole', 'iam:PutRolePolicy'], iam('role/*'))) }, ADMIN],
    [
      'a new role and policies of others',
      { users: mia(allow('iam:CreateRole', iam('role/a*')), allow('iam:PutRolePolicy', iam('role/b*'))) },
      NOTHING,
    ],
    [
      'a new role of another account',
      { users: mia(allow(['iam:CreateRole', 'iam:PutRolePolicy'], iam('role/*', OTHER))) },
      NOTHING,
    ],
  ]);
});

describe('becoming another identity (aws.md 2.3.1)', () => {
  const BEN = iam('user/ben');
  const key = allow('iam:CreateAccessKey', BEN);
  const ben = user('ben', [allow('sts:AssumeRole', TARGET)]);
  const target = role('target', [TRUSTS_ACCOUNT]);
  const withKeys = (keys: readonly Json[] | null, ...statements: readonly Json[]): Account => ({
    users: [...mia(...statements), ben],
    roles: [target],
    keys,
  });
  const both = (certainty: Certainty): Reach => ({ identities: { 'user/ben': certainty, 'role/target': certainty } });
  const login = (files: AwsAccountObjects, ...statements: readonly Json[]): Account => ({
    ...withKeys([], ...statements),
    files,
  });
  const profile = [{ UserName: 'ben', CreateDate: '2020-01-01T00:00:00Z' }];
  const device = [{ UserName: 'ben', SerialNumber: iam('mfa/ben'), EnableDate: '2020-01-01T00:00:00Z' }];
  const trusting = (statements: readonly Json[], holds: Holds = {}): Account => ({
    users: mia(...statements),
    roles: [role('target', [trustsService('ec2')], [allow('s3:*')], holds)],
  });
  const update = allow('iam:UpdateAssumeRolePolicy');
  scenarios([
    ['a key of a user without one, and what that user reaches', withKeys([], key), both('allow')],
    ['a second key', withKeys([accessKey('ben')], key), both('allow')],
    ['a third key', withKeys([accessKey('ben'), accessKey('ben', 2, 'Inactive')], key), NOTHING],
    [
      'a third key, after deleting one',
      withKeys([accessKey('ben'), accessKey('ben', 2)], key, allow('iam:DeleteAccessKey', BEN)),
      both('allow'),
    ],
    ['keys are not in the input', withKeys(null, key), both('unknown')],
    ['a key of another', withKeys([], allow('iam:CreateAccessKey', iam('user/x'))), NOTHING],
    ['a key, denied', withKeys([], key, deny('iam:CreateAccessKey', BEN)), NOTHING],
    [
      'a password where there is none',
      login({ loginProfiles: [], mfaDevices: [] }, allow('iam:CreateLoginProfile', BEN)),
      both('allow'),
    ],
    [
      'a password where there is one',
      login({ loginProfiles: profile, mfaDevices: [] }, allow('iam:CreateLoginProfile', BEN)),
      NOTHING,
    ],
    ['a password, nobody knows whether there is one', login({}, allow('iam:CreateLoginProfile', BEN)), both('unknown')],
    [
      'another password',
      login({ loginProfiles: profile, mfaDevices: [] }, allow('iam:UpdateLoginProfile', BEN)),
      both('allow'),
    ],
    [
      'another password, a device stands in the way',
      login({ loginProfiles: profile, mfaDevices: device }, allow('iam:UpdateLoginProfile', BEN)),
      NOTHING,
    ],
    [
      'another password where there is none',
      login({ loginProfiles: [], mfaDevices: [] }, allow('iam:UpdateLoginProfile', BEN)),
      NOTHING,
    ],
    ['rewriting a trust policy', trusting([allow('iam:UpdateAssumeRolePolicy', TARGET)]), REACHED],
    ['rewriting another trust policy', trusting([allow('iam:UpdateAssumeRolePolicy', iam('role/x'))]), NOTHING],
    ['rewriting a trust policy, denied', trusting([update, deny('iam:Update*')]), NOTHING],
    [
      'the trust policy of a service-linked role',
      trusting([update], { path: '/aws-service-role/x.amazonaws.com/' }),
      NOTHING,
    ],
    ['the trust policy of a reserved role', trusting([update], { path: '/aws-reserved/sso.amazonaws.com/' }), NOTHING],
    [
      'policies of a role that cannot be assumed',
      { users: mia(allow('iam:PutRolePolicy', TARGET)), roles: [target] },
      NOTHING,
    ],
    [
      'policies of a role that can be assumed',
      { users: mia(allow(['iam:PutRolePolicy', 'sts:AssumeRole'], TARGET)), roles: [target] },
      { ...REACHED, ...ADMIN },
    ],
    [
      'policies of a role within its boundary',
      {
        users: mia(allow(['iam:PutRolePolicy', 'sts:AssumeRole'], TARGET)),
        ...cap('s3:*'),
        roles: [role('target', [TRUSTS_ACCOUNT], [], CAPPED)],
      },
      REACHED,
    ],
    [
      'the boundary of a role that can be assumed',
      {
        users: mia(allow(['iam:DeleteRolePermissionsBoundary', 'sts:AssumeRole'], TARGET)),
        ...cap('s3:*'),
        roles: [role('target', [TRUSTS_ACCOUNT], [allow('*')], CAPPED)],
      },
      { ...REACHED, ...ADMIN },
    ],
  ]);
});

describe('passing a role to something new (aws.md 2.3.2)', () => {
  const rows: readonly (readonly [service: string, ...actions: readonly string[]])[] = [
    ['lambda', 'lambda:CreateFunction', 'lambda:InvokeFunction'],
    ['ec2', 'ec2:RunInstances'],
    ['ecs-tasks', 'ecs:RegisterTaskDefinition', 'ecs:RunTask'],
    ['glue', 'glue:CreateJob', 'glue:StartJobRun'],
    ['cloudformation', 'cloudformation:CreateStack'],
    ['cloudformation', 'cloudformation:CreateChangeSet', 'cloudformation:ExecuteChangeSet'],
    ['codebuild', 'codebuild:CreateProject', 'codebuild:StartBuild'],
    ['sagemaker', 'sagemaker:CreateNotebookInstance', 'sagemaker:CreatePresignedNotebookInstanceUrl'],
    ['sagemaker', 'sagemaker:CreateTrainingJob'],
    ['sagemaker', 'sagemaker:CreateProcessingJob'],
  ];
  const passed = (service: string): Json => ({ StringEquals: { 'iam:PassedToService': `${service}.amazonaws.com` } });
  describe.each(rows)('%s', (service, ...actions) => {
    const pass = allow('iam:PassRole', TARGET);
    const make = allow(actions);
    const account = (statements: readonly Json[], trusts: readonly Json[] = [trustsService(service)]): Account => ({
      users: mia(...statements),
      roles: [role('target', trusts, [], { profile: 'target' })],
      resources: [resource('AWS::ECS::Cluster', `arn:aws:ecs:${REGION}:${HOME}:cluster/main`)],
    });
    scenarios([
      [`${actions}`, account([pass, make]), REACHED],
      ['to the service in the condition', account([allow('iam:PassRole', TARGET, passed(service)), make]), REACHED],
      [
        'to another service in the condition',
        account([allow('iam:PassRole', TARGET, passed('states')), make]),
        NOTHING,
      ],
      ['passing another role', account([allow('iam:PassRole', iam('role/x')), make]), NOTHING],
      ['passing nothing', account([make]), NOTHING],
      ['passing denied', account([pass, make, deny('iam:PassRole')]), NOTHING],
      ['a role of another service', account([pass, make], [trustsService('states')]), NOTHING],
      ['a role of the account', account([pass, make], [TRUSTS_ACCOUNT]), NOTHING],
      [`without ${actions[0]}`, account([pass, allow(['s3:ListBucket', ...actions.slice(1)])]), NOTHING],
    ]);
  });

  const pass = allow('iam:PassRole', TARGET);
  const lambda = (...statements: readonly Json[]): Account => ({
    users: mia(pass, ...statements),
    roles: [role('target', [trustsService('lambda')])],
  });
  const named = (name: string): string => `arn:aws:lambda:*:${HOME}:function:${name}`;
  const instance = (...statements: readonly Json[]): Account => ({
    users: mia(pass, allow('ec2:RunInstances'), ...statements),
    roles: [role('target', [trustsService('ec2')])],
  });
  scenarios([
    ['nothing invokes the function', lambda(allow('lambda:CreateFunction')), NOTHING],
    ['functions of one name', lambda(allow(['lambda:CreateFunction', 'lambda:InvokeFunction'], named('a-*'))), REACHED],
    [
      'made under one name, invoked under another',
      lambda(allow('lambda:CreateFunction', named('a-*')), allow('lambda:InvokeFunction', named('b-*'))),
      NOTHING,
    ],
    [
      'made in one region, invoked in another',
      lambda(
        allow('lambda:CreateFunction', `arn:aws:lambda:eu-west-1:${HOME}:function:*`),
        allow('lambda:InvokeFunction', `arn:aws:lambda:us-east-1:${HOME}:function:*`),
      ),
      NOTHING,
    ],
    ['an instance without a profile of the role', instance(), NOTHING],
    [
      'an instance with a new profile',
      instance(allow(['iam:CreateInstanceProfile', 'iam:AddRoleToInstanceProfile'])),
      REACHED,
    ],
    ['an instance with a new profile that stays empty', instance(allow('iam:CreateInstanceProfile')), NOTHING],
    [
      'a role of another account is not passed',
      {
        users: mia(
          allow('iam:PassRole', iam('role/target', OTHER)),
          allow(['lambda:CreateFunction', 'lambda:InvokeFunction']),
        ),
      },
      NOTHING,
      { roles: [role('target', [trustsService('lambda')], [], { account: OTHER })] },
    ],
    [
      'a reserved role is not passed',
      {
        users: mia(allow('iam:PassRole'), allow(['lambda:CreateFunction', 'lambda:InvokeFunction'])),
        roles: [role('target', [trustsService('lambda')], [], { path: '/aws-reserved/sso.amazonaws.com/' })],
      },
      NOTHING,
    ],
  ]);
});

describe('existing compute (aws.md 2.3.3)', () => {
  const arn = (service: string, rest: string): string => `arn:aws:${service}:${REGION}:${HOME}:${rest}`;
  const FUNCTION = arn('lambda', 'function:job');
  const INSTANCE = arn('ec2', 'instance/i-1');
  const PROJECT = arn('codebuild', 'project/build');
  const STACK = arn('cloudformation', 'stack/base/1');
  const NOTEBOOK = arn('sagemaker', 'notebook-instance/lab');
  const JOB = arn('glue', 'job/nightly');
  const code = (more: Json = {}): Json =>
    resource('AWS::Lambda::Function', 'job', { Arn: FUNCTION, Role: TARGET, ...more });
  const SIGNED = { CodeSigningConfigArn: arn('lambda', 'code-signing-config:csc-1') };
  const machine = (online: boolean | undefined): Json =>
    resource('AWS::EC2::Instance', 'i-1', {
      IamInstanceProfile: 'target',
      AvailabilityZone: `${REGION}a`,
      InstanceType: 't4g.nano',
      ...(online === undefined ? {} : { CommandAgentOnline: online }),
    });
  const task = (more: Json): Json =>
    resource('AWS::ECS::TaskDefinition', arn('ecs', 'task-definition/web:1'), {
      ExecutionRoleArn: iam('role/pull'),
      ...more,
    });
  const project = resource('AWS::CodeBuild::Project', 'build', { Name: 'build', Arn: PROJECT, ServiceRole: TARGET });
  const stack = (more: Json): Json => resource('AWS::CloudFormation::Stack', STACK, { StackName: 'base', ...more });
  const lab = (status: string): Json =>
    resource('AWS::SageMaker::NotebookInstance', NOTEBOOK, { RoleArn: TARGET, NotebookInstanceStatus: status });
  const glue = resource('AWS::Glue::Job', 'nightly', { Name: 'nightly', Arn: JOB, Role: TARGET });

  const runs = (service: string, listed: Json | null, ...statements: readonly Json[]): Account => ({
    users: mia(...statements),
    roles: [
      role('target', [trustsService(service)], [], { profile: 'target' }),
      role('pull', [trustsService('ecs-tasks')]),
    ],
    resources: listed === null ? null : [listed],
  });
  const replace = allow(['lambda:UpdateFunctionCode', 'lambda:InvokeFunction'], FUNCTION);
  const taskRoles: Reach = { identities: { 'role/target': 'unknown', 'role/pull': 'unknown' } };
  scenarios([
    ['code of a function, invoked', runs('lambda', code(), replace), REACHED],
    [
      'code of a function that something else may invoke',
      runs('lambda', code(), allow('lambda:UpdateFunctionCode', FUNCTION)),
      MAYBE,
    ],
    [
      'code of another function',
      runs('lambda', code(), allow(['lambda:UpdateFunctionCode', 'lambda:InvokeFunction'], `${FUNCTION}-2`)),
      NOTHING,
    ],
    ['code, denied', runs('lambda', code(), replace, deny('lambda:UpdateFunctionCode')), NOTHING],
    ['invoking alone', runs('lambda', code(), allow('lambda:InvokeFunction')), NOTHING],
    ['signed code', runs('lambda', code(SIGNED), replace), MAYBE],
    [
      'signed code, and the signing can go',
      runs('lambda', code(SIGNED), replace, allow('lambda:DeleteFunctionCodeSigningConfig')),
      REACHED,
    ],
    ['functions are not in the input', runs('lambda', null, replace), MAYBE],
    ['a session on an instance', runs('ec2', machine(true), allow('ssm:StartSession', INSTANCE)), REACHED],
    ['a session on an instance that may be offline', runs('ec2', machine(undefined), allow('ssm:StartSession')), MAYBE],
    ['a session on an instance that is offline', runs('ec2', machine(false), allow('ssm:StartSession')), NOTHING],
    ['a session on another instance', runs('ec2', machine(true), allow('ssm:StartSession', `${INSTANCE}2`)), NOTHING],
    ['instances are not in the input', runs('ec2', null, allow('ssm:StartSession', INSTANCE)), MAYBE],
    [
      'start-up commands',
      runs('ec2', machine(false), allow(['ec2:ModifyInstanceAttribute', 'ec2:StopInstances', 'ec2:StartInstances'])),
      REACHED,
    ],
    [
      'start-up commands without a start',
      runs('ec2', machine(false), allow(['ec2:ModifyInstanceAttribute', 'ec2:StopInstances'])),
      NOTHING,
    ],
    [
      'a command in a task, not the role that pulls images',
      runs('ecs-tasks', task({ TaskRoleArn: TARGET }), allow('ecs:ExecuteCommand')),
      MAYBE,
    ],
    ['a task without a role', runs('ecs-tasks', task({}), allow('ecs:ExecuteCommand')), NOTHING],
    ['tasks are not in the input', runs('ecs-tasks', null, allow('ecs:ExecuteCommand')), taskRoles],
    ['a build', runs('codebuild', project, allow('codebuild:StartBuild', PROJECT)), REACHED],
    ['another build', runs('codebuild', project, allow('codebuild:StartBuild', `${PROJECT}2`)), NOTHING],
    ['builds are not in the input', runs('codebuild', null, allow('codebuild:StartBuild')), MAYBE],
    [
      'a stack with a role',
      runs('cloudformation', stack({ RoleARN: TARGET }), allow('cloudformation:UpdateStack', STACK)),
      REACHED,
    ],
    ['a stack without a role', runs('cloudformation', stack({}), allow('cloudformation:UpdateStack')), NOTHING],
    [
      'another stack',
      runs('cloudformation', stack({ RoleARN: TARGET }), allow('cloudformation:UpdateStack', `${STACK}2`)),
      NOTHING,
    ],
    ['stacks are not in the input', runs('cloudformation', null, allow('cloudformation:UpdateStack')), MAYBE],
    [
      'a script of a job; that its role need not be passed is unverified',
      runs('glue', glue, allow(['glue:UpdateJob', 'glue:StartJobRun'], JOB)),
      MAYBE,
    ],
    ['a job that is only started', runs('glue', glue, allow('glue:StartJobRun')), NOTHING],
    [
      'a running notebook',
      runs('sagemaker', lab('InService'), allow('sagemaker:CreatePresignedNotebookInstanceUrl', NOTEBOOK)),
      REACHED,
    ],
    [
      'a stopped notebook',
      runs('sagemaker', lab('Stopped'), allow('sagemaker:CreatePresignedNotebookInstanceUrl')),
      NOTHING,
    ],
    [
      'a stopped notebook that can be started',
      runs(
        'sagemaker',
        lab('Stopped'),
        allow(['sagemaker:CreatePresignedNotebookInstanceUrl', 'sagemaker:StartNotebookInstance']),
      ),
      REACHED,
    ],
    [
      'notebooks are not in the input',
      runs('sagemaker', null, allow('sagemaker:CreatePresignedNotebookInstanceUrl')),
      MAYBE,
    ],
  ]);
});

describe('access to resources (findings 3.1)', () => {
  const bucket = resource('AWS::S3::Bucket', 'exports');
  const OBJECTS = 'arn:aws:s3:::exports/*';
  const get = allow('s3:GetObject', OBJECTS);
  const policyOf = (statements: readonly Json[]): Json =>
    resource('AWS::S3::BucketPolicy', 'exports', { Bucket: 'exports', PolicyDocument: documentOf(...statements) });
  const grant = (principal: unknown, objects = OBJECTS): Json => ({
    ...allow('s3:GetObject', objects),
    Principal: principal,
  });
  const holds = (...statements: readonly Json[]): Account => ({ users: mia(...statements), resources: [bucket] });
  const read: Reach = { access: { exports: 'data-read=allow' } };
  const none: Reach = { access: {} };
  const shared = (...statements: readonly Json[]): Account => ({ resources: [bucket, policyOf(statements)] });

  const SECRET = `arn:aws:secretsmanager:${REGION}:${HOME}:secret:db-AbCdEf`;
  const secret = (action: string, on = SECRET): Account => ({
    users: mia(allow(action, on)),
    resources: [resource('AWS::SecretsManager::Secret', SECRET, { Name: 'db' })],
  });
  const KEY = `arn:aws:kms:${REGION}:${HOME}:key/1`;
  const key = (statements: readonly Json[], ...keyPolicy: readonly Json[]): Account => ({
    users: mia(...statements),
    resources: [
      resource('AWS::KMS::Key', '1', {
        Arn: KEY,
        ...(keyPolicy.length === 0 ? {} : { KeyPolicy: documentOf(...keyPolicy) }),
      }),
    ],
  });
  const decrypt = allow('kms:Decrypt', KEY);
  const EVERY_CLASS_OF_KEYS = ['control', 'data-read', 'data-write', 'delete', 'meta-read', 'permission-admin']
    .map((name) => `${name}=unknown`)
    .join(' ');
  const keyGrant = (principal: string): Json => ({ ...allow('kms:*'), Principal: { AWS: principal } });
  scenarios([
    ['objects of a bucket', holds(get), read],
    ['the bucket, not its objects', holds(allow('s3:GetObject', 'arn:aws:s3:::exports')), none],
    ['objects of another bucket', holds(allow('s3:GetObject', 'arn:aws:s3:::other/*')), none],
    ['objects under a prefix', holds(allow('s3:GetObject', 'arn:aws:s3:::exports/2026/*')), read],
    ['all but a prefix', holds(get, deny('s3:*', 'arn:aws:s3:::exports/2026/*')), read],
    [
      'a prefix, which is denied',
      holds(allow('s3:GetObject', 'arn:aws:s3:::exports/2026/*'), deny('s3:*', 'arn:aws:s3:::exports/2026/*')),
      none,
    ],
    ['all objects, which are denied', holds(get, deny('s3:*', OBJECTS)), none],
    ['listing', holds(allow('s3:ListBucket', 'arn:aws:s3:::exports')), { access: { exports: 'meta-read=allow' } }],
    [
      // aws.md 2.3.5: whoever may write the policy lets itself in.
      'the bucket policy',
      holds(allow('s3:PutBucketPolicy')),
      {
        access: {
          exports: 'control=allow data-read=allow data-write=allow delete=allow meta-read=allow permission-admin=allow',
        },
      },
    ],
    ['what the bucket policy says', holds(allow('s3:GetBucketPolicy')), { access: { exports: 'meta-read=allow' } }],
    [
      'from an address',
      holds(allow('s3:GetObject', OBJECTS, { IpAddress: { 'aws:SourceIp': '192.0.2.1/32' } })),
      { access: { exports: 'data-read=conditional' } },
    ],
    ['everyone, by the bucket policy', { users: mia(), resources: [bucket, policyOf([grant('*')])] }, read],
    [
      'the account, by the bucket policy alone',
      { users: mia(), resources: [bucket, policyOf([grant({ AWS: HOME })])] },
      none,
    ],
    ['across accounts, both sides', { users: mia(get) }, read, shared(grant({ AWS: HOME }))],
    ['across accounts, the policy alone', { users: mia() }, none, shared(grant({ AWS: HOME }))],
    ['across accounts, everyone by the policy alone', { users: mia() }, none, shared(grant('*'))],
    ['across accounts, the caller alone', { users: mia(get) }, none, shared(grant({ AWS: OTHER }))],
    ['across accounts, no policy', { users: mia(allow('s3:*')) }, none, { resources: [bucket] }],
    ['a secret', secret('secretsmanager:GetSecretValue'), { access: { 'db-AbCdEf': 'secret-read=allow' } }],
    [
      'a description of a secret',
      secret('secretsmanager:DescribeSecret'),
      { access: { 'db-AbCdEf': 'meta-read=allow' } },
    ],
    ['another secret', secret('secretsmanager:GetSecretValue', SECRET.replace(':db-', ':api-')), none],
    [
      'a key whose policy leaves it to the account',
      key([decrypt], keyGrant(iam('root'))),
      { access: { 'key/1': 'data-read=allow' } },
    ],
    ['a key whose policy leaves it to the account, nothing allows', key([], keyGrant(iam('root'))), none],
    [
      'a key whose policy names another only, for one who may do everything',
      key([allow('kms:*')], keyGrant(iam('user/x'))),
      none,
    ],
    [
      'a key whose policy is not in the input may let in everyone',
      key([]),
      { access: { 'key/1': EVERY_CLASS_OF_KEYS } },
    ],
  ]);

  test('what is not listed is unbounded, and never a number', () => {
    const radius = estate({ users: mia(get), resources: null }).radius(SUBJECT);
    expect(radius.unbounded.map((one) => `${one.class} ${one.certainty}`)).toEqual(['data-read allow']);
    expect(radius.bounds.resources).toEqual({ lo: 0, hi: null });
    const listed = estate({ users: mia(get), resources: [] }).radius(SUBJECT);
    expect(listed.unbounded).toEqual([]);
    expect(listed.bounds.resources).toEqual({ lo: 0, hi: 0 });
  });
});

describe('credentials', () => {
  const account: Account = {
    users: mia(allow('sts:AssumeRole', TARGET)),
    roles: [role('target', [TRUSTS_ACCOUNT])],
    keys: [accessKey('mia', 1, 'Inactive'), accessKey('mia', 2)],
  };
  const keyOf = (number: number): string => `${SUBJECT}/accesskey/${`AKIAMIA${number}`.padEnd(20, '0')}`;

  test('a disabled key proves nothing; its upper bound says what enabling it would open', () => {
    const radius = estate(account).radius(keyOf(1));
    expect(radius.subject.status).toBe('disabled');
    expect(radius.bounds.identities).toEqual({ lo: 0, hi: 1 });
    expect(radius.reaches.map(({ certainty }) => certainty)).not.toContain('allow');
  });

  test('the other key of the same user', () => {
    const radius = estate(account).radius(keyOf(2));
    expect(radius.bounds.identities).toEqual({ lo: 1, hi: 1 });
    expect(radius.reaches[0]?.path.map(({ technique }) => technique)).toEqual(['authenticates', 'sts-assume-role']);
  });

  test('a key of the root user, from the credential report, controls the account', () => {
    const columns =
      'user,arn,user_creation_time,password_enabled,mfa_active,access_key_1_active,access_key_1_last_rotated,' +
      'access_key_1_last_used_date,access_key_2_active';
    const row = `<root_account>,${iam('root')},2019-01-01T00:00:00Z,not_supported,false,true,2019-02-01T00:00:00Z,N/A,false`;
    const { engine, now } = estate({ users: mia(), files: { credentialReport: `${columns}\n${row}\n` } });
    const { subjects } = analyzeEstate(engine, { now });
    const keys = subjects.filter(({ type, identity }) => type === 'access-key' && identity === iam('root'));
    expect(keys.map(({ admin }) => admin.map(({ level, certainty }) => `${level} ${certainty}`))).toEqual([
      ['direct allow'],
    ]);
  });
});

describe('one answer, however it is asked', () => {
  const users = [user('mia', [allow('sts:AssumeRole', iam('role/*'))]), user('ben'), user('lea', [allow('sts:*')])];
  const roles = [
    role('target', [TRUSTS_ACCOUNT]),
    role('named', [trust({ AWS: iam('user/ben') })]),
    role('guarded', [TRUSTS_ACCOUNT, trust({ AWS: iam('user/lea') }, undefined, 'Deny')]),
    role('remote', [trust({ AWS: HOME }, { IpAddress: { 'aws:SourceIp': '192.0.2.0/24' } })]),
  ];
  const buckets = ['one', 'two'].map((name) => resource('AWS::S3::Bucket', name));

  test('a role is reached by assuming it exactly where `can` and `whoCan` allow that', () => {
    const { model, now, radius } = estate({ users, roles });
    for (const one of ['mia', 'ben', 'lea']) {
      const principal = iam(`user/${one}`);
      const reached = new Map(radius(principal).reaches.map(({ id, certainty }) => [id, certainty]));
      for (const name of ['target', 'named', 'guarded', 'remote']) {
        const asked = { action: 'sts:AssumeRole', resource: iam(`role/${name}`), now };
        const { verdict } = can(model, { ...asked, principal });
        const listed = whoCan(model, asked).find(({ id }) => id === principal)?.certainty;
        expect(`${name}: ${reached.get(asked.resource) ?? 'deny'}`).toBe(`${name}: ${verdict}`);
        expect(`${name}: ${listed ?? 'deny'}`).toBe(`${name}: ${verdict}`);
      }
    }
  });

  test('the order of lists changes no byte', () => {
    const forward = estate({ users, roles, resources: buckets });
    const backward = estate({
      users: [...users].reverse(),
      roles: [...roles].reverse(),
      resources: [...buckets].reverse(),
    });
    const answer = ({ engine, now, radius }: typeof forward): string =>
      JSON.stringify([radius(SUBJECT), analyzeEstate(engine, { now })]);
    expect(answer(backward)).toBe(answer(forward));
  });
});
