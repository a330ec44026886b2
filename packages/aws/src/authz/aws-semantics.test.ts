import { describe, expect, test } from 'vitest';
import { accountZone } from './account-zone.ts';
import { awsSemantics } from './aws-semantics.ts';
import { needsResourceGrant } from './needs-resource-grant.ts';
import { requestTemplates } from './request-templates.ts';
import { resourceHolders } from './resource-holders.ts';
import { ACCOUNT, account } from './testing/facts.ts';

describe('the AWS semantics', () => {
  test('actions are sorted by their lower-case names, without duplicates', () => {
    const { actions } = awsSemantics;
    const folded = actions.map((name) => name.toLowerCase());
    for (let at = 1; at < folded.length; at += 1) expect(folded[at - 1]! < folded[at]!).toBe(true);
    expect(actions).toContain('iam:PassRole');
    expect(awsSemantics.actions).toBe(actions);
  });

  test('aws.md 1.3 step 0: always allowed', () => {
    expect(awsSemantics.alwaysAllowed).toEqual(['sts:GetCallerIdentity']);
    for (const action of awsSemantics.alwaysAllowed) expect(awsSemantics.actions).toContain(action);
  });

  test('its languages', () => {
    expect(awsSemantics.provider).toBe('aws');
    expect(awsSemantics.conditions.id).toBe('aws');
    expect(awsSemantics.resources.compile('*').all).toBe(true);
  });
});

describe('aws.md 1.10: resources a request is checked against', () => {
  test.each<[action: string, templates: readonly (readonly string[])[]]>([
    ['s3:CreateBucket', [['arn:aws:s3:::*']]],
    ['iam:PassRole', [[`arn:aws:iam::${ACCOUNT}:role/*`]]],
    ['IAM:passrole', [[`arn:aws:iam::${ACCOUNT}:role/*`]]],
    ['lambda:InvokeFunction', [[`arn:aws:lambda:*:${ACCOUNT}:function:*`]]],
    // Several required types: each must be allowed.
    ['kms:CreateAlias', [[`arn:aws:kms:*:${ACCOUNT}:alias/*`], [`arn:aws:kms:*:${ACCOUNT}:key/*`]]],
    // No required type: one of them.
    ['s3:GetObject', [[`arn:aws:s3:*:${ACCOUNT}:accesspoint/*/object/*`, 'arn:aws:s3:::*/*']]],
    // No resource types.
    ['ec2:DescribeInstances', [['*']]],
    ['iam:ListUsers', [['*']]],
    // The exception: a pattern for all of S3 grants it, one for a bucket does not.
    ['s3:ListAllMyBuckets', [['arn:aws:s3:::']]],
    ['nonsense:Action', []],
    ['s3:*', []],
  ])('%s', (action, templates) => {
    expect(requestTemplates(action, account())).toEqual(templates);
  });

  test('ec2:RunInstances needs every resource a launch uses', () => {
    const templates = requestTemplates('ec2:RunInstances', account()).flat();
    for (const type of ['instance', 'network-interface', 'security-group', 'subnet']) {
      expect(templates).toContain(`arn:aws:ec2:*:${ACCOUNT}:${type}/*`);
    }
    // Images may belong to AWS.
    expect(templates).toContain('arn:aws:ec2:*::image/*');
    expect(templates).not.toContain(`arn:aws:ec2:*:${ACCOUNT}:key-pair/*`);
  });

  test('a list action may name no resource', () => {
    const [alternatives = []] = requestTemplates('cloudformation:ListStackInstances', account());
    expect(alternatives.length).toBeGreaterThan(0);
    for (const action of awsSemantics.actions) {
      for (const alternatives of requestTemplates(action, undefined)) {
        expect(alternatives.length).toBeGreaterThan(0);
        for (const template of alternatives) expect(template).toMatch(/^(\*|arn:.*)$/s);
        expect(alternatives.join()).not.toContain('${');
      }
    }
  });

  test('partition and account are those of the zone; without one any account', () => {
    const china = account({ partition: 'aws-cn' });
    expect(requestTemplates('iam:PassRole', china)).toEqual([[`arn:aws-cn:iam::${ACCOUNT}:role/*`]]);
    expect(requestTemplates('s3:ListAllMyBuckets', china)).toEqual([['arn:aws-cn:s3:::']]);
    expect(requestTemplates('iam:PassRole', undefined)).toEqual([['arn:aws:iam::*:role/*']]);
  });

  test('s3:ListAllMyBuckets is granted by `*` and `arn:aws:s3:::*`, not by a bucket', () => {
    const [[template = ''] = []] = requestTemplates('s3:ListAllMyBuckets', account());
    const grants = (pattern: string) => awsSemantics.resources.compile(pattern).matches(template, undefined);
    for (const pattern of ['*', 'arn:aws:s3:::*', 'arn:aws:s3:*', 'arn:aws:*'])
      expect([pattern, grants(pattern)]).toEqual([pattern, 3]);
    for (const pattern of [
      'arn:aws:s3:::b',
      'arn:aws:s3:::b/*',
      'arn:aws:s3:::b*',
      'arn:aws:s3:::*/*',
      'arn:aws:iam:::*',
      'arn:aws:s3:::?*',
    ]) {
      expect([pattern, grants(pattern)]).toEqual([pattern, 0]);
    }
  });
});

describe('the account an ARN names', () => {
  test.each([
    ['arn:aws:iam::123456789012:role/r', 'arn:aws:account::123456789012:account'],
    ['arn:aws-cn:sqs:cn-north-1:123456789012:q', 'arn:aws-cn:account::123456789012:account'],
    ['arn:aws:s3:::bucket', undefined],
    ['arn:aws:iam::aws:policy/AdministratorAccess', undefined],
    ['arn:aws:iam::*:role/r', undefined],
    ['arn:aws:iam::12345678901:role/r', undefined],
    ['*', undefined],
    ['federated:gitlab.com#x', undefined],
  ])('%s', (arn, zone) => {
    expect(accountZone(arn)).toBe(zone);
    expect(awsSemantics.zoneOf(arn)).toBe(zone);
  });
});

describe('resources whose policy governs a resource', () => {
  test.each([
    ['arn:aws:s3:::b/k/l', ['arn:aws:s3:::b']],
    ['arn:aws:s3:::b', []],
    ['arn:aws:s3:eu-west-1:1:accesspoint/a/object/k', ['arn:aws:s3:eu-west-1:1:accesspoint/a']],
    ['arn:aws:s3:eu-west-1:1:accesspoint/a', []],
    ['arn:aws:lambda:eu-west-1:1:function:f:live', ['arn:aws:lambda:eu-west-1:1:function:f']],
    ['arn:aws:lambda:eu-west-1:1:function:f', []],
    ['arn:aws:lambda:eu-west-1:1:layer:l:1', []],
    [
      'arn:aws:logs:eu-west-1:1:log-group:g:log-stream:s',
      ['arn:aws:logs:eu-west-1:1:log-group:g:*', 'arn:aws:logs:eu-west-1:1:log-group:g'],
    ],
    ['arn:aws:logs:eu-west-1:1:log-group:g', ['arn:aws:logs:eu-west-1:1:log-group:g:*']],
    ['arn:aws:logs:eu-west-1:1:log-group:g:*', ['arn:aws:logs:eu-west-1:1:log-group:g']],
    ['arn:aws:logs:eu-west-1:1:destination:d', []],
    ['arn:aws:dynamodb:eu-west-1:1:table/t/index/i', ['arn:aws:dynamodb:eu-west-1:1:table/t']],
    ['arn:aws:dynamodb:eu-west-1:1:table/t/stream/2026', ['arn:aws:dynamodb:eu-west-1:1:table/t']],
    ['arn:aws:dynamodb:eu-west-1:1:table/t', []],
    ['arn:aws:kinesis:eu-west-1:1:stream/s/consumer/c:1', ['arn:aws:kinesis:eu-west-1:1:stream/s']],
    ['arn:aws:sns:eu-west-1:1:topic:subscription', ['arn:aws:sns:eu-west-1:1:topic']],
    ['arn:aws:sns:eu-west-1:1:topic', []],
    ['arn:aws:sqs:eu-west-1:1:queue', []],
    ['arn:aws:secretsmanager:eu-west-1:1:secret:s-AbCdEf', []],
    ['arn:aws:ecr:eu-west-1:1:repository/a/b', []],
    ['arn:aws:es:eu-west-1:1:domain/d/index/_search', ['arn:aws:es:eu-west-1:1:domain/d']],
    ['arn:aws:s3tables:eu-west-1:1:bucket/b/table/t', ['arn:aws:s3tables:eu-west-1:1:bucket/b']],
    ['arn:aws:events:eu-west-1:1:rule/bus/r', ['arn:aws:events:eu-west-1:1:event-bus/bus']],
    ['arn:aws:events:eu-west-1:1:rule/aws.partner/x/y/r', ['arn:aws:events:eu-west-1:1:event-bus/aws.partner/x/y']],
    ['arn:aws:events:eu-west-1:1:rule/r', ['arn:aws:events:eu-west-1:1:event-bus/default']],
    ['arn:aws:events:eu-west-1:1:event-bus/bus', []],
    ['arn:aws:glue:eu-west-1:1:table/d/t', ['arn:aws:glue:eu-west-1:1:catalog']],
    ['arn:aws:glue:eu-west-1:1:job/j', []],
    [
      'arn:aws:codeartifact:eu-west-1:1:package/d/r/npm//p',
      ['arn:aws:codeartifact:eu-west-1:1:repository/d/r', 'arn:aws:codeartifact:eu-west-1:1:domain/d'],
    ],
    ['arn:aws:codeartifact:eu-west-1:1:repository/d/r', ['arn:aws:codeartifact:eu-west-1:1:domain/d']],
    ['arn:aws:codeartifact:eu-west-1:1:domain/d', []],
    ['arn:aws:execute-api:eu-west-1:1:abc/prod/GET/x', ['arn:aws:apigateway:eu-west-1::/restapis/abc']],
    ['arn:aws:iam::1:role/r', []],
    ['arn:aws:kms:eu-west-1:1:key/k', []],
    ['*', []],
    ['federated:gitlab.com#x', []],
  ])('%s', (id, containers) => {
    expect(resourceHolders(id)).toEqual([id, ...containers]);
    expect(awsSemantics.holdersOf(id)).toEqual([id, ...containers]);
  });
});

describe('aws.md 1.5, 1.6: actions the resource itself must allow', () => {
  const role = 'arn:aws:iam::123456789012:role/r';
  const key = 'arn:aws:kms:eu-west-1:123456789012:key/k';

  test.each([
    ['sts:AssumeRole', role],
    ['sts:AssumeRoleWithWebIdentity', role],
    ['sts:AssumeRoleWithSAML', role],
    ['sts:TagSession', role],
    ['sts:SetSourceIdentity', role],
    ['kms:Decrypt', key],
    ['KMS:PutKeyPolicy', key],
    ['kms:CreateAlias', key],
  ])('%s on %s', (action, resource) => {
    expect(needsResourceGrant(action, resource)).toBe(true);
    expect(awsSemantics.needsResourceGrant(action, resource)).toBe(true);
  });

  test.each([
    ['sts:AssumeRoot', 'arn:aws:iam::123456789012:root'],
    ['sts:AssumeRole', 'arn:aws:iam::123456789012:user/u'],
    ['sts:TagSession', 'arn:aws:sts::123456789012:federated-user/u'],
    ['iam:PassRole', role],
    ['iam:UpdateAssumeRolePolicy', role],
    ['kms:CreateAlias', 'arn:aws:kms:eu-west-1:123456789012:alias/a'],
    ['kms:ListKeys', '*'],
    ['kms:ListAliases', key],
    ['kms:CreateKey', '*'],
    ['kms:GenerateRandom', '*'],
    ['kms:DescribeCustomKeyStores', '*'],
    ['s3:GetObject', 'arn:aws:s3:::b/k'],
  ])('not %s on %s', (action, resource) => {
    expect(needsResourceGrant(action, resource)).toBe(false);
  });

  test('the keyless actions of KMS are known actions without resource types', () => {
    for (const action of [
      'kms:ListKeys',
      'kms:ListAliases',
      'kms:CreateKey',
      'kms:GenerateRandom',
      'kms:CreateCustomKeyStore',
      'kms:DeleteCustomKeyStore',
      'kms:ConnectCustomKeyStore',
      'kms:DisconnectCustomKeyStore',
      'kms:UpdateCustomKeyStore',
      'kms:DescribeCustomKeyStores',
    ]) {
      expect([action, requestTemplates(action, account())]).toEqual([action, [['*']]]);
    }
  });
});
