import fc from 'fast-check';
import type { RawDocument, RawStatement } from '../oracle/naive-decision.ts';
import { main, management, other, third } from './names.ts';
import { randomDocument, weighted } from './random-statements.ts';
import type { Branch } from './tree.ts';

export const scpType = 'SERVICE_CONTROL_POLICY';
export const rcpType = 'RESOURCE_CONTROL_POLICY';

const organizationArn = `arn:aws:organizations::${management}`;
const fullAccess: RawStatement = { Effect: 'Allow', Action: '*', Resource: '*' };

/** A policy of the organization. */
export const organizationPolicy = (Id: string, Type: string, content: RawDocument): Branch => ({
  Id,
  Arn: `${organizationArn}:policy/o-1/${Type.toLowerCase()}/${Id}`,
  Name: Id,
  Type,
  Content: JSON.stringify(content),
});

const fullAccessPolicies: readonly Branch[] = [
  organizationPolicy('p-FullAWSAccess', scpType, { Version: '2012-10-17', Statement: fullAccess }),
  organizationPolicy('p-RCPFullAWSAccess', rcpType, {
    Version: '2012-10-17',
    Statement: { ...fullAccess, Principal: '*' },
  }),
];

const levelsBelow: readonly string[] = ['r-1', 'ou-1'];

function organizationOf(
  accounts: readonly (readonly [id: string, parent: string])[],
  managementAccount: string,
  more: {
    readonly policies: readonly Branch[];
    readonly attachments: readonly Branch[];
    readonly strict: readonly string[];
  },
): Branch {
  const levels = [...levelsBelow, ...accounts.map(([id]) => id)];
  return {
    Organization: { Id: 'o-1', Arn: `${organizationArn}:organization/o-1`, MasterAccountId: managementAccount },
    Roots: [
      {
        Id: 'r-1',
        Arn: `${organizationArn}:root/o-1/r-1`,
        Name: 'Root',
        PolicyTypes: [scpType, rcpType].map((Type) => ({ Type, Status: 'ENABLED' })),
      },
    ],
    OrganizationalUnits: [{ Id: 'ou-1', Arn: `${organizationArn}:ou/o-1/ou-1`, Name: 'Unit', ParentId: 'r-1' }],
    Accounts: accounts.map(([Id, ParentId]) => ({
      Id,
      Arn: `${organizationArn}:account/o-1/${Id}`,
      Name: Id,
      Status: 'ACTIVE',
      ParentId,
    })),
    Policies: [...fullAccessPolicies, ...more.policies],
    PolicyAttachments: [
      { PolicyId: 'p-FullAWSAccess', TargetIds: levels.filter((one) => !more.strict.includes(one)) },
      { PolicyId: 'p-RCPFullAWSAccess', TargetIds: levels },
      ...more.attachments,
    ],
  };
}

/** What stands in organization.json for accounts that are in no organization. */
export const noOrganization: Branch = { Organization: null };

/** An organization of the accounts that allows everything everywhere. */
export function lenientOrganization(accounts: readonly string[]): Branch {
  const members = accounts.map((id) => [id, 'r-1'] as const);
  return organizationOf([...members, [management, 'r-1']], management, { policies: [], attachments: [], strict: [] });
}

/** An organization of a root, a unit in it, and accounts below either; every level has at least one SCP and one RCP. */
export const randomOrganization: fc.Arbitrary<Branch> = fc
  .record({
    manages: fc.constantFrom(management, management, management, main),
    members: fc.subarray([other, third]),
    parents: fc.tuple(fc.constantFrom('r-1', 'ou-1'), fc.constantFrom('r-1', 'ou-1')),
    scp: randomDocument('scp', 2),
    rcp: randomDocument('rcp', 1),
    scpOn: fc.constantFrom('r-1', 'ou-1', main, other),
    rcpOn: weighted<string | undefined>([3, fc.constant(undefined)], [1, fc.constantFrom('r-1', 'ou-1', main)]),
    strict: weighted([2, fc.constant(false)], [1, fc.constant(true)]),
  })
  .map(({ manages, members, parents, scp, rcp, scpOn, rcpOn, strict }) => {
    const ids = [main, ...members, ...(manages === management ? [management] : [])];
    const levels = [...levelsBelow, ...ids];
    const attachments = [
      { PolicyId: 'p-scp', TargetIds: levels.filter((one) => one === scpOn) },
      { PolicyId: 'p-rcp', TargetIds: levels.filter((one) => one === rcpOn) },
    ];
    return organizationOf(
      ids.map((id) => [id, id === main ? parents[0] : id === other ? parents[1] : 'r-1']),
      manages,
      {
        policies: [organizationPolicy('p-scp', scpType, scp), organizationPolicy('p-rcp', rcpType, rcp)],
        attachments,
        strict: strict && levels.includes(scpOn) ? [scpOn] : [],
      },
    );
  });
