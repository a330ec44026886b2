import { expect, it } from 'vitest';
import { GraphBuilder } from '../graph/graph-builder.ts';
import { GraphIndex } from '../graph/graph-index.ts';
import { ago, NOW, useEstate, watch } from './testing/use-estate.ts';
import { unusedReport } from './unused.ts';

it('reports on who acts inside the input, over 90 days', () => {
  const builder = new GraphBuilder();
  const provider = 'aws';
  builder.node({ kind: 'identity', id: 'group', provider, type: 'group', name: 'group' });
  builder.node({ kind: 'identity', id: 'other', provider, type: 'role', name: 'other', external: true });
  builder.node({ kind: 'identity', id: 'who', provider, type: 'role', name: 'who', created: ago(1000) });
  builder.observation(watch());
  const report = unusedReport(new GraphIndex(builder.build()), { now: NOW });
  expect(report).toMatchObject({ schema: 'keyreach-unused', schemaVersion: 1, now: NOW, windowDays: 90 });
  expect(report.identities.map(({ id, state }) => `${id} ${state}`)).toEqual(['who unused']);
});

it('reports on those asked for, in the window asked for', () => {
  const graph = useEstate({ usage: [{ last: ago(50), action: 's3:*' }], observations: [{}] });
  const options = { now: NOW, windowDays: 30, identities: graph.identities, grantedServices: () => ['s3', 'ec2'] };
  const [use] = unusedReport(graph, options).identities;
  expect(use).toMatchObject({ state: 'unused', counts: { granted: 2, unused: 2 } });
  expect(unusedReport(graph, { now: NOW, identities: [] }).identities).toEqual([]);
});

it('gives the gaps about them and about files', () => {
  const graph = useEstate({
    credentials: [{}],
    gaps: [{ scope: 'who' }, { scope: 'key0' }, { scope: 'account' }, { scope: 'some/file.json' }],
  });
  expect(unusedReport(graph, { now: NOW }).gaps.map(({ scope }) => scope)).toEqual([
    'account',
    'key0',
    'some/file.json',
    'who',
  ]);
  expect(unusedReport(graph, { now: NOW, identities: [] }).gaps.map(({ scope }) => scope)).toEqual(['some/file.json']);
});
