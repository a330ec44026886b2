import { describe, expect, it } from 'vitest';
import { type Comparison, compareWith, readMethodMap } from './event-action-agreement.ts';
import { EVENT_ACTION_DIFFERENCES } from './event-action-differences.ts';
import { sharedData } from './shared-data.ts';

const file = sharedData('aws/event-action-map-2023-01.json.gz');

describe.skipIf(file === undefined)('the public map of SDK methods and IAM actions, January 2023', () => {
  const rows = file === undefined ? [] : compareWith(readMethodMap(file));

  it('agrees with our rules on at least 98 % of its methods', () => {
    const agreeing = rows.filter(({ agrees }) => agrees).length;
    expect(rows.length).toBe(12_082);
    expect(agreeing / rows.length).toBeGreaterThanOrEqual(0.98);
  });

  it('names, for 96 % of the methods, just what every call needs, or all that our rules tell', () => {
    const exact = rows.filter(({ theirs, ours }) => {
      const always = ours.filter(({ certain, when }) => certain && when === undefined);
      const told = ours.filter(({ certain, when }) => when === undefined || (when === 'role' && certain));
      return [always, told].some((some) => sorted(some.map(({ action }) => action.toLowerCase())) === sorted(theirs));
    });
    expect(exact.length / rows.length).toBeGreaterThanOrEqual(0.96);
  });

  it('differs only where a reason is given, and everywhere one is given', () => {
    const differing = rows.filter(({ agrees }) => !agrees).map(described);
    const listed = EVENT_ACTION_DIFFERENCES.flatMap(({ methods }) => methods);
    expect(differing.sort()).toEqual([...listed].sort());
    expect(EVENT_ACTION_DIFFERENCES.every(({ reason }) => reason.length > 10)).toBe(true);
  });

  it('is told apart: a rule that said too little or too much would differ', () => {
    const method = 'S3.ListBuckets';
    const wrong = (action: string) =>
      compareWith({
        sdk_method_iam_mappings: { [method]: [{ action }] },
        sdk_permissionless_actions: [],
        sdk_service_mappings: { S3: 's3' },
      })[0]!.agrees;
    expect(wrong('s3:ListAllMyBuckets')).toBe(true);
    expect(wrong('s3:ListBuckets')).toBe(false);
    const free = (name: string) =>
      compareWith({
        sdk_method_iam_mappings: {},
        sdk_permissionless_actions: [name],
        sdk_service_mappings: { S3: 's3' },
      })[0]!.agrees;
    expect(free('STS.GetCallerIdentity')).toBe(true);
    expect(free(method)).toBe(false);
    expect(free('S3.NoSuchMethod')).toBe(false);
  });
});

function described({ method, ours }: Comparison): string {
  const always = ours.filter(({ certain, when, unless }) => certain && when === undefined && unless === undefined);
  return [`${method}:`, ...always.map(({ action }) => action)].join(' ');
}

function sorted(actions: readonly string[]): string {
  return [...new Set(actions)].sort().join(' ');
}
