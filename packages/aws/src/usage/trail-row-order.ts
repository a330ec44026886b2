import type { TrailRow } from './trail-usage.ts';

/**
 * Order of the rows of a `TrailUsage`: principal, origin (none before any), event source, event name, marks, roles,
 * resource (none before any), each by code units. Negative where `left` comes first; 0 for rows of the same place.
 */
export function compareTrailRows(left: TrailRow, right: TrailRow): number {
  return (
    compareText(left.principal, right.principal) ||
    compareText(left.origin ?? '', right.origin ?? '') ||
    compareText(left.eventSource, right.eventSource) ||
    compareText(left.eventName, right.eventName) ||
    compareText(left.marks.join(','), right.marks.join(',')) ||
    compareText(left.roles.join(','), right.roles.join(',')) ||
    compareText(left.resource ?? '', right.resource ?? '')
  );
}

function compareText(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
