import type { Report } from '@keyreach/core/input';

/** Runs a reader and gives what it read with the problems it reported, as `where: expected …`. */
export function readWith<T>(read: (report: Report) => T): { readonly value: T; readonly problems: readonly string[] } {
  const problems: string[] = [];
  const value = read((where, expected) => problems.push(`${where}: expected ${expected}`));
  return { value, problems };
}
