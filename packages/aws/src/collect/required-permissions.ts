import { REGION_ACTIONS } from './account-regions.ts';
import { ORGANIZATION_ACTIONS } from './organization.ts';
import type { CollectPart } from './part.ts';
import { COLLECT_PARTS } from './parts.ts';

export { AGGREGATOR_ACTIONS as CONFIG_AGGREGATOR_ACTIONS } from './resources/config-aggregator.ts';

/** A policy document as IAM takes it. */
export interface PermissionDocument {
  readonly Version: '2012-10-17';
  readonly Statement: readonly {
    readonly Sid: string;
    readonly Effect: 'Allow';
    readonly Action: readonly string[];
    readonly Resource: string | readonly string[];
  }[];
}

/** The policies a collection needs: those of the role that reads, and those of whoever assumes it. */
export interface RequiredPermissions {
  /** For the role in each account, and for the caller in its own; each fits into one managed policy. */
  readonly read: readonly PermissionDocument[];
  /** For the caller, beside them: what is asked with its credentials alone, such as the organization; each fits as well. */
  readonly caller: readonly PermissionDocument[];
  /** For the caller, to assume the role. */
  readonly assume: PermissionDocument;
}

/** Most characters of a managed policy, spaces not counted (IAM quotas). */
const POLICY_CHARACTERS = 6144;

/**
 * The smallest policies with which a collection reads everything: actions of the parts, of the organization and of the
 * regions, one statement for each service, sorted. Parts that are read with the account of the caller alone, such as log files in
 * its bucket, ask nothing of the role. `further`: more IAM actions, such as {@link CONFIG_AGGREGATOR_ACTIONS}.
 */
export function requiredPermissions(
  parts: readonly CollectPart[] = COLLECT_PARTS,
  roleName = 'KeyreachAudit',
  further: readonly string[] = [],
): RequiredPermissions {
  const ofRole = parts.filter(({ accounts }) => accounts !== 'caller');
  const ofCaller = parts.filter(({ accounts }) => accounts === 'caller');
  const read = statementsFor([
    ...REGION_ACTIONS,
    'iam:ListUsers',
    'sts:GetCallerIdentity',
    ...ofRole.flatMap((part) => part.actions),
    ...further,
  ]);
  const anywhere = ofCaller.filter(({ resources }) => resources === undefined);
  const somewhere = ofCaller.flatMap(({ actions, resources }, index): PermissionDocument['Statement'] =>
    resources === undefined
      ? []
      : [{ Sid: `ReadSource${index + 1}`, Effect: 'Allow', Action: [...actions], Resource: resources }],
  );
  const caller = statementsFor([...ORGANIZATION_ACTIONS, ...anywhere.flatMap((part) => part.actions)]);
  const Resource = `arn:*:iam::*:role/${roleName}`;
  const assume = documentOf([{ Sid: 'AssumeAuditRole', Effect: 'Allow', Action: ['sts:AssumeRole'], Resource }]);
  return { read: documentsOf(read), caller: documentsOf([...caller, ...somewhere]), assume };
}

/** One statement for each service, sorted. */
function statementsFor(actions: readonly string[]): PermissionDocument['Statement'] {
  const services = new Map<string, string[]>();
  for (const action of [...new Set(actions)].sort()) {
    const prefix = action.slice(0, action.indexOf(':'));
    services.set(prefix, [...(services.get(prefix) ?? []), action]);
  }
  return [...services].map(([prefix, Action]) => ({
    Sid: `Read${capitals(prefix)}`,
    Effect: 'Allow',
    Action,
    Resource: '*',
  }));
}

/** Documents that fit into one managed policy each; at least one. */
function documentsOf(all: PermissionDocument['Statement']): readonly PermissionDocument[] {
  const documents: PermissionDocument[] = [];
  let statements: PermissionDocument['Statement'] = [];
  for (const statement of all) {
    if (statements.length > 0 && JSON.stringify(documentOf([...statements, statement])).length > POLICY_CHARACTERS) {
      documents.push(documentOf(statements));
      statements = [];
    }
    statements = [...statements, statement];
  }
  documents.push(documentOf(statements));
  return documents;
}

/** The same as one JSON object: name of the policy → document. */
export function permissionsJson({ read, caller, assume }: RequiredPermissions): string {
  const named = Object.fromEntries([
    ...read.map((document, index) => [policyName('KeyreachAudit', index), document] as const),
    ...caller.map((document, index) => [policyName('KeyreachCaller', index), document] as const),
  ]);
  return `${JSON.stringify({ ...named, KeyreachAssume: assume }, null, 2)}\n`;
}

/**
 * A CloudFormation template, for a StackSet over the organization: the role that a collection assumes, with the policies.
 * Parameters: `TrustedPrincipal`, the ARN of who may assume it; `ExternalId`; `RoleName`.
 */
export function permissionsTemplate({ read }: RequiredPermissions, roleName = 'KeyreachAudit'): string {
  const policies = Object.fromEntries(
    read.map((PolicyDocument, index) => [
      policyName('KeyreachAudit', index),
      {
        Type: 'AWS::IAM::ManagedPolicy',
        Properties: { Description: 'What Keyreach reads: configuration, no data', PolicyDocument },
      },
    ]),
  );
  const trust = {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { AWS: { Ref: 'TrustedPrincipal' } },
        Action: 'sts:AssumeRole',
        Condition: { StringEquals: { 'sts:ExternalId': { Ref: 'ExternalId' } } },
      },
    ],
  };
  const template = {
    AWSTemplateFormatVersion: '2010-09-09',
    Description: 'A role that Keyreach assumes to read identities, permissions and resources of this account',
    Parameters: {
      RoleName: { Type: 'String', Default: roleName },
      TrustedPrincipal: { Type: 'String', Description: 'ARN of the identity that runs keyreach collect' },
      ExternalId: { Type: 'String', NoEcho: true, MinLength: 2, MaxLength: 1224 },
    },
    Resources: {
      ...policies,
      AuditRole: {
        Type: 'AWS::IAM::Role',
        Properties: {
          RoleName: { Ref: 'RoleName' },
          MaxSessionDuration: 3600,
          AssumeRolePolicyDocument: trust,
          ManagedPolicyArns: Object.keys(policies).map((name) => ({ Ref: name })),
        },
      },
    },
    Outputs: { RoleArn: { Value: { 'Fn::GetAtt': ['AuditRole', 'Arn'] } } },
  };
  return `${JSON.stringify(template, null, 2)}\n`;
}

function documentOf(Statement: PermissionDocument['Statement']): PermissionDocument {
  return { Version: '2012-10-17', Statement };
}

function policyName(name: string, index: number): string {
  return index === 0 ? name : `${name}${index + 1}`;
}

/** A statement id takes letters and digits only. */
function capitals(prefix: string): string {
  return prefix
    .split('-')
    .map((word) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`)
    .join('');
}
