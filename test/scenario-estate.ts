/**
 * Small AWS estates for scenarios: replies of the API for one or two accounts, and what is expected of one subject there.
 */
import {
  type AwsAccountObjects,
  awsAccess,
  awsInputFromObjects,
  awsSemantics,
  awsTechniques,
  normalizeAws,
} from '@keyreach/aws/offline';
import { analysisEngine, type Radius, radiusOf } from '@keyreach/core/analysis';
import { AuthorizationModel } from '@keyreach/core/authz';
import { type Certainty, GraphIndex } from '@keyreach/core/graph';
import { deriveReach } from '@keyreach/core/reach';
import { expect, test } from 'vitest';
import { brokenRules } from './paths/path-rules.ts';

export const HOME = '111111111111';
export const OTHER = '222222222222';
export const NOW = '2026-06-01T00:00:00.000Z';
export const REGION = 'eu-west-1';

export type Json = Readonly<Record<string, unknown>>;

export const iam = (resource: string, account = HOME): string => `arn:aws:iam::${account}:${resource}`;
export const allow = (
  action: string | readonly string[],
  resource: string | readonly string[] = '*',
  condition?: Json,
) => statement('Allow', action, resource, condition);
export const deny = (
  action: string | readonly string[],
  resource: string | readonly string[] = '*',
  condition?: Json,
) => statement('Deny', action, resource, condition);
export const documentOf = (...statements: readonly Json[]): Json => ({ Version: '2012-10-17', Statement: statements });

export function statement(effect: string, action: unknown, resource: unknown, condition: Json | undefined): Json {
  const plain = { Effect: effect, Action: action, Resource: resource };
  return condition === undefined ? plain : { ...plain, Condition: condition };
}

export function trust(principal: unknown, condition?: Json, effect = 'Allow'): Json {
  const plain = { Effect: effect, Principal: principal, Action: 'sts:AssumeRole' };
  return condition === undefined ? plain : { ...plain, Condition: condition };
}

export const trustsService = (name: string): Json => trust({ Service: `${name}.amazonaws.com` });
export const TRUSTS_ACCOUNT = trust({ AWS: iam('root') });

export interface Holds {
  readonly attached?: readonly string[];
  readonly boundary?: string;
  readonly groups?: readonly string[];
  readonly account?: string;
  readonly path?: string;
  readonly profile?: string;
}

/** What users and roles have in common in the reply of the API. */
export function holder(name: string, statements: readonly Json[], { attached = [], boundary }: Holds) {
  return {
    Path: '/',
    CreateDate: '2020-01-01T00:00:00Z',
    AttachedManagedPolicies: attached.map((arn) => ({
      PolicyName: arn.slice(arn.lastIndexOf('/') + 1),
      PolicyArn: arn,
    })),
    policies: statements.length === 0 ? [] : [{ PolicyName: name, PolicyDocument: documentOf(...statements) }],
    bounded:
      boundary === undefined
        ? {}
        : { PermissionsBoundary: { PermissionsBoundaryType: 'Policy', PermissionsBoundaryArn: boundary } },
  };
}

export function user(name: string, statements: readonly Json[] = [], holds: Holds = {}): Json {
  const { policies, bounded, ...common } = holder(name, statements, holds);
  const id = `AIDA${name.toUpperCase().padEnd(17, 'X')}`;
  const Arn = iam(`user/${name}`, holds.account);
  return {
    ...common,
    ...bounded,
    UserName: name,
    UserId: id,
    Arn,
    GroupList: holds.groups ?? [],
    UserPolicyList: policies,
  };
}

export function role(name: string, trusts: readonly Json[], statements: readonly Json[] = [], holds: Holds = {}): Json {
  const { policies, bounded, ...common } = holder(name, statements, holds);
  const path = holds.path ?? '/';
  const Arn = iam(`role${path}${name}`, holds.account);
  const profile = holds.profile;
  return {
    ...common,
    ...bounded,
    Path: path,
    RoleName: name,
    RoleId: `AROA${name.toUpperCase().slice(0, 17).padEnd(17, 'X')}`,
    Arn,
    AssumeRolePolicyDocument: documentOf(...trusts),
    RolePolicyList: policies,
    InstanceProfileList:
      profile === undefined
        ? []
        : [
            {
              InstanceProfileName: profile,
              Path: '/',
              Arn: iam(`instance-profile/${profile}`, holds.account),
              Roles: [{ RoleName: name, Arn }],
            },
          ],
  };
}

export function group(name: string, statements: readonly Json[] = [], holds: Holds = {}): Json {
  const { policies, AttachedManagedPolicies } = holder(name, statements, holds);
  const Arn = iam(`group/${name}`);
  return {
    GroupName: name,
    GroupId: `AGPA${name}`,
    Path: '/',
    Arn,
    GroupPolicyList: policies,
    AttachedManagedPolicies,
  };
}

export function policy(name: string, statements: readonly Json[], versions = 1): Json {
  return {
    PolicyName: name,
    Arn: iam(`policy/${name}`),
    DefaultVersionId: `v${versions}`,
    PolicyVersionList: Array.from({ length: versions }, (_, index) => ({
      VersionId: `v${versions - index}`,
      IsDefaultVersion: index === 0,
      Document: documentOf(...statements),
    })),
  };
}

export const accessKey = (UserName: string, number = 1, Status = 'Active'): Json => ({
  UserName,
  AccessKeyId: `AKIA${UserName.toUpperCase()}${number}`.padEnd(20, '0'),
  Status,
  CreateDate: '2020-01-01T00:00:00Z',
  LastUsed: { LastUsedDate: '2026-05-20T00:00:00Z', ServiceName: 'sts', Region: 'us-east-1' },
});

export const resource = (TypeName: string, Identifier: string, Properties: Json = {}): Json => ({
  TypeName,
  Identifier,
  Properties,
});

export interface Account {
  readonly users?: readonly Json[];
  readonly groups?: readonly Json[];
  readonly roles?: readonly Json[];
  readonly policies?: readonly Json[];
  /** Null: the file is not in the bundle. */
  readonly keys?: readonly Json[] | null;
  readonly resources?: readonly Json[] | null;
  readonly files?: AwsAccountObjects;
}

export function filesOf({ users = [], groups = [], roles = [], policies = [], keys, resources = [], files }: Account) {
  return {
    authorizationDetails: {
      UserDetailList: users,
      GroupDetailList: groups,
      RoleDetailList: roles,
      Policies: policies,
    },
    ...(keys === null ? {} : { accessKeys: keys ?? users.map(({ UserName }) => accessKey(`${UserName}`)) }),
    ...(resources === null ? {} : { resources }),
    ...files,
  };
}

export function estate(home: Account, other?: Account) {
  const accounts = { [HOME]: filesOf(home), ...(other === undefined ? {} : { [OTHER]: filesOf(other) }) };
  const input = awsInputFromObjects({ organization: { Organization: null }, collectedAt: NOW, accounts });
  const now = Date.parse(NOW);
  const model = new AuthorizationModel(new GraphIndex(normalizeAws(input, { now: NOW })), [awsSemantics]);
  const engine = analysisEngine(deriveReach(model, [awsTechniques], { now, access: [awsAccess] }));
  const radius = (id: string): Radius => {
    const told = radiusOf(engine, id, { now });
    // Every path there is keeps to what paths must keep to.
    expect(brokenRules(engine, told, now)).toEqual([]);
    return told;
  };
  return { now, model, engine, radius };
}

/** What is expected of the radius of user `mia`: every identity, account and resource in reach, by a short name. */
export interface Reach {
  readonly identities?: Readonly<Record<string, Certainty>>;
  readonly admin?: Certainty;
  /** Access to a resource as `class=certainty` words; not looked at where not given. */
  readonly access?: Readonly<Record<string, string>>;
}

export const SUBJECT = iam('user/mia');
export const TARGET = iam('role/target');

export function reachOf(radius: Radius): Required<Omit<Reach, 'admin'>> & { readonly admin: Certainty | undefined } {
  const identities = radius.reaches.filter(({ kind }) => kind === 'identity');
  const resources = radius.reaches.filter(({ access = [] }) => access.length > 0);
  return {
    identities: Object.fromEntries(
      identities.map(({ id, certainty }) => [id.slice(id.lastIndexOf(':') + 1), certainty]),
    ),
    admin: radius.admin[0]?.certainty,
    access: Object.fromEntries(
      resources.map(({ id, access = [] }) => [
        id.slice(id.lastIndexOf(':') + 1),
        access.map((one) => `${one.class}=${one.certainty}`).join(' '),
      ]),
    ),
  };
}

export type Row = readonly [name: string, home: Account, expected: Reach, other?: Account];

export function scenarios(rows: readonly Row[]): void {
  for (const [name, home, expected, other] of rows) {
    test(name, () => {
      const { identities, admin, access } = reachOf(estate(home, other).radius(SUBJECT));
      expect({ identities, admin }).toEqual({ identities: expected.identities ?? {}, admin: expected.admin });
      if (expected.access !== undefined) expect(access).toEqual(expected.access);
    });
  }
}

export const NOTHING: Reach = {};
export const REACHED: Reach = { identities: { 'role/target': 'allow' } };
export const MAYBE: Reach = { identities: { 'role/target': 'unknown' } };
export const ON_REQUEST: Reach = { identities: { 'role/target': 'conditional' } };
export const ADMIN: Reach = { admin: 'allow' };

export const mia = (...statements: readonly Json[]): readonly Json[] => [user('mia', statements)];
export const cap = (...actions: readonly string[]): Partial<Account> => ({
  policies: [policy('cap', [allow(actions)])],
});
export const CAPPED: Holds = { boundary: iam('policy/cap') };
