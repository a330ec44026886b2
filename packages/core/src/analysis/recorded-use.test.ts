import { describe, expect, it } from 'vitest';
import type { Usage } from '../graph/model.ts';
import { latest, recordedUse, rowsAsOf, rowsByService, statedUse, withoutOldDoubts } from './recorded-use.ts';

const row = (facts: Partial<Usage>): Usage => ({ identity: 'a', action: '*', source: 's', ...facts });
const early = '2026-01-01T00:00:00Z';
const late = '2026-02-01T00:00:00Z';

describe('recordedUse', () => {
  it('takes the latest success', () => {
    const rows = [row({ last: early, source: 'b' }), row({ last: late }), row({ last: early })];
    expect(recordedUse(rows)).toEqual({ lastUse: Date.parse(late), undated: false, sources: ['b', 's'] });
  });

  it('does not take refused calls for use', () => {
    const nothing = { lastUse: undefined, undated: false, sources: [] };
    expect(recordedUse([row({ refused: 3 })])).toEqual(nothing);
    expect(recordedUse([row({ count: 0 })])).toEqual(nothing);
    expect(recordedUse([])).toEqual(nothing);
  });

  it('says where use has no time', () => {
    expect(recordedUse([row({ count: 1 })])).toMatchObject({ lastUse: undefined, undated: true });
    expect(recordedUse([row({ last: 'lately' })])).toMatchObject({ lastUse: undefined, undated: true });
    expect(recordedUse([row({ first: early })])).toMatchObject({ lastUse: Date.parse(early), undated: true });
  });

  it('takes what was perhaps use neither for use nor for none', () => {
    const doubt = row({ last: late, perhaps: true });
    expect(recordedUse([doubt])).toEqual({ lastUse: undefined, undated: true, perhaps: true, sources: [] });
    expect(recordedUse([doubt, row({ last: early })])).toMatchObject({ lastUse: Date.parse(early), perhaps: true });
    expect(recordedUse([doubt, row({ count: 1 })])).not.toHaveProperty('perhaps');
    expect(recordedUse([row({ refused: 2, perhaps: true })]).undated).toBe(false);
  });

  it('has no doubts about what lies before any window', () => {
    const rows = [row({ last: early, perhaps: true }), row({ last: early }), row({ count: 1, perhaps: true })];
    expect(withoutOldDoubts(rows, Date.parse(early) + 1)).toEqual(rows.slice(1));
    expect(withoutOldDoubts(rows, Date.parse(early))).toEqual(rows);
  });
});

it('rowsByService groups by the part before the colon, whatever its case', () => {
  const rows = [row({ action: 's3:GetObject' }), row({ action: 'S3:*' }), row({}), row({ action: 'ec2:*' })];
  const grouped = rowsByService(rows);
  expect([...grouped.keys()]).toEqual(['s3:*', 'ec2:*']);
  expect(grouped.get('s3:*')).toHaveLength(2);
});

it('statedUse reads what has the shape of a last use, and nothing else', () => {
  const now = Date.parse(late);
  expect(statedUse({ state: 'used', at: early }, now)).toBe(Date.parse(early));
  expect(statedUse({ state: 'used', at: late }, now)).toBe(now);
  // A later last use hides the ones before it.
  expect(statedUse({ state: 'used', at: late }, now - 1)).toBe('undated');
  expect(statedUse({ state: 'used', at: 'lately' }, now)).toBe('undated');
  expect(statedUse({ state: 'used' }, now)).toBe('undated');
  for (const other of [undefined, null, 'used', { state: 'never' }, { state: 'unknown' }, { at: early }, []]) {
    expect(statedUse(other, now)).toBeUndefined();
  }
});

it('latest leaves out what is not known', () => {
  expect(latest([undefined, 1, 3, undefined, 2])).toBe(3);
  expect(latest([undefined])).toBeUndefined();
});

it('rowsAsOf leaves out what began later, and the end of what goes on', () => {
  const now = Date.parse(early);
  expect(rowsAsOf([row({ first: early, last: early })], now)).toEqual([row({ first: early, last: early })]);
  expect(rowsAsOf([row({ first: late, last: late })], now)).toEqual([]);
  const going = recordedUse(rowsAsOf([row({ first: early, last: late })], now));
  expect(going).toMatchObject({ lastUse: now, undated: true });
  const untold = recordedUse(rowsAsOf([row({ last: late })], now));
  expect(untold).toMatchObject({ lastUse: undefined, undated: true });
});
