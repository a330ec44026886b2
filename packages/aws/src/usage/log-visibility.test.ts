import { describe, expect, it } from 'vitest';
import { awsCatalogue } from '../catalogue/action-catalogue.ts';
import { possibleActionsOfEvent } from './event-actions.ts';
import { isGlobalSource } from './global-sources.ts';
import { visibilityOf } from './log-visibility.ts';

describe('visibilityOf', () => {
  it('finds management events with their source', () => {
    expect(visibilityOf('iam:CreateUser')).toEqual({ in: 'management', write: true, source: 'iam' });
    expect(visibilityOf('IAM:listusers')).toEqual({ in: 'management', write: false, source: 'iam' });
    expect(visibilityOf('cloudwatch:PutDashboard')).toEqual({ in: 'management', write: true, source: 'monitoring' });
    expect(visibilityOf('secretsmanager:GetSecretValue')).toMatchObject({ in: 'management', write: false });
    expect(visibilityOf('bedrock:InvokeModel')).toMatchObject({ in: 'management', source: 'bedrock' });
    expect(visibilityOf('ec2:CreateTags')).toMatchObject({ in: 'management', write: true });
  });

  it('finds management events of other names', () => {
    expect(visibilityOf('s3:ListAllMyBuckets')).toEqual({ in: 'management', write: false, source: 's3' });
    expect(visibilityOf('apigateway:POST')).toEqual({ in: 'management', write: true, source: 'apigateway' });
    expect(visibilityOf('kms:ReEncryptFrom')).toMatchObject({ in: 'management', source: 'kms' });
    expect(visibilityOf('s3:GetAccountPublicAccessBlock')).toMatchObject({ in: 'management' });
  });

  it('does not count on write-only selectors where CloudTrail may call an event reading', () => {
    for (const action of ['sts:AssumeRole', 'kms:Decrypt', 'kms:GenerateDataKey', 'sts:GetFederationToken']) {
      expect(visibilityOf(action), action).toMatchObject({ in: 'management', write: false });
    }
    expect(visibilityOf('acm-pca:IssueCertificate')).toMatchObject({ in: 'management', write: true });
    expect(visibilityOf('kms:CreateKey')).toMatchObject({ in: 'management', write: true });
  });

  it('finds data events by the type of their selector', () => {
    expect(visibilityOf('s3:GetObject')).toEqual({ in: 'data', type: 'AWS::S3::Object' });
    expect(visibilityOf('s3:ListBucket')).toEqual({ in: 'data', type: 'AWS::S3::Object' });
    expect(visibilityOf('lambda:InvokeFunction')).toEqual({ in: 'data', type: 'AWS::Lambda::Function' });
    expect(visibilityOf('dynamodb:PutItem')).toEqual({ in: 'data', type: 'AWS::DynamoDB::Table' });
    expect(visibilityOf('s3:GetBucketPolicy').in).toBe('management');
    expect(visibilityOf('lambda:CreateFunction').in).toBe('management');
    expect(visibilityOf('dynamodb:CreateTable').in).toBe('management');
  });

  it('finds what only other events show', () => {
    for (const action of ['iam:PassRole', 'sts:TagSession', 'sts:SetSourceIdentity']) {
      expect(visibilityOf(action).in, action).toBe('request');
    }
    expect(visibilityOf('iam:TagRole').in).toBe('management');
  });

  it('claims nothing of permissions without a call of their own', () => {
    for (const action of [
      'rds-db:connect',
      'execute-api:Invoke',
      'ssmmessages:OpenDataChannel',
      'ec2messages:GetMessages',
      'kafka-cluster:Connect',
      'logs:PutLogEvents',
      's3:ReplicateObject',
      // To phone numbers and endpoints too, of which the selector for topics shows nothing.
      'sns:Publish',
      's3:BypassGovernanceRetention',
      'sts:GetCallerIdentity',
      'cloudwatch:Nothing',
      'elasticfilesystem:ClientMount',
    ]) {
      const visibility = visibilityOf(action);
      expect(visibility.in, action).toBe('nowhere');
      expect('why' in visibility && visibility.why.length > 10, action).toBe(true);
    }
  });

  it('answers for every action of the catalogue, and for management events an event maps to it', () => {
    const counts = { management: 0, data: 0, request: 0, nowhere: 0 };
    for (const { name } of awsCatalogue().actions) counts[visibilityOf(name).in] += 1;
    expect(counts.management + counts.data + counts.request + counts.nowhere).toBe(awsCatalogue().actions.length);
    expect(counts.request).toBe(3);
    expect(counts.management).toBeGreaterThan(counts.nowhere);
    for (const { name, service } of awsCatalogue().services.find(({ prefix }) => prefix === 'ec2')!.actions) {
      if (visibilityOf(name).in !== 'management') continue;
      const rules = possibleActionsOfEvent(service, name.slice(service.length + 1));
      expect(rules[0]?.action, name).toBe(name);
    }
  });
});

describe('isGlobalSource', () => {
  it('knows services that log in one region', () => {
    expect(['iam', 'organizations', 'cloudfront', 'route53'].every(isGlobalSource)).toBe(true);
    expect(['sts', 'ec2', 's3', 'route53resolver', 'wafv2', '__proto__'].some(isGlobalSource)).toBe(false);
  });
});
