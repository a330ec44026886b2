import { awsAccess, awsInputFromObjects, awsSemantics, awsTechniques, normalizeAws } from '@keyreach/aws/offline';
import { analysisEngine, radiusOf } from '@keyreach/core/analysis';
import { AuthorizationModel } from '@keyreach/core/authz';
import { type Graph, GraphIndex, type Statement } from '@keyreach/core/graph';
import { deriveReach } from '@keyreach/core/reach';
import { expect, test } from 'vitest';

const time = '2026-01-01T00:00:00.000Z';
const account = '111111111111';
const mia = `arn:aws:iam::${account}:user/mia`;
const key = `${mia}/accesskey/KEY`;

const everything = { actions: { include: ['*'], exclude: [] }, resources: { include: ['*'], exclude: [] } } as const;
const undecided: Statement = { ...everything, effect: 'deny', index: 9, undecidable: 'nobody can say' };
const allow = (...include: readonly string[]): Statement => ({
  ...everything,
  effect: 'allow',
  index: 0,
  actions: { include, exclude: [] },
});

/** An account with an administrator, and a key of theirs that is good for what a guard says. */
function guarded(...statements: readonly Statement[]): Graph {
  const user = {
    UserName: 'mia',
    Arn: mia,
    UserId: 'AIDAMIA',
    Path: '/',
    UserPolicyList: [
      { PolicyName: 'all', PolicyDocument: { Statement: { Effect: 'Allow', Action: '*', Resource: '*' } } },
    ],
  };
  const details = { UserDetailList: [user], RoleDetailList: [], GroupDetailList: [], Policies: [] };
  const graph = normalizeAws(
    awsInputFromObjects({
      accounts: {
        [account]: {
          authorizationDetails: details,
          resources: [{ TypeName: 'AWS::S3::Bucket', Identifier: 'data', Properties: {} }],
        },
      },
    }),
    { now: time },
  );
  return {
    ...graph,
    nodes: [
      ...graph.nodes,
      {
        kind: 'credential',
        id: key,
        provider: 'aws',
        type: 'access-key',
        name: 'KEY',
        status: 'active',
        static: true,
        lastUsed: { state: 'unknown' },
      },
    ],
    edges: [...graph.edges, { type: 'authenticates', from: key, to: mia }],
    documents: [...graph.documents, { id: 'document:guard', provider: 'aws', statements }],
    policies: [
      ...graph.policies,
      { id: 'policy:guard', provider: 'aws', name: 'guard', type: 'session', document: 'document:guard' },
    ],
    attachments: [...graph.attachments, { policy: 'policy:guard', node: key, role: 'identity-guard' }],
  };
}

/** What the key reaches: the bucket and control of the account. */
function reached(...statements: readonly Statement[]): unknown {
  const model = new AuthorizationModel(new GraphIndex(guarded(...statements)), [awsSemantics]);
  const now = Date.parse(time);
  const engine = analysisEngine(deriveReach(model, [awsTechniques], { now, access: [awsAccess] }));
  const { reaches, admin } = radiusOf(engine, key, { now });
  return {
    bucket: reaches.find(({ id }) => id === 'arn:aws:s3:::data')?.certainty,
    admin: admin.map(({ certainty }) => certainty),
  };
}

test('design 5: what a guard leaves undecided as a whole is nowhere surer than unknown', () => {
  expect(reached(allow('*'))).toEqual({ bucket: 'allow', admin: ['allow'] });
  expect(reached(allow('*'), undecided)).toEqual({ bucket: 'unknown', admin: ['unknown'] });
});

test('design 5: what else such a guard says counts', () => {
  expect(reached(allow('s3:*'), undecided)).toEqual({ bucket: 'unknown', admin: [] });
  expect(reached(allow('iam:*'), undecided)).toEqual({ bucket: 'unknown', admin: ['unknown'] });
  expect(reached(allow('sqs:*'), undecided)).toEqual({ bucket: undefined, admin: [] });
});
