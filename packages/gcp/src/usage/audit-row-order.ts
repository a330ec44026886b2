import type { GcpAuditRow } from '../bundle/gcp-input.ts';

/** How many resources of rows that are equal otherwise are told apart; more are told as one row without a resource. */
export const AUDIT_RESOURCE_LIMIT = 64;

/**
 * Order of the rows of a `GcpAuditUsage`: principal, key, delegators, service, permission, method, resource (none before any),
 * each by code units. Negative where `left` comes first; 0 for rows of the same place.
 */
export function compareAuditRows(left: GcpAuditRow, right: GcpAuditRow): number {
  return (
    compareText(left.principal, right.principal) ||
    compareText(left.keyId ?? '', right.keyId ?? '') ||
    compareText(left.delegators.join('\n'), right.delegators.join('\n')) ||
    compareText(left.service, right.service) ||
    compareText(left.permission ?? '', right.permission ?? '') ||
    compareText(left.method ?? '', right.method ?? '') ||
    compareText(left.resource ?? '', right.resource ?? '')
  );
}

function compareText(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
