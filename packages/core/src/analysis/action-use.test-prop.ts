import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ActionCatalogue } from '../authz/action-catalogue.ts';
import type { CredentialNode, Observation, Usage } from '../graph/model.ts';
import type { GrantedActions } from './granted-actions.ts';
import { unusedOf } from './identity-use.ts';
import type { ActionUse, IdentityUse, UseState } from './results.ts';
import { ago, NOW, type UseEstate, useEstate } from './testing/use-estate.ts';

const catalogue = new ActionCatalogue(['a:One', 'a:Three', 'a:Two', 'b:One']);
const granted: GrantedActions = {
  catalogue,
  bits: catalogue.select({ include: ['*'], exclude: [] }).bits,
  beyond: ['c:*'],
};

// No use between 90 and 100 days ago: where evidence ends decides whether that lies in the window.
const days = fc.constantFrom(1, 30, 89, 101, 300);
const source = fc.constantFrom('log', 'report');
const usage: fc.Arbitrary<Partial<Usage>> = fc
  .record(
    {
      action: fc.constantFrom('a:One', 'A:two', 'a:*', 'b:One', 'c:Some', '*'),
      credential: fc.constantFrom('key0', 'key1'),
      otherCredential: fc.boolean(),
      last: days.map(ago),
      count: fc.nat(2),
      perhaps: fc.boolean(),
      source,
    },
    { requiredKeys: ['action', 'source'] },
  )
  .map(({ credential, otherCredential, ...row }) =>
    credential !== undefined
      ? { ...row, credential }
      : otherCredential === undefined
        ? row
        : { ...row, otherCredential },
  );
const observation: fc.Arbitrary<Partial<Observation>> = fc.record({
  subject: fc.constantFrom('who', 'account', 'key0', 'key1'),
  granularity: fc.constantFrom('action', 'action', 'service', 'identity', 'credential'),
  actions: fc.record({
    include: fc.subarray(['*', 'a:*', 'a:One', 'a:Two', 'b:*', 'c:*']),
    exclude: fc.subarray(['a:Two'], { maxLength: 1 }),
  }),
  byCredential: fc.boolean(),
  from: fc.constantFrom(30, 95, 150, 400).map(ago),
  to: fc.constantFrom(0, 3, 20).map(ago),
  source,
});
const credential: fc.Arbitrary<Partial<CredentialNode>> = fc.record({
  created: fc.constantFrom(20, 93, 1000).map(ago),
  lastUsed: fc.oneof(
    fc.constant({ state: 'unknown' } as const),
    fc.constant({ state: 'never' } as const),
    days.map((at) => ({ state: 'used', at: ago(at) }) as const),
  ),
});
const estate = fc.record({
  identity: fc.record({ created: fc.constantFrom(20, 93, 1000).map(ago) }),
  credentials: fc.array(credential, { minLength: 2, maxLength: 2 }),
  usage: fc.array(usage, { maxLength: 6 }),
  observations: fc.array(observation, { maxLength: 5 }),
});

function useOf(given: UseEstate, detail: 'actions' | 'counts' = 'actions'): IdentityUse {
  const graph = useEstate(given);
  const [identity] = graph.identities;
  if (identity === undefined) throw new Error('the estate has lost its identity');
  const question = { now: NOW, windowDays: 90, grantedServices: ['a', 'b'], grantedActions: granted, detail } as const;
  return unusedOf(graph, identity, question);
}

/** States by action, of the identity and of each credential. */
function states(use: IdentityUse): ReadonlyMap<string, UseState> {
  const of = (who: string, actions: ActionUse | undefined): [string, UseState][] =>
    (actions?.list ?? []).map(({ permission, state }) => [`${who} ${permission}`, state]);
  return new Map([
    ...of('who', use.actions),
    ...use.credentials.flatMap(({ id, actions }): [string, UseState][] => of(id, actions)),
  ]);
}

const runs = { numRuns: 300 };

it('more use never makes less of what is used', () => {
  fc.assert(
    fc.property(estate, usage, (given, more) => {
      const before = states(useOf(given));
      const after = states(useOf({ ...given, usage: [...given.usage, more] }));
      for (const [key, state] of before) if (state === 'used') expect(after.get(key), key).toBe('used');
    }),
    runs,
  );
});

it('an observation less never makes anything unused', () => {
  fc.assert(
    fc.property(estate, fc.nat(), (given, at) => {
      const fewer = given.observations.filter((_, index) => index !== at % Math.max(1, given.observations.length));
      const before = states(useOf(given));
      const after = states(useOf({ ...given, observations: fewer }));
      for (const [key, state] of after) if (state === 'unused') expect(before.get(key), key).toBe('unused');
    }),
    runs,
  );
});

it('an observation more changes nothing that is used', () => {
  fc.assert(
    fc.property(estate, observation, (given, more) => {
      const before = states(useOf(given));
      const after = states(useOf({ ...given, observations: [...given.observations, more] }));
      for (const [key, state] of before) expect(after.get(key) === 'used', key).toBe(state === 'used');
    }),
    runs,
  );
});

it('what one credential uses its identity uses, and what the identity leaves unused no credential uses', () => {
  fc.assert(
    fc.property(estate, (given) => {
      const found = states(useOf(given));
      for (const [key, state] of found) {
        const ofIdentity = found.get(`who ${key.slice(key.indexOf(' ') + 1)}`);
        if (state === 'used') expect(ofIdentity, key).toBe('used');
        if (ofIdentity === 'unused') expect(state, key).not.toBe('used');
      }
    }),
    runs,
  );
});

it('counts are those of the list, and sum up', () => {
  fc.assert(
    fc.property(estate, (given) => {
      const listed = useOf(given);
      const counted = useOf(given, 'counts');
      const pairs = [
        [listed.actions, counted.actions],
        ...listed.credentials.map((one, index) => [one.actions, counted.credentials[index]?.actions] as const),
      ] as const;
      for (const [one, other] of pairs) {
        const { list, ...rest } = one!;
        expect(other).toEqual(rest);
        const { granted: all, used, unused, unknown } = rest.counts;
        expect(used + unused + unknown).toBe(all);
        expect(all).toBe(5);
        expect(list?.filter(({ state }) => state === 'unused')).toHaveLength(unused);
      }
    }),
    runs,
  );
});
