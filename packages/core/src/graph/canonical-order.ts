/**
 * The order of records in a built graph: by id or by fields, strings by code units, never by locale. Each comparison is
 * zero only for records of equal content, so sorting also brings duplicates together.
 */
import { canonicalJson } from './canonical-json.ts';
import type { Attachment, Certainty, Gap, GraphEdge, Observation, Usage } from './model.ts';
import { sameContent } from './same-content.ts';

/** Which of two records comes first: negative the left, positive the right, zero if they are equal. */
type Compare<T> = (left: T, right: T) => number;

/** By start, end, type; of parallel edges the surest first. */
export const compareEdges: Compare<GraphEdge> = (left, right) =>
  compareText(left.from, right.from) ||
  compareText(left.to, right.to) ||
  compareText(left.type, right.type) ||
  doubt[left.certainty ?? 'allow'] - doubt[right.certainty ?? 'allow'] ||
  compareContent(left, right);

/** By node, role, policy, name; of one policy placed several times on a node, by what else tells the placements apart. */
export const compareAttachments: Compare<Attachment> = (left, right) =>
  compareText(left.node, right.node) ||
  compareText(left.role, right.role) ||
  compareText(left.policy, right.policy) ||
  compareText(left.name, right.name) ||
  compareContent(left, right);

/** By identity, action, resource, credential, source, latest use. */
export const compareUsage: Compare<Usage> = (left, right) =>
  compareText(left.identity, right.identity) ||
  compareText(left.action, right.action) ||
  compareText(left.resource, right.resource) ||
  compareText(left.credential, right.credential) ||
  compareText(left.source, right.source) ||
  compareText(left.last, right.last) ||
  compareContent(left, right);

/** By subject, source, granularity, window. */
export const compareObservations: Compare<Observation> = (left, right) =>
  compareText(left.subject, right.subject) ||
  compareText(left.source, right.source) ||
  compareText(left.granularity, right.granularity) ||
  compareText(left.from, right.from) ||
  compareText(left.to, right.to) ||
  compareContent(left, right);

/** By scope, what, why. */
export const compareGaps: Compare<Gap> = (left, right) =>
  compareText(left.scope, right.scope) ||
  compareText(left.what, right.what) ||
  compareText(left.why, right.why) ||
  compareText(left.file, right.file) ||
  compareContent(left, right);

/**
 * The records in order, equal ones once.
 *
 * @param rankOf For each record a number that never falls from one record in order to the next. Comparing millions of
 * long ids takes many times longer than comparing the places of the nodes they name.
 */
export function sortedUnique<T extends object>(
  records: readonly T[],
  compare: Compare<T>,
  rankOf: readonly number[] = [],
): T[] {
  const ranks = Float64Array.from(rankOf);
  const order = Uint32Array.from(records, (_, index) => index);
  const compareAt = (left: number, right: number): number => {
    const difference = (ranks[left] ?? 0) - (ranks[right] ?? 0);
    if (difference !== 0) return difference;
    const [leftRecord, rightRecord] = [records[left], records[right]];
    return leftRecord === undefined || rightRecord === undefined ? 0 : compare(leftRecord, rightRecord);
  };
  order.sort(compareAt);
  const sorted: T[] = [];
  let previous: number | undefined;
  for (const index of order) {
    const record = records[index];
    if (record !== undefined && (previous === undefined || compareAt(previous, index) !== 0)) sorted.push(record);
    previous = index;
  }
  return sorted;
}

/** The values of a map in the order of their keys. */
export function sortedById<T>(records: ReadonlyMap<string, T>): T[] {
  const sorted: T[] = [];
  for (const id of [...records.keys()].sort()) {
    const record = records.get(id);
    if (record !== undefined) sorted.push(record);
  }
  return sorted;
}

const doubt: Readonly<Record<Certainty, number>> = { allow: 0, conditional: 1, unknown: 2 };

/** By code units; what is absent comes first. */
function compareText(left: string | undefined, right: string | undefined): number {
  if (left === right) return 0;
  if (left === undefined) return -1;
  if (right === undefined) return 1;
  return left < right ? -1 : 1;
}

function compareContent(left: object, right: object): number {
  return sameContent(left, right) ? 0 : compareText(canonicalJson(left), canonicalJson(right));
}
