import { describe, expect, it } from 'vitest';
import { arn, details, estate, group, role, SCOPE, user } from './testing/estate.ts';

const SERVICE = { Service: 'ec2.amazonaws.com' };

describe('RoleLastUsed (aws.md 4.1)', () => {
  const graph = estate({
    accessKeys: [],
    authorizationDetails: details({
      roles: [
        role('used', SERVICE, { RoleLastUsed: { LastUsedDate: '2026-05-20T10:00:00Z', Region: 'eu-west-1' } }),
        role('never', SERVICE, { RoleLastUsed: {} }),
        role('unknown', SERVICE),
      ],
    }),
  });

  it('tells that a role was used, never which action', () => {
    expect(graph.graph.usage).toEqual([
      { identity: arn('role/used'), action: '*', last: '2026-05-20T10:00:00.000Z', source: 'role-last-used' },
    ]);
    expect(graph.node(arn('role/used')).attributes).toMatchObject({
      lastUsed: { state: 'used', at: '2026-05-20T10:00:00.000Z', region: 'eu-west-1' },
    });
    expect(graph.node(arn('role/never')).attributes).toMatchObject({ lastUsed: { state: 'never' } });
    expect(graph.node(arn('role/unknown')).attributes).not.toHaveProperty('lastUsed');
  });

  // Nobody says when the file was made: it proves nothing about the time after the latest use it names.
  it('covers 400 days of the roles that have it, up to the latest time the file names', () => {
    const observed = {
      actions: { include: ['*'], exclude: [] },
      granularity: 'identity',
      from: '2025-04-15T10:00:00.000Z',
      to: '2026-05-20T10:00:00.000Z',
      source: 'role-last-used',
    };
    expect(graph.graph.observations).toEqual([
      { subject: arn('role/never'), ...observed },
      { subject: arn('role/used'), ...observed },
    ]);
    expect(graph.gaps('last used')).toMatchObject([{ scope: SCOPE, why: '1 roles come without RoleLastUsed' }]);
  });
});

describe('last-accessed reports', () => {
  const services = [
    {
      ServiceNamespace: 'lambda',
      LastAuthenticated: '2026-05-30T11:00:00Z',
      TrackedActionsLastAccessed: [
        { ActionName: 'UpdateFunctionCode20150331v2', LastAccessedTime: '2026-05-29T11:00:00Z' },
        { ActionName: 'CreateFunction' },
      ],
    },
    { ServiceNamespace: 'iam' },
  ];

  it('tell use by service, and by action where AWS tracks it', () => {
    const reply = { JobStatus: 'COMPLETED', JobCompletionDate: '2026-06-01T00:00:00Z', ServicesLastAccessed: services };
    const graph = estate({
      authorizationDetails: details({ users: [user('a')], groups: [group('g')] }),
      serviceLastAccessed: { [arn('user/a')]: reply, [arn('group/g')]: { ServicesLastAccessed: [] } },
    });
    const source = 'service-last-accessed';
    expect(graph.graph.usage).toEqual([
      { identity: arn('user/a'), action: 'lambda:*', last: '2026-05-30T11:00:00.000Z', source },
      { identity: arn('user/a'), action: 'lambda:UpdateFunctionCode', last: '2026-05-29T11:00:00.000Z', source },
    ]);
    const window = { subject: arn('user/a'), from: '2025-04-27T00:00:00.000Z', to: '2026-06-01T00:00:00.000Z', source };
    expect(graph.graph.observations).toEqual([
      {
        ...window,
        actions: { include: ['lambda:CreateFunction', 'lambda:UpdateFunctionCode'], exclude: [] },
        granularity: 'action',
      },
      { ...window, actions: { include: ['iam:*', 'lambda:*'], exclude: [] }, granularity: 'service' },
    ]);
  });

  it('of what is no identity of the input are left out, with a gap', () => {
    const graph = estate({
      authorizationDetails: details({}),
      serviceLastAccessed: { [arn('policy/p')]: { ServicesLastAccessed: services } },
    });
    expect([graph.graph.usage, graph.graph.observations]).toEqual([[], []]);
    expect(graph.gaps('service last accessed')).toHaveLength(1);
  });
});
