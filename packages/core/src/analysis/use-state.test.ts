import { describe, expect, it } from 'vitest';
import type { Observation } from '../graph/model.ts';
import { ago, NOW, watch } from './testing/use-estate.ts';
import { type UseAnswer, type UseEvidence, useStateOf } from './use-state.ts';

const DAY = 86_400_000;
const now = Date.parse(NOW);

/** Something old that a source watched for 400 days and saw no use of. */
function ask(changes: Partial<UseEvidence>): UseAnswer {
  const evidence: UseEvidence = {
    lastUse: undefined,
    undated: false,
    created: ago(1000),
    observations: [watch()],
    wouldTell: 'a log',
    ...changes,
  };
  return useStateOf(evidence, { now, length: 90 * DAY });
}

const seen = (facts: Partial<Observation>): readonly Observation[] => [{ ...watch(), ...facts }];
const usedAgo = (days: number): Partial<UseEvidence> => ({ lastUse: now - days * DAY });

describe('useStateOf', () => {
  it('is unused where a source saw nothing over the whole window', () => {
    const unused = { state: 'unused', sources: ['watch'], start: now - 90 * DAY };
    expect(ask({})).toEqual(unused);
    expect(ask(usedAgo(91))).toEqual(unused);
    expect(ask({ observations: seen({ from: ago(90) }) })).toEqual(unused);
    expect(ask({ observations: seen({ to: ago(3) }) }).start).toBe(now - 93 * DAY);
  });

  it('is used where use lies in the window, whether or not anything was watched', () => {
    expect(ask(usedAgo(90)).state).toBe('used');
    expect(ask({ ...usedAgo(1), observations: [], created: undefined }).state).toBe('used');
    expect(ask({ ...usedAgo(1), undated: true }).state).toBe('used');
    expect(ask(usedAgo(-5)).state).toBe('used');
  });

  it('is unknown where nothing watched', () => {
    expect(ask({ observations: [] })).toEqual({
      state: 'unknown',
      sources: [],
      why: 'no source in the input could have seen its use; a log would tell',
    });
    expect(ask({ observations: seen({ from: 'some day' }) }).state).toBe('unknown');
    expect(ask({ observations: [], silent: 'the report' }).why).toBe(
      'the report has no row for it, which is no proof that it is unused; a log would tell',
    );
    expect(ask({ silent: 'the report' }).state).toBe('unused');
    expect(ask({ observations: seen({ from: ago(-1), to: ago(-2) }) }).state).toBe('unknown');
  });

  it('is unknown where the evidence is too short', () => {
    expect(ask({ observations: seen({ from: ago(89) }) }).why).toBe(
      'the evidence covers 89 days of the 90 days asked for; a log would tell',
    );
    // Two short ones need not follow one another without a hole.
    expect(ask({ observations: [...seen({ from: ago(60) }), ...seen({ from: ago(120), to: ago(60) })] }).state).toBe(
      'unknown',
    );
  });

  it('is unknown where the evidence ends too early', () => {
    expect(ask({ observations: seen({ to: ago(8) }) }).why).toBe(
      'the evidence ends at 2026-06-22T00:00:00.000Z; a log would tell',
    );
    expect(ask({ observations: seen({ to: ago(7) }) }).state).toBe('unused');
  });

  it('looks at the window that ends with the evidence', () => {
    const observations = seen({ to: ago(5) });
    expect(ask({ observations, ...usedAgo(94) }).state).toBe('used');
    expect(ask({ observations, ...usedAgo(96) }).state).toBe('unused');
    expect(ask({ observations: [...observations, watch()], ...usedAgo(94) }).state).toBe('unused');
  });

  it('does not look past now', () => {
    expect(ask({ observations: seen({ from: ago(10), to: ago(-100) }) }).why).toContain('covers 10 days');
  });

  it('is unknown where the thing is younger than the window, or may be', () => {
    expect(ask({ created: ago(90) }).state).toBe('unused');
    expect(ask({ created: ago(89) }).why).toBe(
      'it is younger than the 90 days asked for: made 89 days before the evidence ends',
    );
    expect(ask({ created: ago(1) }).why).toContain('made 1 day before');
    expect(ask({ created: ago(0) }).why).toContain('made less than a day before');
    expect(ask({ created: ago(-1) }).why).toContain('made after the evidence ends');
    expect(ask({ created: undefined }).why).toBe(
      'when it was made is not in the input, so it may be younger than the 90 days asked for',
    );
  });

  it('is unknown where use is recorded without a time', () => {
    expect(ask({ undated: true }).why).toBe('its use is recorded without a time');
  });
});
