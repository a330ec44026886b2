import { isRecord } from '@keyreach/core/input';
import { Invalid } from './invalid.ts';

/** Operator → condition key → values, each a list of strings. */
export type ConditionBlock = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;

/** A block without conditions. */
export const NO_CONDITIONS: ConditionBlock = {};

/**
 * Reads the `Condition` element: scalars become lists, numbers and booleans their text, as AWS compares them (aws.md
 * 1.10, 1.11). Operators without keys say nothing and are left out.
 */
export function readConditionBlock(raw: unknown): ConditionBlock | Invalid {
  if (raw === undefined) return NO_CONDITIONS;
  if (!isRecord(raw)) return new Invalid('`Condition` must be an object');
  const operators: [string, Readonly<Record<string, readonly string[]>>][] = [];
  for (const [operator, keys] of Object.entries(raw)) {
    if (!isRecord(keys)) return new Invalid('an operator of `Condition` must be an object');
    const read: [string, readonly string[]][] = [];
    for (const [key, value] of Object.entries(keys)) {
      const values = readValues(value);
      if (values === undefined) {
        return new Invalid('the values of a condition key must be strings, numbers or booleans');
      }
      read.push([key, values]);
    }
    if (read.length > 0) operators.push([operator, Object.fromEntries(read)]);
  }
  return Object.fromEntries(operators);
}

function readValues(raw: unknown): readonly string[] | undefined {
  const values: string[] = [];
  for (const value of Array.isArray(raw) ? (raw as readonly unknown[]) : [raw]) {
    if (typeof value === 'string') values.push(value);
    else if (typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value))) {
      values.push(String(value));
    } else return undefined;
  }
  return values;
}
