import { type EventIdSet, isRecord, type RawRecord } from '@keyreach/core/input';
import type { GcpAuditRow } from '../bundle/gcp-input.ts';
import { type AuditCall, type AuditUse, auditCallOf, auditLogOf } from './audit-entry.ts';
import { AUDIT_RESOURCE_LIMIT, compareAuditRows } from './audit-row-order.ts';

/** First and last time of the entries of one log, to the second. */
export interface SeenEntries {
  readonly first: string;
  readonly last: string;
}

/** What became of an entry. `unusable`: it lacks what every entry of an audit log has. */
export type TakenEntry = 'counted' | 'left-out' | 'unusable';

/** Entries of one row. */
interface Sum {
  first: string;
  last: string;
  count: number;
  refused: number;
}

/** Rows that differ in their resource only. */
interface Resources {
  readonly row: Omit<GcpAuditRow, 'resource' | 'first' | 'last' | 'count' | 'refused'>;
  /** By resource; one of the empty text where there were too many. */
  readonly sums: Map<string, Sum>;
  together: boolean;
}

/**
 * Adds entries of audit logs up into rows, by the rules of `docs/usage-gcp.md`. In whatever order entries come the rows are the
 * same. Memory grows with rows, not with entries.
 */
export class AuditAggregation {
  readonly #ids: EventIdSet;
  readonly #rows = new Map<string, Resources>();
  /** By `container log`. */
  readonly #seen = new Map<string, SeenEntries>();
  readonly #changes = new Set<string>();

  /** `ids`: entries that were there before. */
  constructor(ids: EventIdSet) {
    this.#ids = ids;
  }

  /** Adds one parsed entry. */
  take(entry: unknown): TakenEntry {
    if (!isRecord(entry)) return 'unusable';
    const log = auditLogOf(entry['logName']);
    if (log === undefined) return typeof entry['logName'] === 'string' ? 'left-out' : 'unusable';
    const call = auditCallOf(entry);
    if (call === 'unusable') return 'unusable';
    const id = entry['insertId'];
    if (typeof id === 'string' && id !== '') {
      if (!this.#ids.add(JSON.stringify([entry['logName'], entry['timestamp'], id]))) return 'left-out';
    }
    this.#see(`${log.container} ${log.log}`, entry);
    if (changesAuditConfig(entry)) this.#changes.add(JSON.stringify([log.container, secondIn(entry)]));
    if (call === 'none') return 'left-out';
    for (const use of call.uses) this.#count(call, use);
    return 'counted';
  }

  /** The rows of all entries, in the order of a `GcpAuditUsage`. */
  rows(): readonly GcpAuditRow[] {
    const rows: GcpAuditRow[] = [];
    for (const { row, sums } of this.#rows.values()) {
      for (const [resource, { first, last, count, refused }] of sums) {
        rows.push({
          ...row,
          ...(resource === '' ? {} : { resource }),
          ...(count === 0 ? {} : { first, last }),
          count,
          refused,
        });
      }
    }
    return rows.sort(compareAuditRows);
  }

  /** Times of the entries that were taken, by `container log`; sorted. */
  seen(): ReadonlyMap<string, SeenEntries> {
    return new Map([...this.#seen].sort(([left], [right]) => (left < right ? -1 : 1)));
  }

  /** Changes of audit configurations, sorted. */
  auditConfigChanges(): readonly { readonly container: string; readonly at: string }[] {
    return [...this.#changes].sort().map((change) => {
      const [container, at] = JSON.parse(change) as [string, string];
      return { container, at };
    });
  }

  #count(call: AuditCall, { permission, method, resource: given, refused }: AuditUse): void {
    const { principal, keyId, delegators, service, time } = call;
    const key = JSON.stringify([principal, keyId ?? '', delegators, service, permission, method]);
    let resources = this.#rows.get(key);
    if (resources === undefined) {
      const row = {
        principal,
        ...(keyId === undefined ? {} : { keyId }),
        delegators,
        ...(permission === '' ? {} : { permission }),
        ...(method === '' ? {} : { method }),
        service,
      };
      resources = { row, sums: new Map(), together: false };
      this.#rows.set(key, resources);
    }
    const sum = sumOf(resources, given);
    if (refused) {
      sum.refused += 1;
      return;
    }
    if (sum.count === 0 || time < sum.first) sum.first = time;
    if (sum.count === 0 || time > sum.last) sum.last = time;
    sum.count += 1;
  }

  #see(log: string, entry: RawRecord): void {
    const time = secondIn(entry);
    const known = this.#seen.get(log);
    if (known === undefined) this.#seen.set(log, { first: time, last: time });
    else if (time < known.first) this.#seen.set(log, { ...known, first: time });
    else if (time > known.last) this.#seen.set(log, { ...known, last: time });
  }
}

function sumOf(resources: Resources, given: string): Sum {
  const resource = resources.together ? '' : given;
  const known = resources.sums.get(resource);
  if (known !== undefined) return known;
  const sum: Sum = { first: '', last: '', count: 0, refused: 0 };
  if (resources.sums.size < AUDIT_RESOURCE_LIMIT) {
    resources.sums.set(resource, sum);
    return sum;
  }
  for (const { first, last, count, refused } of resources.sums.values()) {
    if (count > 0) {
      if (sum.count === 0 || first < sum.first) sum.first = first;
      if (sum.count === 0 || last > sum.last) sum.last = last;
    }
    sum.count += count;
    sum.refused += refused;
  }
  resources.sums.clear();
  resources.sums.set('', sum);
  resources.together = true;
  return sum;
}

/** Only of entries whose time can be read. */
function secondIn(entry: RawRecord): string {
  return `${String(entry['timestamp']).slice(0, 19)}Z`;
}

/** Whether a policy was set with other audit settings than before (`serviceData` of SetIamPolicy). */
function changesAuditConfig(entry: RawRecord): boolean {
  const payload = entry['protoPayload'];
  const data = isRecord(payload) ? (payload['serviceData'] ?? payload['metadata']) : undefined;
  const delta = isRecord(data) ? data['policyDelta'] : undefined;
  const changes = isRecord(delta) ? delta['auditConfigDeltas'] : undefined;
  return Array.isArray(changes) && changes.length > 0;
}
