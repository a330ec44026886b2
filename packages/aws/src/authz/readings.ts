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
  /** Not signed with a session that may carry MFA; whether the key is absent or false is not told (aws.md 1.12). */
  readonly noMfa: Reading;
  readonly value: (value: string) => Reading;
} = {
  absent: { state: 'absent' },
  atRequest: { state: 'undecided', truth: CONDITIONAL, present: false },
  presentAtRequest: { state: 'undecided', truth: CONDITIONAL, present: true },
  uncollected: { state: 'undecided', truth: UNKNOWN, present: false },
  noMfa: {
    state: 'either',
    readings: [{ state: 'absent' }, { state: 'values', values: ['false'] }],
    truth: CONDITIONAL,
  },
  value: (value) => ({ state: 'values', values: [value] }),
};
