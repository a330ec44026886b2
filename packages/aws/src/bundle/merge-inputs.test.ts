import { describe, expect, it } from 'vitest';
import type { AwsInput } from './aws-input.ts';
import { awsInputFromObjects } from './input-from-objects.ts';
import { ABSENT, EMPTY_INPUT, mergeAwsInputs } from './merge-inputs.ts';

const A = '444455556666';
const B = '581039954779';
const key = (AccessKeyId: string) => ({ UserName: 'a', AccessKeyId, Status: 'Active' as const, LastUsed: undefined });
const keys = (...ids: readonly string[]) => ({ items: ids.map(key), complete: true });
const loose = (...ids: readonly string[]): AwsInput => ({ ...EMPTY_INPUT, unassigned: [{ accessKeys: keys(...ids) }] });
const account = (id: string): AwsInput => awsInputFromObjects({ accounts: { [id]: {} } });
const whys = (input: AwsInput) => input.gaps.filter(({ why }) => why !== ABSENT).map(({ why }) => why);

describe('a list that does not name its account', () => {
  it('goes to the only account there is', () => {
    const input = mergeAwsInputs([loose('AKIAIOSFODNN7EXAMPLE'), account(A)]);
    expect(input.accounts[A]?.accessKeys).toEqual(keys('AKIAIOSFODNN7EXAMPLE'));
    expect(input.unassigned).toEqual([]);
    expect(mergeAwsInputs([loose(), account(A)]).accounts[A]?.accessKeys).toEqual({ items: [], complete: true });
  });

  it('goes to the accounts written into its key ids where there are several, and then proves no absence', () => {
    const input = mergeAwsInputs([account(A), account(B), loose('AKIAIOSFODNN7EXAMPLE', 'ASIAY34FZKBOKMUTVV7A')]);
    expect(input.accounts[B]?.accessKeys).toEqual({ items: [key('AKIAIOSFODNN7EXAMPLE')], complete: false });
    expect(input.accounts[A]?.accessKeys).toBeUndefined();
    expect(whys(input)).toEqual([
      'the account of `ASIAY34FZKBOKMUTVV7A` is not in the input; put the list below accounts/ID/iam/',
    ]);
  });

  it('waits where there is no account yet', () => {
    const alone = mergeAwsInputs([loose('AKIAIOSFODNN7EXAMPLE')]);
    expect(alone.unassigned).toHaveLength(1);
    expect(whys(alone)).toEqual([
      'nothing in the list tells its account; give account authorization details beside it',
    ]);
    const joined = mergeAwsInputs([alone, account(A)]);
    expect(joined.accounts[A]?.accessKeys?.items).toHaveLength(1);
    expect(whys(joined)).toEqual([]);
  });

  it('does not replace a list the account has', () => {
    const own = awsInputFromObjects({ accounts: { [A]: { accessKeys: [] } } });
    const input = mergeAwsInputs([own, loose('AKIAIOSFODNN7EXAMPLE')]);
    expect(input.accounts[A]?.accessKeys?.items).toEqual([]);
    expect(whys(input)).toEqual(['several inputs hold this file of the account; the first is used']);
  });
});

describe('inputs of one account', () => {
  it('add up, and the gaps for absent files are those that remain', () => {
    const one = awsInputFromObjects({ accounts: { [A]: { loginProfiles: [] } }, collectedAt: '2026-02-01' });
    const two = awsInputFromObjects({ accounts: { [A]: { accessKeys: [] } }, collectedAt: '2026-01-01' });
    const input = mergeAwsInputs([one, two]);
    const missing = input.gaps.filter(({ why }) => why === ABSENT).map(({ what }) => what);
    expect(missing).toContain('credential report');
    expect(missing).not.toContain('access keys');
    expect(missing).not.toContain('login profiles');
    expect(new Set(missing).size).toBe(missing.length);
    expect(input.accounts[A]?.collectedAt).toBe('2026-01-01T00:00:00.000Z');
  });

  it('use the first of two copies of a file and say so', () => {
    const first = awsInputFromObjects({ accounts: { [A]: { loginProfiles: [{ UserName: 'a' }] } } });
    const second = awsInputFromObjects({ accounts: { [A]: { loginProfiles: [] } } });
    const input = mergeAwsInputs([first, second]);
    expect(input.accounts[A]?.loginProfiles?.items).toHaveLength(1);
    expect(whys(input)).toEqual(['several inputs hold this file of the account; the first is used']);
  });
});

it('organizations are distinct', () => {
  const organization = {
    Organization: { Id: 'o-1', Arn: 'arn:aws:organizations::111122223333:organization/o-1' },
    Roots: [],
    OrganizationalUnits: [],
    Accounts: [],
    Policies: [],
    PolicyAttachments: [],
  };
  const one = awsInputFromObjects({ organization, accounts: {} });
  const merged = mergeAwsInputs([one, one]);
  expect(merged.organizations).toHaveLength(1);
  expect(whys(merged)).toEqual(['several inputs describe this organization; the first is used']);
});

it('in memory, every value is checked as if it came from a file', () => {
  const input = awsInputFromObjects({
    organization: { Organization: null },
    accounts: {
      [A]: { authorizationDetails: 7, credentialReport: 7, accessKeys: { AccessKeyMetadata: [] }, resources: [] },
      production: {},
    },
  });
  expect(input.accounts[A]).toMatchObject({
    standalone: true,
    accessKeys: { complete: true },
    resources: { items: [] },
  });
  expect(input.gaps.filter(({ why }) => why !== ABSENT).map(({ what, why, file }) => [what, why, file])).toEqual([
    ['account', 'expected account ids as the names', undefined],
    [
      'authorization details',
      'expected an object with `UserDetailList`, `GroupDetailList`, `RoleDetailList`, `Policies`',
      `accounts/${A}/iam/account-authorization-details.json`,
    ],
    ['credential report', 'expected the report as text', `accounts/${A}/iam/credential-report.csv`],
  ]);
});
