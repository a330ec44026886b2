import { describe, expect, it } from 'vitest';
import type { CredentialNode, IdentityNode, Observation } from '../graph/model.ts';
import { unusedOf } from './identity-use.ts';
import type { IdentityUse } from './results.ts';
import { ago, NOW, type UseEstate, useEstate } from './testing/use-estate.ts';

function useOf(estate: UseEstate, grantedServices: readonly string[] | undefined = []): IdentityUse {
  const graph = useEstate(estate);
  const identity = graph.identity('who');
  if (identity === undefined) throw new Error('the estate has lost its identity');
  return unusedOf(graph, identity, { now: NOW, windowDays: 90, grantedServices });
}

const anything = { include: ['*'], exclude: [] };
const keyWatch = (id: string): Partial<Observation> => ({
  subject: id,
  granularity: 'credential',
  source: 'key watch',
});
const never = { lastUsed: { state: 'never' } } as const satisfies Partial<CredentialNode>;
const usedAt = (days: number): Partial<CredentialNode> => ({ lastUsed: { state: 'used', at: ago(days) } });

describe('a role', () => {
  it('is unused where its last use is older than the window', () => {
    expect(useOf({ usage: [{ last: ago(91) }], observations: [{}] })).toMatchObject({
      state: 'unused',
      lastUsed: ago(91),
    });
  });

  it('is unused where it was never used as far as a source looks back', () => {
    const use = useOf({ observations: [{}] });
    expect(use).toEqual({
      id: 'who',
      type: 'role',
      name: 'who',
      state: 'unused',
      credentials: [],
      services: [],
      counts: { granted: 0, used: 0, unused: 0, unknown: 0 },
      ratio: { lo: null, hi: null },
    });
  });

  it('is unknown without a source, whatever its last use says', () => {
    const told =
      'no source in the input could have seen its use; `aws iam get-account-authorization-details` (RoleLastUsed) would tell';
    expect(useOf({})).toMatchObject({ state: 'unknown', why: told });
    expect(useOf({ usage: [{ last: ago(200) }] })).toMatchObject({ state: 'unknown', lastUsed: ago(200), why: told });
    expect(useOf({ identity: { attributes: { lastUsed: { state: 'never' } } } })).toMatchObject({ state: 'unknown' });
  });

  it('is used where anything says so', () => {
    expect(useOf({ usage: [{ last: ago(2), action: 's3:GetObject' }] })).toMatchObject({ state: 'used' });
    const attributes = { lastUsed: { state: 'used', at: ago(3) } };
    expect(useOf({ identity: { attributes }, observations: [{}] })).toMatchObject({ state: 'used', lastUsed: ago(3) });
  });

  it('is unknown where it is younger than the window', () => {
    expect(useOf({ identity: { created: ago(30) }, observations: [{}] }).state).toBe('unknown');
  });

  it('that nobody knows the age of is as old as its earlier use and the credentials made for it prove', () => {
    const ageless = Object.fromEntries([['created', undefined]]) as Partial<IdentityNode>;
    const stateOf = (estate: UseEstate): string => useOf({ identity: ageless, observations: [{}], ...estate }).state;
    expect(stateOf({})).toBe('unknown');
    expect(stateOf({ usage: [{ last: ago(200) }] })).toBe('unused');
    expect(stateOf({ usage: [{ refused: 1 }] })).toBe('unknown');
    expect(stateOf({ usage: [{ last: ago(200), perhaps: true }] })).toBe('unknown');
    expect(stateOf({ credentials: [{ ...never, created: ago(200) }] })).toBe('unused');
    expect(stateOf({ credentials: [{ ...never, created: ago(80) }] })).toBe('unknown');
    expect(stateOf({ credentials: [{ ...never, created: ago(200), attributes: { perhapsOlder: true } }] })).toBe(
      'unknown',
    );
  });

  it('is watched by a source that sees its whole scope', () => {
    expect(useOf({ observations: [{ subject: 'account', granularity: 'action' }] }).state).toBe('unused');
    const dataEventsOff = { include: ['*'], exclude: ['s3:GetObject'] };
    expect(useOf({ observations: [{ subject: 'account', granularity: 'action', actions: dataEventsOff }] }).state).toBe(
      'unknown',
    );
    expect(useOf({ observations: [{ granularity: 'credential' }] }).state).toBe('unknown');
  });
});

describe('what the provider manages', () => {
  it('is never unused', () => {
    const estate: UseEstate = {
      identity: { providerManaged: true },
      credentials: [never],
      observations: [{}, keyWatch('key0')],
    };
    const use = useOf(estate, ['s3']);
    expect(use).toMatchObject({ state: 'unknown', why: 'managed by the provider', ratio: { lo: 0, hi: 1 } });
    expect(use.credentials[0]).toMatchObject({ state: 'unknown', why: 'managed by the provider' });
    expect(use.services[0]).toMatchObject({ state: 'unknown', why: 'managed by the provider' });
  });

  it('is used where it was seen', () => {
    expect(useOf({ identity: { providerManaged: true }, usage: [{ last: ago(1) }] }).state).toBe('used');
  });
});

describe('a credential', () => {
  it('is unused where its source saw nothing', () => {
    const { credentials } = useOf({
      credentials: [never, usedAt(200)],
      observations: [keyWatch('key0'), keyWatch('key1')],
    });
    expect(credentials.map(({ state }) => state)).toEqual(['unused', 'unused']);
    expect(credentials[1]).toEqual({
      id: 'key1',
      type: 'access-key',
      status: 'active',
      state: 'unused',
      lastUsed: { state: 'used', at: ago(200) },
      ageDays: 1000,
    });
  });

  it('is unknown without a source, even where it was never used', () => {
    const [key] = useOf({ credentials: [never] }).credentials;
    expect(key).toMatchObject({
      state: 'unknown',
      why: 'no source in the input could have seen its use; `aws iam get-access-key-last-used` would tell',
    });
  });

  it('is unknown where it is younger than the window or of unknown age', () => {
    const young = useOf({ credentials: [{ ...never, created: ago(20) }], observations: [keyWatch('key0')] });
    expect(young.credentials[0]).toMatchObject({ state: 'unknown', ageDays: 20 });
  });

  it('is used by its own date or by a row with it', () => {
    expect(useOf({ credentials: [usedAt(10)] }).credentials[0]?.state).toBe('used');
    const row = { credential: 'key1', last: ago(10) };
    const { credentials } = useOf({ credentials: [{}, {}], usage: [row] });
    expect(credentials.map(({ state }) => state)).toEqual(['unknown', 'used']);
  });

  it('shows the status beside the use', () => {
    const { credentials } = useOf({
      credentials: [{ ...never, status: 'disabled' }],
      observations: [keyWatch('key0')],
    });
    expect(credentials[0]).toMatchObject({ status: 'disabled', state: 'unused' });
  });

  it('of unknown use is not unused because a source watched other credentials of the account', () => {
    const observations = [{ subject: 'account', granularity: 'credential' } as const];
    const { credentials } = useOf({ credentials: [{}, never], observations });
    expect(credentials.map(({ state }) => state)).toEqual(['unknown', 'unused']);
  });

  it('is unused with its identity, and not because the identity is watched', () => {
    expect(useOf({ credentials: [{}], observations: [{}] }).credentials[0]?.state).toBe('unused');
    expect(useOf({ credentials: [{}], observations: [{}], usage: [{ last: ago(5) }] }).credentials[0]?.state).toBe(
      'unknown',
    );
  });
});

describe('a user', () => {
  const user = (
    attributes: IdentityNode['attributes'] = { accessKeys: 2, passwordEnabled: false },
  ): Partial<IdentityNode> => ({
    type: 'user',
    ...(attributes === undefined ? {} : { attributes }),
  });
  const watched = [keyWatch('key0'), keyWatch('key1')];

  it('is used where one credential is', () => {
    const estate: UseEstate = { identity: user(), credentials: [never, usedAt(3)], observations: watched };
    expect(useOf(estate)).toMatchObject({ state: 'used', lastUsed: ago(3) });
  });

  it('is unused where each credential is and the input lists them all', () => {
    const use = useOf({ identity: user(), credentials: [never, usedAt(300)], observations: watched }, ['s3']);
    expect(use).toMatchObject({
      state: 'unused',
      lastUsed: ago(300),
      why: 'each of its 2 credentials is unused; one that was deleted would have left no trace',
    });
    expect(use.services).toEqual([{ permission: 's3:*', state: 'unused', sources: ['key watch'] }]);
  });

  it('is unknown where one credential is', () => {
    const use = useOf({ identity: user(), credentials: [never, never], observations: [keyWatch('key0')] });
    expect(use.state).toBe('unknown');
    expect(use.why).toBe(
      'its access-key `key1` may be in use: no source in the input could have seen its use; `aws iam get-access-key-last-used` would tell',
    );
  });

  it('is unknown where it may have credentials that are not in the input', () => {
    const estate: UseEstate = { credentials: [never, never], observations: watched };
    const whyOf = (rest: UseEstate): string => {
      const { state, why } = useOf({ ...estate, ...rest });
      return `${state}: ${why}`;
    };
    expect(whyOf({ identity: user({ accessKeys: 3, passwordEnabled: false }) })).toBe(
      'unknown: its access keys may not be in the input; what it lists is unused',
    );
    expect(whyOf({ identity: user({ accessKeys: 2, passwordEnabled: true }) })).toContain(
      'its console password may not',
    );
    expect(whyOf({ identity: user({ accessKeys: 2 }) })).toContain('its console password may not');
    const gaps = [{ what: 'SSH public keys', fix: 'aws iam list-ssh-public-keys' }];
    expect(whyOf({ identity: user(), gaps })).toBe(
      'unknown: its SSH public keys may not be in the input (to close it: aws iam list-ssh-public-keys); what it lists is unused',
    );
  });

  it('is unknown without credentials: one that is gone may have been used', () => {
    expect(useOf({ identity: user({ accessKeys: 0, passwordEnabled: false }) })).toMatchObject({
      state: 'unknown',
      why: 'it has no credential; one that was deleted would have left no trace',
    });
    expect(useOf({ identity: user() }).why).toContain('no source in the input');
  });

  it('is unknown where some use has no time', () => {
    const estate: UseEstate = { identity: user(), credentials: [never, never], observations: watched };
    expect(useOf({ ...estate, usage: [{ count: 3 }] }).state).toBe('unknown');
  });

  it('of another provider can be used without a credential', () => {
    const { why } = useOf({
      identity: { ...user(), provider: 'gcp' },
      credentials: [never],
      observations: watched.slice(0, 1),
    });
    expect(why).toContain('can be used without one of them');
  });
});

describe('services', () => {
  const seesServices = (...include: readonly string[]): Partial<Observation> => ({
    granularity: 'service',
    actions: { include, exclude: [] },
    source: 'report',
  });

  it('are used, unused and unknown', () => {
    const { services, counts, ratio } = useOf(
      {
        usage: [
          { action: 's3:*', last: ago(10), source: 'report' },
          { action: 'EC2:RunInstances', last: ago(100), source: 'report' },
          { action: 'sqs:*', last: ago(1) },
        ],
        observations: [seesServices('s3:*', 'ec2:*')],
      },
      ['sns', 's3', 'ec2', 'ec2:*'],
    );
    expect(services).toEqual([
      { permission: 'ec2:*', state: 'unused', lastUsed: ago(100), sources: ['report'] },
      { permission: 's3:*', state: 'used', lastUsed: ago(10), sources: ['report'] },
      {
        permission: 'sns:*',
        state: 'unknown',
        sources: [],
        why: 'no source in the input could have seen its use; `aws iam generate-service-last-accessed-details` would tell',
      },
    ]);
    expect(counts).toEqual({ granted: 3, used: 1, unused: 1, unknown: 1 });
    expect(ratio).toEqual({ lo: 1 / 3, hi: 2 / 3 });
  });

  it('are unknown where only some of their actions are watched', () => {
    const actions = { include: ['s3:*'], exclude: ['s3:GetObject'] };
    const [service] = useOf({ observations: [{ granularity: 'action', actions }] }, ['s3']).services;
    expect(service?.state).toBe('unknown');
  });

  it('are not told apart by a source that sees the identity only', () => {
    const [service] = useOf({ usage: [{ last: ago(1) }], observations: [{}] }, ['s3']).services;
    expect(service?.state).toBe('unknown');
  });

  it('are unused with their identity', () => {
    const use = useOf({ observations: [{ actions: anything }] }, ['s3']);
    expect(use.services).toEqual([{ permission: 's3:*', state: 'unused', sources: ['watch'] }]);
    expect(use.ratio).toEqual({ lo: 1, hi: 1 });
  });

  it('are not listed where nobody knows what is granted', () => {
    const graph = useEstate({ usage: [{ last: ago(1), action: 's3:*' }] });
    const identity = graph.identities[0];
    const question = { now: NOW, windowDays: 90, grantedServices: undefined };
    expect(identity && unusedOf(graph, identity, question)).toMatchObject({
      state: 'used',
      why: 'which services it is granted is not known',
      services: [],
      counts: { granted: 0 },
      ratio: { lo: null, hi: null },
    });
  });
});

it('throws for a time that is none and for a window that is none', () => {
  const graph = useEstate({});
  const [identity] = graph.identities;
  if (identity === undefined) throw new Error('the estate has lost its identity');
  const ask = (now: string, windowDays: number) => () =>
    unusedOf(graph, identity, { now, windowDays, grantedServices: [] });
  expect(ask('now', 90)).toThrow('not a time: `now`');
  for (const days of [0, -1, Number.NaN, Number.POSITIVE_INFINITY])
    expect(ask(NOW, days)).toThrow('not a number of days');
});
