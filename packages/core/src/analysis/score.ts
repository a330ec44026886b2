import type { Bound, Score } from './results.ts';

/** A fact that is proven (`lo`) or that the evidence does not exclude (`hi`). */
export interface BooleanBound {
  readonly lo: boolean;
  readonly hi: boolean;
}

/** How far a leaked credential is known to work. */
export type LeakState = 'valid' | 'unknown' | 'none';

/** What a score is made of (findings 3.5). Counts with `hi: null` count as if there were no end to them. */
export interface ScoreInput {
  /** Full control of some scope. */
  readonly admin: BooleanBound;
  /** Sensitive resources reached. */
  readonly sensitive: Bound;
  /** Secrets readable and credentials that can be made. */
  readonly secrets: Bound;
  readonly nonProdToProd: BooleanBound;
  /** Access that cannot be counted. */
  readonly unbounded: BooleanBound;
  readonly identities: Bound;
  readonly crossCloud: BooleanBound;
  /** `lo` from exact joins with a leak report, `hi` from strong and candidate ones too. */
  readonly leaked: { readonly lo: LeakState; readonly hi: LeakState };
  /** Trust in any subject or the public. */
  readonly publicTrust: BooleanBound;
  /** Share of the known principals that can make, read or reset the credential: 0 to 1. */
  readonly obtainers: Bound;
  readonly thirdPartyHeld: BooleanBound;
  /** Long-lived secret material. */
  readonly static: BooleanBound;
  /** Days since the credential was made or rotated. 0 for keyless ones. */
  readonly rotationDays: Bound;
  /** Consumers where the credential is shared; 0 where it has one. */
  readonly consumers: Bound;
}

/** A row of the table of findings 3.5. */
type TermRow =
  | { readonly name: string; readonly weight: number; readonly measure: 'always' }
  | { readonly name: string; readonly weight: number; readonly measure: 'flag'; readonly of: FlagName }
  | { readonly name: string; readonly weight: number; readonly measure: 'fraction'; readonly of: CountName }
  | {
      readonly name: string;
      readonly weight: number;
      readonly measure: 'count';
      readonly of: CountName;
      readonly half: number;
    }
  | { readonly name: string; readonly weights: Readonly<Record<LeakState, number>>; readonly measure: 'leak' };

type FlagName = 'admin' | 'nonProdToProd' | 'unbounded' | 'crossCloud' | 'publicTrust' | 'thirdPartyHeld' | 'static';
type CountName = 'sensitive' | 'secrets' | 'identities' | 'obtainers' | 'rotationDays' | 'consumers';

/** `score.v1` (findings 3.5): weights, and for counts the number at which half of the weight is reached. */
export const scoreTable: { readonly impact: readonly TermRow[]; readonly exposure: readonly TermRow[] } = {
  impact: [
    { name: 'any', weight: 0.05, measure: 'always' },
    { name: 'admin', weight: 0.9, measure: 'flag', of: 'admin' },
    { name: 'sensitive', weight: 0.7, measure: 'count', of: 'sensitive', half: 1 },
    { name: 'secrets', weight: 0.6, measure: 'count', of: 'secrets', half: 2 },
    { name: 'nonprod to prod', weight: 0.5, measure: 'flag', of: 'nonProdToProd' },
    { name: 'unbounded', weight: 0.5, measure: 'flag', of: 'unbounded' },
    { name: 'identities', weight: 0.4, measure: 'count', of: 'identities', half: 5 },
    { name: 'cross-cloud', weight: 0.4, measure: 'flag', of: 'crossCloud' },
  ],
  exposure: [
    { name: 'leaked', weights: { valid: 0.98, unknown: 0.6, none: 0 }, measure: 'leak' },
    { name: 'any subject or public', weight: 0.9, measure: 'flag', of: 'publicTrust' },
    { name: 'obtainers', weight: 0.5, measure: 'fraction', of: 'obtainers' },
    { name: 'third party', weight: 0.4, measure: 'flag', of: 'thirdPartyHeld' },
    { name: 'static', weight: 0.3, measure: 'flag', of: 'static' },
    { name: 'age', weight: 0.3, measure: 'count', of: 'rotationDays', half: 180 },
    { name: 'shared', weight: 0.3, measure: 'count', of: 'consumers', half: 2 },
  ],
};

/**
 * The score of findings 3.5, a sorting aid and nothing else: `round(100·I·(0.15 + 0.85·E))`, half up, once on what is
 * proven and once on what the evidence does not exclude.
 *
 * `terms` are the rows that count on either side, in the order of the table. Their `lo` and `hi` are shares: of the
 * impact or the exposure of that side, from 0 to 1, 1 together wherever the side is not 0.
 */
export function scoreOf(terms: ScoreInput): Score {
  const lo = sideOf(terms, 'lo');
  const hi = sideOf(terms, 'hi');
  return { lo: total(lo), hi: total(hi), terms: [...shares('impact', lo, hi), ...shares('exposure', lo, hi)] };
}

interface Logarithms {
  readonly impact: readonly number[];
  readonly exposure: readonly number[];
}

type SideName = 'lo' | 'hi';

/** ln(1 - w·x) of every row: their sum is the logarithm of the product. */
function sideOf(terms: ScoreInput, side: SideName): Logarithms {
  const logarithm = (row: TermRow): number => Math.log1p(-weighted(row, terms, side));
  return { impact: scoreTable.impact.map(logarithm), exposure: scoreTable.exposure.map(logarithm) };
}

function weighted(row: TermRow, terms: ScoreInput, side: SideName): number {
  switch (row.measure) {
    case 'always':
      return row.weight;
    case 'flag':
      return terms[row.of][side] ? row.weight : 0;
    case 'fraction':
      return row.weight * Math.min(1, count(terms[row.of], side));
    case 'count':
      return row.weight * saturation(count(terms[row.of], side), row.half);
    case 'leak':
      return row.weights[terms.leaked[side]];
    default:
      return row satisfies never;
  }
}

/** What cannot be bounded proves nothing and excludes nothing. */
function count(bound: Bound, side: SideName): number {
  const value = bound[side] ?? (side === 'lo' ? 0 : Number.POSITIVE_INFINITY);
  return Math.max(0, value);
}

/** `sat(n, h) = 1 - 2^(-n/h)`: 0 at 0, a half at `half`, towards 1. */
function saturation(amount: number, half: number): number {
  return 1 - 2 ** (-amount / half);
}

function total({ impact, exposure }: Logarithms): number {
  const raw = 100 * -Math.expm1(sum(impact)) * (0.15 + 0.85 * -Math.expm1(sum(exposure)));
  return Math.floor(raw + 0.5);
}

function shares(side: 'impact' | 'exposure', lo: Logarithms, hi: Logarithms): Score['terms'] {
  const totalLo = sum(lo[side]);
  const totalHi = sum(hi[side]);
  return scoreTable[side].flatMap(({ name }, index) => {
    const shareLo = share(lo[side][index] ?? 0, totalLo);
    const shareHi = share(hi[side][index] ?? 0, totalHi);
    return shareLo === 0 && shareHi === 0 ? [] : [{ side, name, lo: shareLo, hi: shareHi }];
  });
}

function share(part: number, whole: number): number {
  return part === 0 ? 0 : part / whole;
}

function sum(values: readonly number[]): number {
  return values.reduce((left, right) => left + right, 0);
}
