import { describe, expect, it } from 'vitest';
import { actionsOfEvent, possibleActionsOfEvent } from './event-actions.ts';
import type { TrailMark } from './trail-usage.ts';

const ROLE = 'arn:aws:iam::111122223333:role/worker';

/** Actions of an event, `~` behind those that are not certain. */
function actions(event: string, marks: readonly TrailMark[] = [], roles: readonly string[] = []): readonly string[] {
  const [eventSource, eventName] = event.split(':');
  const result = actionsOfEvent({ eventSource: eventSource!, eventName: eventName!, marks, roles });
  return result.actions.map(({ action, certain }) => (certain ? action : `${action}~`));
}

/** What an action of an event was checked on. */
function target(event: string, action: string, roles: readonly string[] = []): string | undefined {
  const [eventSource, eventName] = event.split(':');
  const result = actionsOfEvent({ eventSource: eventSource!, eventName: eventName!, marks: ['copy'], roles });
  return result.actions.find((needed) => needed.action === action)?.of;
}

describe('the action of the same name', () => {
  it('is found in any case and without the version of the API', () => {
    expect(actions('iam:CreateUser')).toEqual(['iam:CreateUser']);
    expect(actions('IAM:createuser')).toEqual(['iam:CreateUser']);
    expect(actions('lambda:GetFunction20150331v2')).toEqual(['lambda:GetFunction']);
    expect(actions('cloudfront:GetDistribution2020_05_31')).toEqual(['cloudfront:GetDistribution']);
  });

  it('keeps digits that are not a version', () => {
    expect(actions('es:CreateOutboundConnection20991')).toEqual([]);
    expect(actions('comprehendmedical:DetectEntitiesV2')).toEqual(['comprehendmedical:DetectEntitiesV2']);
  });

  it('has the prefix of the service behind the event source', () => {
    expect(actions('monitoring:PutDashboard')).toEqual(['cloudwatch:PutDashboard']);
    expect(actions('tagging:GetResources')).toEqual(['tag:GetResources']);
    expect(actions('data.jobs.iot:DescribeJobExecution')).toEqual(['iotjobsdata:DescribeJobExecution']);
    expect(actions('autoscaling:RegisterScalableTarget')).toEqual(['application-autoscaling:RegisterScalableTarget']);
  });

  it('is not guessed', () => {
    const row = { marks: ['tags'] as const, roles: [ROLE] };
    for (const eventName of ['CreateUsers', 'ReadUser', '', '__proto__', 'constructor']) {
      expect(actionsOfEvent({ eventSource: 'iam', eventName, ...row })).toEqual({ known: false, actions: [] });
    }
    expect(actionsOfEvent({ eventSource: 'ian', eventName: 'CreateUser', ...row }).known).toBe(false);
    expect(actionsOfEvent({ eventSource: '__proto__', eventName: 'toString', ...row }).known).toBe(false);
  });
});

describe('events without a permission', () => {
  it('are known and need nothing', () => {
    for (const event of [
      'signin:ConsoleLogin',
      'signin:SwitchRole',
      'sts:GetCallerIdentity',
      'sso:GetRoleCredentials',
    ]) {
      const [eventSource, eventName] = event.split(':');
      const result = actionsOfEvent({
        eventSource: eventSource!,
        eventName: eventName!,
        marks: ['tags'],
        roles: [ROLE],
      });
      expect(result, event).toEqual({ known: true, actions: [] });
    }
  });

  it('are not their neighbours', () => {
    expect(actions('sts:AssumeRole')).toEqual(['sts:AssumeRole']);
    expect(actions('sso:CreatePermissionSet')[0]).toBe('sso:CreatePermissionSet');
  });
});

describe('S3', () => {
  it('names actions otherwise than events', () => {
    expect(actions('s3:ListBuckets')).toEqual(['s3:ListAllMyBuckets']);
    expect(actions('s3:ListObjects')).toEqual(['s3:ListBucket']);
    expect(actions('s3:PutBucketCors')).toEqual(['s3:PutBucketCORS']);
    expect(actions('s3:DeleteBucketEncryption')).toEqual(['s3:PutEncryptionConfiguration']);
    expect(actions('s3:PutAccountPublicAccessBlock')).toEqual(['s3:PutAccountPublicAccessBlock']);
  });

  it('asks for versions instead of objects', () => {
    for (const event of ['GetObject', 'HeadObject']) {
      expect(actions(`s3:${event}`)).toEqual(['s3:GetObject']);
      expect(actions(`s3:${event}`, ['version'])).toEqual(['s3:GetObjectVersion']);
    }
    expect(actions('s3:DeleteObject')).toEqual(['s3:DeleteObject']);
    expect(actions('s3:DeleteObject', ['version'])).toEqual([
      's3:DeleteObjectVersion',
      's3:BypassGovernanceRetention~',
    ]);
  });

  it('asks for what headers of a write set', () => {
    expect(actions('s3:PutObject')).toEqual(['s3:PutObject']);
    expect(actions('s3:PutObject', ['acl', 'retention', 'tags'])).toEqual([
      's3:PutObject',
      's3:PutObjectAcl',
      's3:PutObjectTagging',
      's3:PutObjectRetention~',
      's3:PutObjectLegalHold~',
    ]);
  });

  it('reads another object where it copies', () => {
    expect(actions('s3:CopyObject')).toContain('s3:GetObject');
    expect(target('s3:CopyObject', 's3:GetObject')).toBe('other');
    expect(target('s3:CopyObject', 's3:PutObject')).toBe('resource');
    expect(actions('s3:UploadPart')).toEqual(['s3:PutObject']);
    expect(actions('s3:UploadPart', ['copy'])).toEqual(['s3:PutObject', 's3:GetObject']);
  });
});

describe('sessions', () => {
  it('need permissions for their tags and their source identity', () => {
    expect(actions('sts:AssumeRole', ['tags'])).toEqual(['sts:AssumeRole', 'sts:TagSession']);
    expect(actions('sts:AssumeRole', ['source-identity'])).toEqual(['sts:AssumeRole', 'sts:SetSourceIdentity']);
    expect(actions('sts:AssumeRole', [], [ROLE])).toEqual(['sts:AssumeRole']);
  });
});

describe('a role in the request', () => {
  it('is handed over where the call takes one', () => {
    expect(actions('lambda:CreateFunction20150331', [], [ROLE])).toContain('iam:PassRole');
    expect(actions('lambda:CreateFunction20150331').join()).not.toContain('PassRole');
    expect(target('lambda:CreateFunction20150331', 'iam:PassRole', [ROLE])).toBe('role');
    expect(actions('ecs:RegisterTaskDefinition', [], [ROLE])).toContain('iam:PassRole');
    expect(actions('rolesanywhere:CreateProfile', [], [ROLE])).toContain('iam:PassRole');
  });

  it('is only spoken of in policies, grants, tags and calls about roles', () => {
    for (const event of [
      'iam:AttachRolePolicy',
      'kms:CreateGrant',
      's3:PutBucketPolicy',
      'lambda:AddPermission',
      'eks:CreateAccessEntry',
      'tagging:TagResources',
      'organizations:AttachPolicy',
      'lakeformation:GrantPermissions',
    ]) {
      expect(actions(event, [], [ROLE]).join(), event).not.toContain('PassRole');
    }
  });

  it('is not handed over by a call that reads', () => {
    expect(actions('ec2:DescribeInstances', [], [ROLE])).toEqual(['ec2:DescribeInstances']);
  });

  it('may be handed over by another call that changes something', () => {
    expect(actions('ec2:CreateVpc', [], [ROLE])).toContain('iam:PassRole~');
  });

  it('may be named where the row does not show it', () => {
    expect(actions('glue:CreateJob')).toContain('iam:PassRole~');
    expect(actions('glue:CreateJob', [], [ROLE])).toContain('iam:PassRole');
    expect(actions('iam:AddRoleToInstanceProfile')).toEqual(['iam:AddRoleToInstanceProfile', 'iam:PassRole']);
    expect(actions('iam:RemoveRoleFromInstanceProfile')).toEqual(['iam:RemoveRoleFromInstanceProfile']);
  });

  it('stands behind an instance profile', () => {
    expect(actions('ec2:RunInstances', ['instance-profile'])).toContain('iam:PassRole');
    // A launch template may name one.
    expect(actions('ec2:RunInstances')).toContain('iam:PassRole~');
    expect(actions('ec2:CreateLaunchTemplate', ['instance-profile']).join()).not.toContain('PassRole');
  });
});

describe('tags given on creation', () => {
  it('need the tagging action of the service', () => {
    expect(actions('ec2:CreateVpc', ['tags'])).toEqual(['ec2:CreateVpc', 'ec2:CreateTags']);
    expect(actions('iam:CreateRole', ['tags'])).toEqual(['iam:CreateRole', 'iam:TagRole']);
    expect(actions('iam:CreateUser', ['tags'])).toEqual(['iam:CreateUser', 'iam:TagUser']);
    expect(actions('sqs:CreateQueue', ['tags'])).toEqual(['sqs:CreateQueue', 'sqs:TagQueue']);
    expect(actions('rds:CreateDBSubnetGroup', ['tags'])).toContain('rds:AddTagsToResource');
  });

  it('may need it where nobody documents it', () => {
    expect(
      actions('wafv2:CreateIPSet', ['tags']).filter((action) => action.startsWith('wafv2:TagResource')),
    ).toHaveLength(1);
    expect(actions('workdocs:CreateFolder', ['tags'])).toEqual(['workdocs:CreateFolder']);
  });

  it('are nothing more where the call itself tags or only reads', () => {
    expect(actions('ec2:CreateTags', ['tags'])).toEqual(['ec2:CreateTags']);
    expect(actions('lambda:TagResource', ['tags'])).toEqual(['lambda:TagResource']);
    expect(actions('tagging:GetResources', ['tags'])).toEqual(['tag:GetResources']);
  });
});

describe('other services', () => {
  it('name actions for methods of HTTP, statements and batches', () => {
    expect(actions('apigateway:CreateRestApi')).toEqual(['apigateway:POST']);
    expect(actions('apigateway:GetRestApis')).toEqual(['apigateway:GET']);
    expect(actions('apigateway:ImportApi')).toEqual(['apigateway:PUT']);
    expect(actions('apigateway:ImportRestApi')).toEqual(['apigateway:POST']);
    expect(actions('apigateway:CreatePortal')).toEqual(['apigateway:CreatePortal']);
    expect(actions('dynamodb:TransactGetItems')).toEqual(['dynamodb:GetItem']);
    expect(actions('dynamodb:ExecuteStatement')).toHaveLength(4);
    expect(actions('sqs:SendMessageBatch')).toEqual(['sqs:SendMessage']);
    expect(actions('kms:ReEncrypt')).toEqual(['kms:ReEncryptFrom', 'kms:ReEncryptTo']);
    expect(actions('bedrock:Converse')).toEqual(['bedrock:InvokeModel']);
    expect(actions('lambda:Invoke')).toEqual(['lambda:InvokeFunction']);
  });

  it('may need permissions of further services, on resources that the row does not name', () => {
    expect(actions('route53:AssociateVPCWithHostedZone')).toEqual([
      'route53:AssociateVPCWithHostedZone',
      'ec2:DescribeVpcs~',
    ]);
    expect(target('route53:AssociateVPCWithHostedZone', 'ec2:DescribeVpcs')).toBe('other');
    expect(actions('route53:GetHostedZone')).toEqual(['route53:GetHostedZone']);
  });
});

describe('possibleActionsOfEvent', () => {
  it('tells what each action depends on', () => {
    expect(possibleActionsOfEvent('sts', 'AssumeRole').map(({ action, when }) => [action, when])).toEqual([
      ['sts:AssumeRole', undefined],
      ['sts:TagSession', 'tags'],
      ['sts:SetSourceIdentity', 'source-identity'],
    ]);
    expect(possibleActionsOfEvent('sts', 'NoSuchEvent')).toEqual([]);
  });
});
