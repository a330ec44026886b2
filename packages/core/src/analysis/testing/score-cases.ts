import type { Bound } from '../results.ts';
import type { BooleanBound, LeakState, ScoreInput } from '../score.ts';

/** A score input without any spread: the same on both sides. */
export interface ExactScoreInput {
  readonly admin?: boolean;
  readonly sensitive?: number;
  readonly secrets?: number;
  readonly nonProdToProd?: boolean;
  readonly unbounded?: boolean;
  readonly identities?: number;
  readonly crossCloud?: boolean;
  readonly leaked?: LeakState;
  readonly publicTrust?: boolean;
  readonly obtainers?: number;
  readonly thirdPartyHeld?: boolean;
  readonly static?: boolean;
  readonly rotationDays?: number;
  readonly consumers?: number;
}

/** The cases of findings 3.5 with their rounded score. */
export const scoreCases: Readonly<Record<string, { readonly input: ExactScoreInput; readonly score: number }>> = {
  S1: {
    input: {
      admin: true,
      sensitive: 40,
      nonProdToProd: true,
      identities: 30,
      secrets: 10,
      leaked: 'valid',
      static: true,
      rotationDays: 700,
    },
    score: 99,
  },
  S2: {
    input: { admin: true, sensitive: 40, identities: 30, static: true, rotationDays: 700, consumers: 3 },
    score: 64,
  },
  S3: { input: { sensitive: 2, publicTrust: true }, score: 50 },
  S4: { input: { sensitive: 3, nonProdToProd: true, identities: 4, static: true, rotationDays: 200 }, score: 42 },
  S5: { input: { admin: true, sensitive: 40, identities: 30, obtainers: 0.02 }, score: 16 },
  S6: { input: { leaked: 'valid', static: true }, score: 5 },
  S7: { input: { static: true, rotationDays: 700 }, score: 3 },
};

/** Bounds whose `lo` comes from one input and whose `hi` from another. */
export function scoreInput(lo: ExactScoreInput, hi: ExactScoreInput = lo): ScoreInput {
  const flag = (
    name: 'admin' | 'nonProdToProd' | 'unbounded' | 'crossCloud' | 'publicTrust' | 'thirdPartyHeld' | 'static',
  ): BooleanBound => ({
    lo: lo[name] ?? false,
    hi: hi[name] ?? false,
  });
  const count = (name: 'sensitive' | 'secrets' | 'identities' | 'obtainers' | 'rotationDays' | 'consumers'): Bound => ({
    lo: lo[name] ?? 0,
    hi: hi[name] ?? 0,
  });
  return {
    admin: flag('admin'),
    sensitive: count('sensitive'),
    secrets: count('secrets'),
    nonProdToProd: flag('nonProdToProd'),
    unbounded: flag('unbounded'),
    identities: count('identities'),
    crossCloud: flag('crossCloud'),
    leaked: { lo: lo.leaked ?? 'none', hi: hi.leaked ?? 'none' },
    publicTrust: flag('publicTrust'),
    obtainers: count('obtainers'),
    thirdPartyHeld: flag('thirdPartyHeld'),
    static: flag('static'),
    rotationDays: count('rotationDays'),
    consumers: count('consumers'),
  };
}
