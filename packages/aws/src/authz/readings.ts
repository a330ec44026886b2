import { CONDITIONAL, UNKNOWN } from '@keyreach/core/authz';
import type { Reading } from './reading.ts';

/** The readings that need no value, and the one with a single value. */
export const readings: {
  readonly absent: Reading;
  /** Known only when the request is made. */
  readonly atRequest: Reading;
  /** In every request of this kind, with a value known only when it is made. */
  readonly presentAtRequest: Reading;
  /** The input does not say. */
  readonly uncollected: Reading;
  readonly value: (value: string) => Reading;
} = {
  absent: { state: 'absent' },
  atRequest: { state: 'undecided', truth: CONDITIONAL, present: false },
  presentAtRequest: { state: 'undecided', truth: CONDITIONAL, present: true },
  uncollected: { state: 'undecided', truth: UNKNOWN, present: false },
  value: (value) => ({ state: 'values', values: [value] }),
};
