import { describe, expect, it } from 'vitest';
import { ActionCatalogue } from '../authz/action-catalogue.ts';
import type { Observation } from '../graph/model.ts';
import type { AccessCatalogue } from '../reach/access-class.ts';
import type { GrantedActions } from './granted-actions.ts';
import { actionUseOf, unrecordedUseOf, unusedOf } from './identity-use.ts';
import type { ActionUse, CredentialUse, IdentityUse, PermissionUse } from './results.ts';
import { ago, NOW, type UseEstate, useEstate } from './testing/use-estate.ts';

const catalogue = new ActionCatalogue(['doc:Delete', 'doc:Get', 'doc:Put', 'role:Assume', 'role:Grant']);
const access: AccessCatalogue = {
  provider: 'aws',
  rowsFor: () => [],
  classOf: (action) =>
    action === 'role:Grant'
      ? 'permission-admin'
      : action === 'doc:Delete'
        ? 'delete'
        : action === 'doc:Get'
          ? 'data-read'
          : 'control',
};

function granted(include: readonly string[], beyond: readonly string[] = []): GrantedActions {
  return { catalogue, bits: catalogue.select({ include, exclude: [] }).bits, beyond };
}

function useOf(estate: UseEstate, actions: GrantedActions = granted(['*'])): IdentityUse {
  const graph = useEstate(estate);
  const identity = graph.identity('who');
  if (identity === undefined) throw new Error('the estate has lost its identity');
  const asked = {
    now: NOW,
    windowDays: 90,
    grantedServices: ['doc', 'role'],
    grantedActions: actions,
    access,
  } as const;
  const listed = unusedOf(graph, identity, { ...asked, detail: 'actions' });
  const counted = unusedOf(graph, identity, asked);
  // Counting judges lots of actions at once, listing each by itself.
  expect(counted.actions).toEqual(withoutList(listed.actions));
  expect(counted.credentials.map(({ actions: one }) => one)).toEqual(
    listed.credentials.map(({ actions: one }) => withoutList(one)),
  );
  return listed;
}

function withoutList(use: ActionUse | undefined): ActionUse | undefined {
  if (use === undefined) return undefined;
  const { list, ...rest } = use;
  const count = (state: PermissionUse['state']): number => list?.filter((one) => one.state === state).length ?? -1;
  expect(rest.counts).toEqual({
    granted: list?.length,
    used: count('used'),
    unused: count('unused'),
    unknown: count('unknown'),
  });
  return rest;
}

function states({ actions }: IdentityUse | CredentialUse): Readonly<Record<string, string>> {
  return Object.fromEntries(actions?.list?.map(({ permission, state }) => [permission, state]) ?? []);
}

/** A log of the account that shows these actions. */
const log = (...include: readonly string[]): Partial<Observation> => ({
  subject: 'account',
  granularity: 'action',
  actions: { include, exclude: [] },
  source: 'log',
});
const tells = { byCredential: true } as const;

describe('an action', () => {
  it('is used where a row names it, in any case, and unused where a source that sees it saw none', () => {
    const use = useOf({
      usage: [{ action: 'DOC:get', last: ago(3), source: 'log' }],
      observations: [log('doc:Get', 'doc:Put')],
    });
    expect(states(use)).toEqual({
      'doc:Delete': 'unknown',
      'doc:Get': 'used',
      'doc:Put': 'unused',
      'role:Assume': 'unknown',
      'role:Grant': 'unknown',
    });
    expect(use.actions?.list?.[1]).toEqual({
      permission: 'doc:Get',
      class: 'data-read',
      state: 'used',
      lastUsed: ago(3),
      sources: ['log'],
    });
    expect(use.actions?.list?.[2]).toEqual({
      permission: 'doc:Put',
      class: 'control',
      state: 'unused',
      sources: ['log'],
    });
    expect(use.actions?.list?.[0]?.why).toBe(
      'no source in the input could have seen its use; CloudTrail logs of the whole window, with data events for actions on data, would tell',
    );
    expect(use.actions).toMatchObject({
      counts: { granted: 5, used: 1, unused: 1, unknown: 3 },
      ratio: { lo: 1 / 5, hi: 4 / 5 },
      // delete 4, data-read 3, control 2, control 2, permission-admin 8
      weighted: { counts: { granted: 19, used: 3, unused: 2, unknown: 14 }, ratio: { lo: 2 / 19, hi: 16 / 19 } },
    });
  });

  it('is only judged where it is granted', () => {
    const use = useOf({ usage: [{ action: 'doc:Get', last: ago(3) }], observations: [log('*')] }, granted(['doc:Put']));
    expect(states(use)).toEqual({ 'doc:Put': 'unused' });
  });

  it('that was used before the window is unused, with its last use', () => {
    const use = useOf({ usage: [{ action: 'doc:Get', last: ago(100) }], observations: [log('doc:Get')] });
    expect(use.actions?.list?.[1]).toMatchObject({ state: 'unused', lastUsed: ago(100) });
  });

  it('that was only refused is unused', () => {
    const usage = [{ action: 'doc:Get', count: 0, refused: 4 }];
    expect(states(useOf({ usage, observations: [log('doc:Get')] }))['doc:Get']).toBe('unused');
  });

  it('is unknown where the source is short, old or younger than asked for', () => {
    const why = (estate: UseEstate): string | undefined => useOf(estate).actions?.list?.[1]?.why;
    expect(why({ observations: [{ ...log('doc:Get'), from: ago(80) }] })).toContain('covers 80 days of the 90');
    expect(why({ observations: [{ ...log('doc:Get'), to: ago(30) }] })).toContain('the evidence ends at');
    const young = { identity: { created: ago(20) }, observations: [log('doc:Get')] };
    expect(why(young)).toContain('it is younger than the 90 days');
    expect(why({ usage: [{ action: 'doc:Get', count: 2 }], observations: [log('doc:Get')] })).toBe(
      'its use is recorded without a time',
    );
  });

  it('that a call may have needed is unknown, and unused once that is long ago', () => {
    const doubt = (days: number, observations: readonly Partial<Observation>[]): PermissionUse | undefined =>
      useOf({ usage: [{ action: 'doc:Get', last: ago(days), perhaps: true }], observations }).actions?.list?.[1];
    expect(doubt(5, [log('doc:Get')])).toMatchObject({ state: 'unknown', why: 'a recorded call may have needed it' });
    expect(doubt(100, [log('doc:Get')])?.state).toBe('unused');
  });

  it('is not used because its service is, and unknown then, unless a source sees the action', () => {
    const usage = [{ action: 'doc:*', last: ago(2), source: 'report' }];
    const report = { granularity: 'service', actions: { include: ['doc:*', 'role:*'], exclude: [] } } as const;
    const use = useOf({ usage, observations: [report, log('doc:Put')] });
    expect(states(use)).toEqual({
      'doc:Delete': 'unknown',
      'doc:Get': 'unknown',
      'doc:Put': 'unused',
      'role:Assume': 'unused',
      'role:Grant': 'unused',
    });
  });

  it('is counted with its service where nobody said which services are granted', () => {
    const graph = useEstate({
      observations: [{ granularity: 'service', actions: { include: ['doc:*'], exclude: [] }, source: 'report' }],
    });
    const [identity] = graph.identities;
    if (identity === undefined) throw new Error('the estate has lost its identity');
    const asked = { now: NOW, windowDays: 90, grantedServices: undefined, grantedActions: granted(['*']) } as const;
    const counts = { granted: 5, used: 0, unused: 3, unknown: 2 };
    expect(unusedOf(graph, identity, { ...asked, detail: 'actions' }).actions?.counts).toEqual(counts);
    expect(unusedOf(graph, identity, asked).actions?.counts).toEqual(counts);
  });

  it('is unused with its identity', () => {
    const use = useOf({ observations: [{}] });
    expect(use.actions?.counts).toEqual({ granted: 5, used: 0, unused: 5, unknown: 0 });
  });

  it('is never unused where the provider manages the identity', () => {
    const use = useOf({ identity: { providerManaged: true }, observations: [{}, log('*')] });
    expect(use.actions?.counts).toEqual({ granted: 5, used: 0, unused: 0, unknown: 5 });
    expect(use.actions?.list?.[0]?.why).toBe('managed by the provider');
  });

  it('is not spoken of where nobody knows what is granted', () => {
    const graph = useEstate({ credentials: [{}] });
    const [identity] = graph.identities;
    const use = identity && unusedOf(graph, identity, { now: NOW, windowDays: 90, grantedServices: ['doc'] });
    expect(use).not.toHaveProperty('actions');
    expect(use?.credentials[0]).not.toHaveProperty('actions');
  });

  it('that nobody knows counts by its pattern', () => {
    const beyond = ['new:*', 'new:get*', 'newer:*'];
    const usage = [{ action: 'New:Put', last: ago(2) }];
    const all = useOf({ usage, observations: [log('newer:*', 'new:get?')] }, granted([], beyond));
    expect(states(all)).toEqual({ 'new:*': 'used', 'new:get*': 'unknown', 'newer:*': 'unused' });
    expect(all.actions?.weighted?.counts.granted).toBe(6);
  });

  it('can be asked for one by one', () => {
    const graph = useEstate({ usage: [{ action: 'doc:Get', last: ago(1) }], observations: [log('doc:*')] });
    const [identity] = graph.identities;
    if (identity === undefined) throw new Error('the estate has lost its identity');
    const toldBy = (action: string): string => `the log of ${action}`;
    const ask = actionUseOf(graph, identity, { now: NOW, windowDays: 90, toldBy });
    expect(ask('doc:get')).toMatchObject({ permission: 'doc:get', state: 'used' });
    expect(ask('doc:Unheard')).toEqual({ permission: 'doc:Unheard', state: 'unused', sources: ['log'] });
    expect(ask('role:Grant').why).toBe(
      'no source in the input could have seen its use; the log of role:Grant would tell',
    );
  });
});

describe('what a pattern stands for beside recorded actions', () => {
  const graph = useEstate({
    usage: [{ action: 'doc:Get', last: ago(1) }],
    observations: [log('doc:*')],
  });
  const question = { now: NOW, windowDays: 90 } as const;

  it('is unused where a source would have shown any other, and unknown where none would', () => {
    const ask = unrecordedUseOf(graph, graph.identities[0]!, question);
    expect(ask('doc:*').state).toBe('unused');
    expect(ask('*').state).toBe('unknown');
    expect(actionUseOf(graph, graph.identities[0]!, question)('doc:*').state).toBe('used');
  });

  it('tells of a single action what is recorded', () => {
    expect(unrecordedUseOf(graph, graph.identities[0]!, question)('doc:get').state).toBe('used');
  });
});

describe('an action with one of several credentials', () => {
  const keys = [{}, {}];
  const used = { action: 'doc:Get', credential: 'key0', last: ago(3), source: 'log' };
  const statesOf = (estate: UseEstate): readonly (string | undefined)[] =>
    useOf({ credentials: keys, ...estate }).credentials.map((one) => states(one)['doc:Get']);

  it('is used with the one and unused with the other', () => {
    const use = useOf({ credentials: keys, usage: [used], observations: [{ ...log('doc:Get', 'doc:Put'), ...tells }] });
    expect(use.credentials.map((one) => states(one))).toEqual([
      {
        'doc:Delete': 'unknown',
        'doc:Get': 'used',
        'doc:Put': 'unused',
        'role:Assume': 'unknown',
        'role:Grant': 'unknown',
      },
      {
        'doc:Delete': 'unknown',
        'doc:Get': 'unused',
        'doc:Put': 'unused',
        'role:Assume': 'unknown',
        'role:Grant': 'unknown',
      },
    ]);
    expect(use.credentials[0]?.services).toMatchObject([{ state: 'used' }, { state: 'unknown' }]);
    expect(use.credentials[1]?.services).toMatchObject([{ state: 'unknown' }, { state: 'unknown' }]);
  });

  it('is unknown where the source does not tell credentials', () => {
    expect(statesOf({ usage: [used], observations: [log('doc:Get')] })).toEqual(['used', 'unknown']);
  });

  it('is unknown where use is recorded that may be of any', () => {
    const observations = [{ ...log('doc:Get'), ...tells }];
    const { credential: _, ...untold } = used;
    expect(statesOf({ usage: [used, untold], observations })).toEqual(['used', 'unknown']);
    expect(statesOf({ usage: [used, { ...untold, last: ago(120) }], observations })).toEqual(['used', 'unused']);
    expect(statesOf({ usage: [used, { ...untold, last: ago(120), count: 3, first: ago(130) }], observations })).toEqual(
      ['used', 'unused'],
    );
  });

  it('is unused where the other use was with none of them', () => {
    const observations = [{ ...log('doc:Get'), ...tells }];
    const other = { action: 'doc:Get', last: ago(2), source: 'log', otherCredential: true };
    expect(statesOf({ usage: [other], observations })).toEqual(['unused', 'unused']);
  });

  it('is not unknown because another source saw the same use without its credential', () => {
    const observations = [{ ...log('doc:Get'), ...tells, to: ago(2) }];
    const report = { action: 'doc:Get', source: 'report' };
    expect(statesOf({ usage: [used, { ...report, last: ago(3) }], observations })).toEqual(['used', 'unused']);
    // After the end of the log it may have been any.
    expect(statesOf({ usage: [used, { ...report, last: ago(1) }], observations })).toEqual(['used', 'unknown']);
    expect(statesOf({ usage: [used, { ...report, count: 1 }], observations })).toEqual(['used', 'unknown']);
  });

  it('is unused with each where nobody used it, unless the credential is younger', () => {
    const observations = [log('doc:Get')];
    expect(statesOf({ observations })).toEqual(['unused', 'unused']);
    expect(statesOf({ credentials: [{ created: ago(10) }, {}], observations })).toEqual(['unknown', 'unused']);
    expect(statesOf({ credentials: [{ created: ago(10) }, {}], usage: [], observations: [{}] })).toEqual([
      'unknown',
      'unused',
    ]);
  });

  it('is unused with a credential that is unused as a whole', () => {
    const watched = { subject: 'key1', granularity: 'credential', source: 'key watch' } as const;
    const credentials = [{}, { lastUsed: { state: 'never' } }] as const;
    const { credential: _, ...untold } = used;
    const use = useOf({ credentials, usage: [untold], observations: [watched] });
    expect(use.credentials.map((one) => states(one)['doc:Get'])).toEqual(['unknown', 'unused']);
    expect(use.credentials[1]?.services).toMatchObject([{ state: 'unused' }, { state: 'unused' }]);
  });

  it('is never unused where the provider manages the identity', () => {
    const identity = { providerManaged: true };
    expect(statesOf({ identity, usage: [used], observations: [{ ...log('doc:Get'), ...tells }] })).toEqual([
      'used',
      'unknown',
    ]);
  });
});
