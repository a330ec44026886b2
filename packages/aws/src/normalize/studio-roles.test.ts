import { describe, expect, it } from 'vitest';
import { A, arn, details, estate, role } from './testing/estate.ts';

const at = (kind: string, id: string) => `arn:aws:sagemaker:eu-west-1:${A}:${kind}/${id}`;
const listed = (TypeName: string, id: string, Properties: Readonly<Record<string, unknown>>) => ({
  TypeName: `AWS::SageMaker::${TypeName}`,
  Identifier: id,
  Region: 'eu-west-1',
  Properties,
});
const domain = (defaults: Readonly<Record<string, unknown>>) =>
  listed('Domain', 'd-1', { DomainArn: at('domain', 'd-1'), ...defaults });
const profile = (settings: Readonly<Record<string, unknown>>) =>
  listed('UserProfile', 'ada|d-1', {
    UserProfileArn: at('user-profile', 'd-1/ada'),
    UserProfileName: 'ada',
    DomainId: 'd-1',
    ...settings,
  });
const space = (sharing: string | undefined, more: Readonly<Record<string, unknown>> = {}) =>
  listed('Space', 'lab|d-1', {
    SpaceArn: at('space', 'd-1/lab'),
    DomainId: 'd-1',
    ...(sharing === undefined ? {} : { SpaceSharingSettings: { SharingType: sharing } }),
    ...more,
  });

const DEFAULTS = {
  DefaultUserSettings: { ExecutionRole: arn('role/users') },
  DefaultSpaceSettings: { ExecutionRole: arn('role/spaces') },
};
const OWN = { UserSettings: { ExecutionRole: arn('role/own') } };
const OWNED = { OwnershipSettings: { OwnerUserProfileName: 'ada' } };

function graphOf(...resources: readonly unknown[]) {
  return estate({
    authorizationDetails: details({
      roles: [
        ...['own', 'users', 'spaces'].map((name) => role(name, { Service: 'sagemaker.amazonaws.com' })),
        role('other', { Service: 'glue.amazonaws.com' }),
      ],
    }),
    resources,
  });
}

/** Names of the roles that a Studio resource runs as. */
function rolesOf(kind: 'user-profile' | 'space', ...resources: readonly unknown[]): readonly string[] {
  const from = kind === 'space' ? at(kind, 'd-1/lab') : at(kind, 'd-1/ada');
  const start = `runs-as ${from} -> ${arn('role/')}`;
  return graphOf(...resources)
    .edges('runs-as')
    .flatMap((edge) => (edge.startsWith(start) ? [edge.slice(start.length)] : []));
}

const ANY = ['own (unknown)', 'spaces (unknown)', 'users (unknown)'];

describe('aws.md 3.6 roles of SageMaker Studio', () => {
  it('a user profile runs as its own role, or else as the one of its domain', () => {
    expect(rolesOf('user-profile', domain(DEFAULTS), profile(OWN))).toEqual(['own']);
    expect(rolesOf('user-profile', domain(DEFAULTS), profile({}))).toEqual(['users']);
    expect(rolesOf('user-profile', domain(DEFAULTS), profile({ UserSettings: { SecurityGroups: [] } }))).toEqual([
      'users',
    ]);
  });

  it('not as the one of another domain, which leaves open what it runs as', () => {
    const another = { ...domain(DEFAULTS), Identifier: 'd-2' };
    expect(rolesOf('user-profile', another, profile({}))).toEqual(ANY);
    expect(rolesOf('user-profile', domain({}), profile({}))).toEqual(ANY);
    expect(graphOf(profile({})).gaps('role')).toEqual([
      {
        scope: at('user-profile', 'd-1/ada'),
        what: 'role',
        why: 'neither it nor its domain tells the role it runs as; it may be any that trusts SageMaker',
        fix: 'aws sagemaker describe-domain --domain-id ID',
        kind: 'not-collected',
      },
    ]);
    expect(graphOf(domain(DEFAULTS), profile({})).gaps('role')).toEqual([]);
  });

  it('a shared space runs as the role for spaces, a private one as its owner does', () => {
    expect(rolesOf('space', domain(DEFAULTS), space('Shared', OWNED), profile(OWN))).toEqual(['spaces']);
    expect(rolesOf('space', domain(DEFAULTS), space('Private', OWNED), profile(OWN))).toEqual(['own']);
    expect(rolesOf('space', domain(DEFAULTS), space('Private', OWNED), profile({}))).toEqual(['users']);
  });

  it('a space that does not say whose it is may run as any', () => {
    expect(rolesOf('space', domain(DEFAULTS), space(undefined), profile(OWN))).toEqual(ANY);
    expect(rolesOf('space', domain(DEFAULTS), space('Private'), profile(OWN))).toEqual(ANY);
  });
});
