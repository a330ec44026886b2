import type { AccessClass } from '@keyreach/core/reach';
import { describe, expect, it } from 'vitest';
import { ACCESS_CLASS_RULES, accessClassOf } from './access-class.ts';
import { awsCatalogue } from './action-catalogue.ts';

const catalogue = awsCatalogue();

function classOf(name: string): AccessClass {
  const action = catalogue.action(name);
  if (action === undefined) throw new Error(`\`${name}\` is not in the catalogue`);
  return accessClassOf(action);
}

/** Every rule as single `prefix:Name` entries. */
const entries = ACCESS_CLASS_RULES.flatMap(({ accessClass, actions }) =>
  actions.flatMap((row) => {
    const [prefix, names] = row.split(':') as [string, string];
    return names.split(' ').map((name) => ({ accessClass, prefix, name, text: `${prefix}:${name}` }));
  }),
);

describe('the rules', () => {
  it('name actions of the catalogue, in canonical spelling', () => {
    const anywhere = new Set(catalogue.actions.map(({ name, service }) => name.slice(service.length + 1)));
    const unknown = entries.filter(({ prefix, name, text }) =>
      prefix === '*' ? !anywhere.has(name) : catalogue.action(text)?.name !== text,
    );
    expect(unknown).toEqual([]);
  });

  it('name an action once', () => {
    const texts = entries.map((entry) => entry.text);
    expect(texts.filter((text, index) => texts.indexOf(text) !== index)).toEqual([]);
  });

  it('are followed', () => {
    const ignored = entries.filter(({ accessClass, prefix, text }) => prefix !== '*' && classOf(text) !== accessClass);
    expect(ignored).toEqual([]);
  });

  it('have a class for every action', () => {
    const classes = new Set(catalogue.actions.map(accessClassOf));
    expect([...classes].sort()).toEqual([
      'control',
      'data-read',
      'data-write',
      'delete',
      'meta-read',
      'permission-admin',
      'secret-read',
    ]);
  });

  it('let no permissions-management action that changes a policy pass as something else', () => {
    const missed = catalogue.actions.filter(
      (action) =>
        action.accessLevel === 'permissions-management' &&
        /:(Put|Add|Set|Attach|Detach|Update|Delete|Remove)[A-Za-z]*(Policy|Permission|Permissions)$/.test(
          action.name,
        ) &&
        accessClassOf(action) !== 'permission-admin',
    );
    expect(missed.map((action) => action.name)).toEqual([]);
  });
});

describe('accessClassOf', () => {
  const cases: Readonly<Record<AccessClass, readonly string[]>> = {
    'meta-read': [
      'iam:ListUsers',
      'iam:GetRole',
      'ec2:DescribeInstances',
      's3:ListBucket',
      's3:GetObjectAcl',
      's3:GetBucketPolicy',
      'glue:GetTable',
      'secretsmanager:DescribeSecret',
      'lambda:GetFunctionConfiguration',
      'kms:GetKeyPolicy',
      'billing:GetResourcePolicy', // catalogued as permissions management
      'quicksight:DescribeTopicPermissions', // likewise
      'secretsmanager:ValidateResourcePolicy', // likewise
    ],
    'data-read': [
      's3:GetObject',
      's3:GetObjectVersion',
      'dynamodb:GetItem',
      'dynamodb:BatchGetItem',
      'dynamodb:Query',
      'dynamodb:Scan',
      'dynamodb:PartiQLSelect',
      'sqs:ReceiveMessage',
      'kinesis:GetRecords',
      'rds-data:ExecuteStatement',
      'athena:GetQueryResults',
      'logs:GetLogEvents',
      'logs:FilterLogEvents',
      'logs:StartQuery',
      'kms:Decrypt',
      'ebs:GetSnapshotBlock',
      'lambda:GetFunction',
      'codecommit:GitPull',
      'ecr:BatchGetImage',
      'ecr:GetDownloadUrlForLayer',
    ],
    'data-write': [
      's3:PutObject',
      'dynamodb:PutItem',
      'dynamodb:UpdateItem',
      'dynamodb:BatchWriteItem',
      'sqs:SendMessage',
      'sns:Publish',
      'kinesis:PutRecord',
      'kinesis:PutRecords',
      'ecr:PutImage',
    ],
    delete: [
      's3:DeleteObject',
      's3:DeleteBucket',
      'dynamodb:DeleteItem',
      'ec2:TerminateInstances',
      'sqs:PurgeQueue',
      'events:RemoveTargets',
      'iam:DeleteUser',
      'iam:DeleteAccessKey',
      'kms:ScheduleKeyDeletion',
      'apigateway:DELETE',
    ],
    control: [
      'lambda:InvokeFunction',
      'lambda:UpdateFunctionCode',
      'ec2:RunInstances',
      'ec2:CreateTags',
      'iam:TagRole',
      'iam:PassRole',
      'sts:AssumeRole',
      'ssm:SendCommand',
      'bedrock:InvokeModel', // catalogued as read
      'sagemaker:InvokeEndpoint', // likewise
      'sts:GetSessionToken', // likewise
      'elasticloadbalancing:RemoveTags',
    ],
    'secret-read': [
      'secretsmanager:GetSecretValue',
      'secretsmanager:BatchGetSecretValue',
      'ssm:GetParameter',
      'ssm:GetParameters',
      'ssm:GetParametersByPath',
      'ssm:GetParameterHistory',
      'ec2:GetPasswordData',
      'ecr:GetAuthorizationToken',
      'codeartifact:GetAuthorizationToken',
      'redshift:GetClusterCredentials', // catalogued as write
      'rds-db:connect', // catalogued as permissions management
      'lightsail:GetInstanceAccessDetails',
      'lightsail:DownloadDefaultKeyPair',
      'bedrock-agentcore:GetResourceApiKey',
      'bedrock-agentcore:GetResourceOauth2Token',
    ],
    'permission-admin': [
      'iam:AttachRolePolicy',
      'iam:DeleteRolePolicy',
      'iam:CreateAccessKey', // catalogued as write, as are the ones below it
      'iam:AddUserToGroup',
      'sso:CreateAccountAssignment',
      'es:UpdateDomainConfig',
      'ec2:ModifyImageAttribute',
      'rds:ModifyDBSnapshotAttribute',
      'ram:CreateResourceShare',
      's3:PutBucketPolicy',
      's3:PutBucketAcl',
      's3:PutObjectAcl',
      's3:PutAccessPointPolicy',
      'kms:PutKeyPolicy',
      'kms:CreateGrant',
      'secretsmanager:PutResourcePolicy',
      'sqs:AddPermission',
      'sqs:SetQueueAttributes',
      'sns:AddPermission',
      'sns:SetTopicAttributes',
      'lambda:AddPermission',
      'lambda:AddLayerVersionPermission',
      'ecr:SetRepositoryPolicy',
      'ecr:PutRegistryPolicy',
      'dynamodb:PutResourcePolicy',
      'kinesis:PutResourcePolicy',
      'glue:PutResourcePolicy',
      'events:PutPermission',
      'backup:PutBackupVaultAccessPolicy',
      'elasticfilesystem:PutFileSystemPolicy',
      'ec2:ModifySnapshotAttribute',
      'bedrock-agentcore:PutResourcePolicy',
    ],
  };

  for (const [expected, names] of Object.entries(cases)) {
    it.each([...names])(`%s is ${expected}`, (name) => {
      expect(classOf(name)).toBe(expected);
    });
  }
});
