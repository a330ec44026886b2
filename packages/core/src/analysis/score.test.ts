import { describe, expect, it } from 'vitest';
import { scoreOf, scoreTable } from './score.ts';
import { scoreCases, scoreInput } from './testing/score-cases.ts';

describe('scoreOf', () => {
  it.each(Object.entries(scoreCases))('gives the score of case %s in findings 3.5', (_, { input, score }) => {
    expect(scoreOf(scoreInput(input))).toMatchObject({ lo: score, hi: score });
  });

  it('shares out the exposure as findings 3.5 does for S2', () => {
    const { terms } = scoreOf(scoreInput(scoreCases['S2']?.input ?? {}));
    const exposure = terms.filter(({ side }) => side === 'exposure').map(({ name, hi }) => [name, hi.toFixed(3)]);
    expect(exposure).toEqual([
      ['static', '0.396'],
      ['age', '0.364'],
      ['shared', '0.239'],
    ]);
  });

  it('lists the terms of one side only where only that side counts', () => {
    const score = scoreOf(scoreInput({}, { admin: true, publicTrust: true }));
    expect(score.lo).toBe(1);
    expect(score.hi).toBe(83);
    expect(score.terms.map(({ side, name }) => `${side} ${name}`)).toEqual([
      'impact any',
      'impact admin',
      'exposure any subject or public',
    ]);
    expect(score.terms[0]?.lo).toBe(1);
    expect(score.terms[1]?.lo).toBe(0);
    expect(score.terms[2]).toMatchObject({ lo: 0, hi: 1 });
  });

  it('counts a leak of unknown validity less than a valid one, and never both', () => {
    const unknown = scoreOf(scoreInput({ leaked: 'unknown', sensitive: 2 }));
    const valid = scoreOf(scoreInput({ leaked: 'valid', sensitive: 2 }));
    expect(unknown.hi).toBe(36);
    expect(valid.hi).toBe(54);
    expect(valid.terms.filter(({ name }) => name.startsWith('leaked'))).toHaveLength(1);
  });

  it('takes a count without bound as nothing proven and nothing excluded', () => {
    const input = { ...scoreInput({}), sensitive: { lo: null, hi: null } };
    expect(scoreOf(input).lo).toBe(scoreOf(scoreInput({})).lo);
    expect(scoreOf(input).hi).toBe(scoreOf(scoreInput({ sensitive: 1_000_000 })).hi);
  });

  it('keeps the weights of the table between 0 and 1', () => {
    for (const row of [...scoreTable.impact, ...scoreTable.exposure]) {
      const weights = row.measure === 'leak' ? Object.values(row.weights) : [row.weight];
      for (const weight of weights) expect(weight >= 0 && weight < 1).toBe(true);
    }
  });
});
