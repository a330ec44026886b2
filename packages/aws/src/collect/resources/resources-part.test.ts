import { expect, it } from 'vitest';
import { readResources } from '../../bundle/resource-list.ts';
import { readWith } from '../../bundle/testing/report.ts';
import type { CollectContext } from '../part.ts';
import { RESOURCE_ACTIONS } from './index.ts';
import { RESOURCES_PART, withAggregator } from './resources-part.ts';
import { RESOURCE_ROWS } from './rows/index.ts';
import { fakeCalls } from './testing/fake-calls.ts';

const unused = (): never => {
  throw new Error('not asked for');
};
const CONTEXT: Omit<CollectContext, 'allRegions'> = {
  files: { names: unused, readJson: unused, writeJson: unused, writeBytes: unused, remove: unused },
  clock: { milliseconds: unused, sleep: unused },
  now: '2026-06-01T00:00:00.000Z',
  runAt: '2026-06-01T00:00:00.000Z',
  users: unused,
};

it('gives a file that is read as it stands, and says whether there may be more in other regions', async () => {
  const { calls } = fakeCalls({});
  for (const allRegions of [true, false]) {
    const file = await RESOURCES_PART.run(calls, { ...CONTEXT, allRegions });
    const { value, problems } = readWith((report) => readResources(JSON.parse(JSON.stringify(file)), report));
    expect(problems).toEqual([]);
    expect(value?.complete).toBe(true);
    expect(value?.incompleteTypes.includes('AWS::Lambda::Function')).toBe(!allRegions);
  }
});

it('makes no call that its actions do not name', async () => {
  const { calls, made } = fakeCalls({});
  await RESOURCES_PART.run(calls, { ...CONTEXT, allRegions: true });
  const lists = RESOURCE_ROWS.flatMap(({ list, details = [] }) =>
    list === undefined ? details.map(({ action }) => action) : [list.action],
  );
  const asked = new Set(made.map(({ action }) => action));
  expect([...asked].filter((action) => !RESOURCE_ACTIONS.includes(action))).toEqual([]);
  expect(lists.filter((action) => !asked.has(action))).toEqual([]);
  expect(RESOURCES_PART.actions).toBe(RESOURCE_ACTIONS);
});

it('needs more where there is an aggregator', () => {
  const { actions } = withAggregator([RESOURCES_PART], async () => ({ of: () => [] }))[0]!;
  expect(actions).toContain('config:SelectAggregateResourceConfig');
  expect(actions).toEqual([...new Set(actions)].sort());
  expect(RESOURCES_PART.actions).not.toContain('config:SelectAggregateResourceConfig');
});
