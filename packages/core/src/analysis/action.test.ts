import { describe, expect, it } from 'vitest';
import { type ActionInput, actionOf, actionTable } from './action.ts';
import { compareActions } from './action-order.ts';
import type { UnboundedReach } from './results.ts';

const no = { lo: false, hi: false };
const yes = { lo: true, hi: true };
const maybe = { lo: false, hi: true };
const none = { lo: 0, hi: 0 };

function exactly(number: number): { readonly lo: number; readonly hi: number } {
  return { lo: number, hi: number };
}

/** A static key with an owner that nobody else can hold and that opens nothing. */
const quiet: ActionInput = {
  leak: 'none',
  status: 'active',
  publicTrust: no,
  outsideObtainer: no,
  thirdPartyHeld: no,
  consumers: exactly(1),
  admin: no,
  nonProdToProd: no,
  sensitive: none,
  secretsFanout: none,
  unbounded: [],
  persistence: 'none',
  validOwner: 'yes',
  sensitiveUnlogged: no,
  threeCannots: no,
};

function actionsOf(changes: Partial<ActionInput>): readonly [string, string] {
  const { lo, hi } = actionOf({ ...quiet, ...changes });
  return [lo, hi];
}

describe('the rows of findings 3.6', () => {
  const leaked = { leak: 'exact' } as const;
  const shared = { consumers: exactly(2) };
  it.each<[string, Partial<ActionInput>, string]>([
    ['1 critical', { ...leaked, admin: yes }, 'Act'],
    ['1 sensitive', { ...leaked, sensitive: exactly(1) }, 'Act'],
    ['2', leaked, 'Attend'],
    ['3', { ...shared, admin: yes, validOwner: 'no' }, 'Act'],
    ['4', { ...shared, admin: yes }, 'Attend'],
    ['5 long', { ...shared, admin: yes, persistence: 'long', validOwner: 'no' }, 'Track*'],
    ['5 short', { ...shared, admin: yes, persistence: 'short' }, 'Track*'],
    ['6', { admin: yes, validOwner: 'no' }, 'Track*'],
    ['7 obtainable, sensitive', { ...shared, sensitive: exactly(4), validOwner: 'no' }, 'Track'],
    ['7 contained, sensitive', { sensitive: exactly(4) }, 'Track'],
    ['7 nothing', {}, 'Track'],
  ])('row %s', (_, changes, action) => {
    expect(actionsOf(changes)).toEqual([action, action]);
  });

  it('end in a row that matches everything', () => {
    expect(actionTable.at(-1)).toEqual({ action: 'Track' });
  });
});

describe('the cases of findings 3.5', () => {
  const old = { admin: yes, sensitive: exactly(40) };
  it.each<[string, Partial<ActionInput>, string]>([
    ['S1', { ...old, leak: 'exact', nonProdToProd: yes, secretsFanout: exactly(10) }, 'Act'],
    ['S2 weak', { ...old, consumers: exactly(3), validOwner: 'no' }, 'Act'],
    ['S2 ok', { ...old, consumers: exactly(3) }, 'Attend'],
    ['S3', { sensitive: exactly(2), publicTrust: yes }, 'Act'],
    ['S4', { sensitive: exactly(3), nonProdToProd: yes }, 'Track*'],
    ['S5', { ...old, persistence: 'short' }, 'Track*'],
    ['S6', { leak: 'exact' }, 'Attend'],
    ['S7', {}, 'Track'],
  ])('%s', (_, changes, action) => {
    expect(actionsOf(changes)).toEqual([action, action]);
  });
});

describe('exposure', () => {
  const exposureOf = (changes: Partial<ActionInput>) => actionOf({ ...quiet, ...changes }).exposure;

  it.each<[string, Partial<ActionInput>, string]>([
    ['an exact leak', { leak: 'exact' }, 'open'],
    ['an exact leak of unknown status', { leak: 'exact', status: 'unknown' }, 'open'],
    ['an exact leak of a disabled key', { leak: 'exact', status: 'disabled' }, 'contained'],
    ['an exact leak of an expired key', { leak: 'exact', status: 'expired' }, 'contained'],
    ['a strong leak', { leak: 'strong' }, 'obtainable'],
    ['a candidate leak', { leak: 'candidate' }, 'obtainable'],
    ['public trust', { publicTrust: yes }, 'open'],
    ['an outside obtainer', { outsideObtainer: yes }, 'obtainable'],
    ['a third party', { thirdPartyHeld: yes }, 'obtainable'],
    ['one consumer', { consumers: exactly(1) }, 'contained'],
  ])('by %s', (_, changes, exposure) => {
    expect(exposureOf(changes)).toEqual({ lo: exposure, hi: exposure });
  });

  it('takes consumers nobody counted as many on hi only', () => {
    expect(exposureOf({ consumers: { lo: null, hi: null } })).toEqual({ lo: 'contained', hi: 'obtainable' });
  });
});

describe('reach', () => {
  const unbounded = (reach: Partial<UnboundedReach>): Partial<ActionInput> => ({
    unbounded: [{ scope: 's', class: 'data-read', certainty: 'allow', ...reach }],
  });

  it.each<[string, Partial<ActionInput>, string, string]>([
    ['a crossing without anything sensitive', { nonProdToProd: yes }, 'limited', 'limited'],
    ['a crossing with something sensitive', { nonProdToProd: yes, sensitive: { lo: 0, hi: 1 } }, 'limited', 'critical'],
    ['admin that is not proven', { admin: maybe }, 'limited', 'critical'],
    ['sensitive resources nobody listed', { sensitive: { lo: 0, hi: null } }, 'limited', 'sensitive'],
    ['a secret', { secretsFanout: exactly(1) }, 'sensitive', 'sensitive'],
    ['uncountable data', unbounded({}), 'sensitive', 'sensitive'],
    ['uncountable data, perhaps', unbounded({ certainty: 'unknown' }), 'limited', 'sensitive'],
    ['uncountable metadata', unbounded({ class: 'meta-read' }), 'limited', 'limited'],
    ['anything, disabled', { admin: yes, status: 'disabled' }, 'limited', 'limited'],
  ])('of %s', (_, changes, lo, hi) => {
    expect(actionOf({ ...quiet, ...changes }).reach).toEqual({ lo, hi });
  });
});

it('takes an owner whose validity is unknown as ok on lo and as weak on hi', () => {
  const action = actionOf({ ...quiet, consumers: exactly(3), admin: yes, validOwner: 'unknown' });
  expect(action).toMatchObject({ lo: 'Attend', hi: 'Act', governance: 'unknown', persistence: 'none' });
});

it('takes a sensitive target without log as weak', () => {
  const action = actionOf({ ...quiet, sensitiveUnlogged: yes });
  expect(action.governance).toBe('weak');
});

it('always acts on what can be neither rotated, attributed nor constrained', () => {
  expect(actionsOf({ threeCannots: yes })).toEqual(['Act', 'Act']);
  expect(actionsOf({ threeCannots: maybe })).toEqual(['Track', 'Act']);
});

it('orders actions by urgency', () => {
  expect((['Track', 'Track*', 'Act', 'Attend'] as const).toSorted(compareActions)).toEqual([
    'Act',
    'Attend',
    'Track*',
    'Track',
  ]);
});
