import { describe, expect, test } from 'vitest';
import type { RawStatement } from '../oracle/naive-decision.ts';
import type { Estate } from './estate.ts';
import { levelOf, measure, type Reaches } from './measure.ts';
import { arn, main, uniqueId } from './names.ts';
import { noOrganization } from './random-organization.ts';

const ann = arn(main, 'user', 'ann');
const app = arn(main, 'role', 'app');
const account = `arn:aws:account::${main}:account`;

const allow = (Action: string, Resource: string, Condition?: RawStatement['Condition']): RawStatement => ({
  Effect: 'Allow',
  Action,
  Resource,
  ...(Condition === undefined ? {} : { Condition }),
});

interface Given {
  /** What the user `ann` is granted. */
  readonly grants: readonly RawStatement[];
  /** Whom the role `app` lets in. */
  readonly trust?: Readonly<Record<string, string>> | string;
  readonly resources?: readonly unknown[];
}

/** One account with the user `ann` and, where somebody is let in, the role `app`. */
function estateOf({ grants, trust, resources }: Given): Estate {
  const policy = (Statement: readonly unknown[]) => ({ Version: '2012-10-17', Statement });
  const role = {
    Path: '/',
    RoleName: 'app',
    RoleId: uniqueId('AROA', main, 'app'),
    Arn: app,
    AssumeRolePolicyDocument:
      typeof trust === 'string' ? trust : policy([{ Effect: 'Allow', Principal: trust, Action: 'sts:AssumeRole' }]),
    RolePolicyList: [],
  };
  const authorizationDetails = {
    UserDetailList: [
      {
        Path: '/',
        UserName: 'ann',
        UserId: uniqueId('AIDA', main, 'ann'),
        Arn: ann,
        UserPolicyList: [{ PolicyName: 'inline', PolicyDocument: policy(grants) }],
        GroupList: [],
      },
    ],
    RoleDetailList: trust === undefined ? [] : [role],
    GroupDetailList: [],
    Policies: [],
  };
  return {
    organization: noOrganization,
    accounts: { [main]: { authorizationDetails, ...(resources === undefined ? {} : { resources }) } },
  };
}

const annIn = (given: Given): Reaches => measure(estateOf(given)).reaches.get(ann)!;

describe('cases that properties of random estates found', () => {
  const onTheUser = allow('*', ann);
  const readObjects = allow('s3:GetObject', '*');

  test.each([
    ['alone', [readObjects]],
    ['after one that fits few resources', [onTheUser, readObjects]],
    ['before one that fits few resources', [readObjects, onTheUser]],
  ])('an Allow gives access to what is not listed, %s', (_, grants) => {
    expect(levelOf(annIn({ grants }), `unlisted data-read ${account}`)).toBe(3);
  });

  test('an Allow that a Deny takes away whole gives no access to what is not listed', () => {
    const grants = [readObjects, { ...allow('s3:*', '*'), Effect: 'Deny' }];
    expect(levelOf(annIn({ grants }), `unlisted data-read ${account}`)).toBe(0);
  });

  const assume = allow('sts:AssumeRole', app);
  const fromOffice = allow('sts:AssumeRole', app, { IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } });

  test.each([
    ['a conditional Allow beside an unconditional one checks nothing', [assume, fromOffice], { lo: 1, hi: 1 }],
    ['a conditional Allow alone is a check', [fromOffice], { lo: 0, hi: 0 }],
    [
      'a conditional Deny is a check',
      [assume, { ...allow('sts:*', '*', { Null: { 'aws:SourceVpce': 'true' } }), Effect: 'Deny' }],
      { lo: 0, hi: 0 },
    ],
  ])('findings.md 3.2: %s', (_, grants, unchecked) => {
    expect(annIn({ grants, trust: { AWS: main } }).radius.bounds.unchecked).toEqual(unchecked);
  });

  test.each([
    ['the service', { Service: 'lambda.amazonaws.com' }, 3],
    ['another service', { Service: 'ec2.amazonaws.com' }, 1],
    ['nobody but a user', { AWS: arn(main, 'user', 'bob') }, 0],
    ['whoever a text says that nobody can read', '{', 1],
  ])('aws.md 2.1: control of a function is its role where the role lets in %s', (_, trust, level) => {
    const worker = {
      TypeName: 'AWS::Lambda::Function',
      Identifier: `arn:aws:lambda:us-east-1:${main}:function:worker`,
      Properties: { Role: app },
    };
    const found = annIn({
      grants: [allow('lambda:Update*', '*'), allow('lambda:Invoke*', '*')],
      trust,
      resources: [worker],
    });
    expect(levelOf(found, `resource ${worker.Identifier}`)).toBe(3);
    expect(levelOf(found, `identity ${app}`)).toBe(level);
  });

  test('what stands for functions that were not collected is no resource, whatever another account lists', () => {
    const worker = { TypeName: 'AWS::Lambda::Function', Identifier: 'worker', Region: 'us-east-1', Properties: {} };
    const details = { UserDetailList: [], RoleDetailList: [], GroupDetailList: [], Policies: [] };
    const estate = estateOf({ grants: [allow('lambda:*', '*')], trust: { Service: 'lambda.amazonaws.com' } });
    const other = { '222222222222': { authorizationDetails: details, resources: [worker] } };
    for (const accounts of [estate.accounts, { ...estate.accounts, ...other }]) {
      const found = measure({ ...estate, accounts } as Estate).reaches.get(ann)!;
      expect(levelOf(found, `control AWS::Lambda::Function:${main}:*`)).toBe(0);
      expect(levelOf(found, `unlisted control ${account}`)).toBe(3);
      expect(levelOf(found, `identity ${app}`)).toBe(1);
    }
  });
});
