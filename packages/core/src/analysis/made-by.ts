import type { IdentityNode, Timestamp } from '../graph/model.ts';
import { instantOf } from './time.ts';
import { earliestStart, type UseWindow } from './use-state.ts';

/**
 * When an identity was made, or had been: where nobody tells when it was made, its attribute `knownSince`, the earliest time it is
 * known to have existed at, if that is before any window that may be asked about. A later one says nothing: it may be older or not.
 */
export function madeBy({ created, attributes }: IdentityNode, window: UseWindow): Timestamp | undefined {
  if (created !== undefined) return created;
  const since = attributes?.['knownSince'];
  if (typeof since !== 'string') return undefined;
  const instant = instantOf(since);
  return instant !== undefined && instant <= earliestStart(window) ? since : undefined;
}
