import { FileProblems } from '@keyreach/core/input';
import { describe, expect, it } from 'vitest';
import { organizationFile } from './organization-file.ts';

const O = 'arn:aws:organizations::111122223333';
const ORGANIZATION = { Id: 'o-1', Arn: `${O}:organization/o-1`, MasterAccountId: '111122223333' };
const LISTS = { Roots: [], OrganizationalUnits: [], Accounts: [], Policies: [], PolicyAttachments: [] };

function read(raw: unknown) {
  const { organizations, standalone, gaps } = organizationFile(
    raw,
    new FileProblems('organization', 'organization.json'),
  );
  return { organization: organizations[0], standalone, whys: gaps.map(({ why }) => why), gaps };
}

it('reads the tree, the policies and where they are attached', () => {
  const { organization, whys } = read({
    Organization: ORGANIZATION,
    Roots: [
      {
        Id: 'r-1',
        Arn: `${O}:root/o-1/r-1`,
        Name: 'Root',
        PolicyTypes: [
          { Type: 'SERVICE_CONTROL_POLICY', Status: 'ENABLED' },
          { Type: 'TAG_POLICY', Status: 'PENDING_ENABLE' },
        ],
      },
      { Id: 'r-2', Arn: `${O}:root/o-1/r-2` },
    ],
    OrganizationalUnits: [{ Id: 'ou-1', Arn: `${O}:ou/o-1/ou-1`, Name: 'Unit', ParentId: 'r-1' }],
    Accounts: [
      {
        Id: '444455556666',
        Arn: `${O}:account/o-1/444455556666`,
        Name: 'Shop',
        ParentId: 'ou-1',
        Status: 'ACTIVE',
        Email: 'a@b',
      },
    ],
    Policies: [
      {
        Id: 'p-1',
        Arn: `${O}:policy/o-1/service_control_policy/p-1`,
        Name: 'P',
        Type: 'SERVICE_CONTROL_POLICY',
        Content: '{}',
      },
      {
        PolicySummary: {
          Id: 'p-2',
          Arn: `${O}:policy/o-1/service_control_policy/p-2`,
          Type: 'RESOURCE_CONTROL_POLICY',
        },
        Content: {},
      },
    ],
    PolicyAttachments: [{ PolicyId: 'p-1', TargetIds: ['r-1', 7] }],
  });
  expect(organization).toEqual({
    Id: 'o-1',
    Arn: `${O}:organization/o-1`,
    managementAccountId: '111122223333',
    roots: {
      complete: true,
      items: [
        { Id: 'r-1', Arn: `${O}:root/o-1/r-1`, Name: 'Root', enabledTypes: new Set(['SERVICE_CONTROL_POLICY']) },
        { Id: 'r-2', Arn: `${O}:root/o-1/r-2`, Name: 'r-2', enabledTypes: undefined },
      ],
    },
    units: { complete: true, items: [{ Id: 'ou-1', Arn: `${O}:ou/o-1/ou-1`, Name: 'Unit', ParentId: 'r-1' }] },
    accounts: {
      complete: true,
      items: [
        {
          Id: '444455556666',
          Arn: `${O}:account/o-1/444455556666`,
          Name: 'Shop',
          Status: 'ACTIVE',
          ParentId: 'ou-1',
          Tags: undefined,
        },
      ],
    },
    policies: {
      complete: true,
      items: [
        {
          Id: 'p-1',
          Arn: `${O}:policy/o-1/service_control_policy/p-1`,
          Name: 'P',
          Type: 'SERVICE_CONTROL_POLICY',
          Content: '{}',
        },
        {
          Id: 'p-2',
          Arn: `${O}:policy/o-1/service_control_policy/p-2`,
          Name: 'p-2',
          Type: 'RESOURCE_CONTROL_POLICY',
          Content: {},
        },
      ],
    },
    attachments: { complete: true, items: [{ PolicyId: 'p-1', TargetIds: { items: ['r-1'], complete: false } }] },
    features: {
      rootFeatures: undefined,
      trustedServices: undefined,
      delegatedAdministrators: undefined,
      resourcePolicy: undefined,
    },
  });
  expect(whys).toEqual(['PolicyAttachments[0].TargetIds: expected an array of strings']);
});

it('knows "in no organization" from "not known"', () => {
  expect(read({ Organization: null })).toMatchObject({ organization: undefined, standalone: true, whys: [] });
  expect(read({})).toMatchObject({
    organization: undefined,
    standalone: false,
    whys: ['Organization: expected an object, or null for accounts in no organization'],
  });
  expect(read([])).toMatchObject({ organization: undefined, whys: ['expected an object'] });
});

it('takes the management account from the ARN where it is not named', () => {
  const { MasterAccountId: _, ...unnamed } = ORGANIZATION;
  expect(read({ Organization: unnamed, ...LISTS }).organization?.managementAccountId).toBe('111122223333');
});

it('reports lists that are missing, as unknown', () => {
  const { organization, whys, gaps } = read({ Organization: ORGANIZATION, Roots: [{}] });
  expect(organization?.policies).toEqual({ items: [], complete: false });
  expect(whys).toEqual([
    'Roots[0].Id: expected a string, not empty and of ordinary length',
    'Roots[0].Arn: expected an ARN',
    'OrganizationalUnits: expected a list, empty if there are none',
    'Accounts: expected a list, empty if there are none',
    'Policies: expected a list, empty if there are none',
    'PolicyAttachments: expected a list, empty if there are none',
  ]);
  expect(gaps[0]).toMatchObject({ scope: `${O}:organization/o-1`, what: 'organization', file: 'organization.json' });
});

it('leaves out accounts that are none', () => {
  const account = { Id: 'x', Arn: `${O}:account/o-1/x`, ParentId: 'r-1' };
  const { organization, whys } = read({ Organization: ORGANIZATION, ...LISTS, Accounts: [account] });
  expect(organization?.accounts).toEqual({ items: [], complete: false });
  expect(whys).toEqual(['Accounts[0].Id: expected an account id']);
});

describe('features of an organization (aws.md 3.1)', () => {
  const features = (extra: Readonly<Record<string, unknown>>) => {
    const { organization, whys } = read({ Organization: ORGANIZATION, ...LISTS, ...extra });
    return { ...organization?.features, whys };
  };

  it('are read in the shapes of the API', () => {
    expect(
      features({
        EnabledFeatures: ['RootSessions', 'RootCredentialsManagement'],
        EnabledServicePrincipals: [{ ServicePrincipal: 'sso.amazonaws.com', DateEnabled: '2024-01-01' }],
        DelegatedAdministrators: [
          { Id: '444455556666', Arn: 'x', DelegatedServices: [{ ServicePrincipal: 'sso.amazonaws.com' }] },
        ],
        ResourcePolicy: { ResourcePolicySummary: {}, Content: '{}' },
      }),
    ).toEqual({
      rootFeatures: ['RootCredentialsManagement', 'RootSessions'],
      trustedServices: ['sso.amazonaws.com'],
      delegatedAdministrators: {
        items: [{ Id: '444455556666', services: { items: ['sso.amazonaws.com'], complete: true } }],
        complete: true,
      },
      resourcePolicy: '{}',
      whys: [],
    });
  });

  it('are read in the shorter shapes too', () => {
    const short = {
      trustedServices: ['a.amazonaws.com'],
      delegatedAdministrators: {
        items: [{ Id: '444455556666', services: { items: [], complete: true } }],
        complete: true,
      },
    };
    const given = {
      AWSServiceAccess: ['a.amazonaws.com'],
      DelegatedAdministrators: [{ Id: '444455556666', ServicePrincipals: [] }],
      ResourcePolicy: null,
    };
    expect(features({ ...given, RootFeatures: { EnabledFeatures: [] } })).toMatchObject({ ...short, rootFeatures: [] });
    expect(features({ ...given, RootFeatures: ['RootSessions'] })).toMatchObject({
      ...short,
      rootFeatures: ['RootSessions'],
      resourcePolicy: null,
      whys: [],
    });
  });

  it('are unknown where they are not there or not readable', () => {
    expect(features({}).whys).toEqual([]);
    expect(
      features({
        EnabledFeatures: 'RootSessions',
        AWSServiceAccess: [7],
        DelegatedAdministrators: [{ Id: 'x' }, { Id: '444455556666' }, { Id: '777788889999', ServicePrincipals: [{}] }],
      }),
    ).toEqual({
      rootFeatures: undefined,
      trustedServices: undefined,
      delegatedAdministrators: {
        items: [
          { Id: '444455556666', services: { items: [], complete: false } },
          { Id: '777788889999', services: { items: [], complete: false } },
        ],
        complete: false,
      },
      resourcePolicy: undefined,
      whys: [
        'EnabledFeatures: expected a list of names',
        'AWSServiceAccess: expected a list of names',
        'DelegatedAdministrators[0].Id: expected an account id',
        'DelegatedAdministrators[2].ServicePrincipals: expected a list of names',
      ],
    });
  });
});
