import { awsInputFromObjects, awsSemantics, awsTechniques, normalizeAws } from '@keyreach/aws/offline';
import { analysisEngine, analyzeEstate } from '@keyreach/core/analysis';
import { AuthorizationModel } from '@keyreach/core/authz';
import { GraphBuilder, GraphIndex } from '@keyreach/core/graph';
import { deriveReach } from '@keyreach/core/reach';
import { expect, test } from 'vitest';

const time = '2026-01-01T00:00:00.000Z';

test('a credential whose identity is not in the input is ranked, with nothing proven and nothing excluded', () => {
  const details = { UserDetailList: [], RoleDetailList: [], GroupDetailList: [], Policies: [] };
  const graph = normalizeAws(awsInputFromObjects({ accounts: { '111111111111': { authorizationDetails: details } } }), {
    now: time,
  });
  const builder = new GraphBuilder();
  for (const node of graph.nodes) builder.node(node);
  builder.node({
    kind: 'credential',
    id: 'arn:aws:iam::111111111111:user/gone/accesskey/key',
    provider: 'aws',
    type: 'access-key',
    name: 'key',
    status: 'active',
    static: true,
    lastUsed: { state: 'unknown' },
  });
  const model = new AuthorizationModel(new GraphIndex(builder.build()), [awsSemantics]);
  const now = Date.parse(time);
  const engine = analysisEngine(deriveReach(model, [awsTechniques], { now }));
  const row = analyzeEstate(engine, { now }).subjects.find((one) => one.kind === 'credential');
  expect(row).toMatchObject({ identities: { lo: 0, hi: null }, resources: { lo: 0, hi: null }, admin: [] });
  expect(row?.score.hi).toBeGreaterThan(row?.score.lo ?? 100);
});
