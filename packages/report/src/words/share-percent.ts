import type { Bound } from '@keyreach/core/analysis';
import { boundText } from './bound-text.ts';

/** A share in percent: `12 %`, `12–80 %`; `unknown` where there is nothing to share. */
export function sharePercent({ lo, hi }: Bound): string {
  const percent = (share: number | null): number | null => (share === null ? null : Math.round(share * 100));
  const text = boundText({ lo: percent(lo), hi: percent(hi) });
  return text === 'unknown' ? text : `${text} %`;
}
