import type { EventIdSet } from '@keyreach/core/input';
import type { AzureUseRow } from '../bundle/azure-input.ts';
import type { LogUse } from './log-use.ts';

/** Resources that rows of one principal and action tell apart; beyond them they are one row. */
export const RESOURCE_LIMIT = 1_000;

/** Records of one row. */
interface Sum {
  first: string;
  last: string;
  count: number;
  failed: number;
  readonly roles: Set<string>;
}

/** Rows that differ in their resource only. */
interface Resources {
  readonly row: Omit<LogUse['row'], 'resource'>;
  /** By resource; one of the empty text where there were too many. */
  readonly sums: Map<string, Sum>;
  together: boolean;
}

/** Adds records of logs up into rows, the same in whatever order they come. Memory grows with rows, not with records. */
export class LogAggregation {
  readonly #calls: EventIdSet;
  readonly #rows = new Map<string, Resources>();

  /** `calls`: those that were counted before. */
  constructor(calls: EventIdSet) {
    this.#calls = calls;
  }

  /** Adds one record. */
  take({ row: { resource = '', ...row }, roles = [], time, failed, call }: LogUse): void {
    const isNew = call === undefined || this.#calls.add(`${row.kind} ${call}`);
    const key = JSON.stringify([
      row.kind,
      row.principalId,
      row.appId,
      row.credentialId,
      row.attachedResource,
      row.action,
    ]);
    let resources = this.#rows.get(key);
    if (resources === undefined) {
      resources = { row, sums: new Map(), together: false };
      this.#rows.set(key, resources);
    }
    const sum = sumOf(resources, resource);
    for (const role of roles) sum.roles.add(role);
    // Records of one call differ in time: the first and the last count, whichever comes first.
    if (!failed) {
      if (sum.first === '' || time < sum.first) sum.first = time;
      if (time > sum.last) sum.last = time;
    }
    if (!isNew) return;
    if (failed) sum.failed += 1;
    else sum.count += 1;
  }

  /** The rows of all records, sorted. */
  rows(): readonly AzureUseRow[] {
    const found: (readonly [string, AzureUseRow])[] = [];
    for (const [key, { row, sums }] of this.#rows) {
      for (const [resource, { first, last, count, failed, roles }] of sums) {
        found.push([
          `${key} ${resource}`,
          {
            ...row,
            ...(resource === '' ? {} : { resource }),
            ...(count === 0 ? {} : { first, last }),
            count,
            failed,
            ...(roles.size === 0 ? {} : { roles: [...roles].sort() }),
          },
        ]);
      }
    }
    return found.sort(([left], [right]) => (left < right ? -1 : 1)).map(([, row]) => row);
  }
}

function sumOf(resources: Resources, given: string): Sum {
  const { sums } = resources;
  const resource = resources.together ? '' : given;
  const known = sums.get(resource);
  if (known !== undefined) return known;
  if (sums.size < RESOURCE_LIMIT) {
    const sum: Sum = { first: '', last: '', count: 0, failed: 0, roles: new Set() };
    sums.set(resource, sum);
    return sum;
  }
  const all: Sum = { first: '', last: '', count: 0, failed: 0, roles: new Set() };
  for (const { first, last, count, failed, roles } of sums.values()) {
    if (first !== '' && (all.first === '' || first < all.first)) all.first = first;
    if (last > all.last) all.last = last;
    all.count += count;
    all.failed += failed;
    for (const role of roles) all.roles.add(role);
  }
  sums.clear();
  sums.set('', all);
  resources.together = true;
  return all;
}
