import fc from 'fast-check';
import { type DocumentContent, GraphBuilder } from '../graph-builder.ts';
import type {
  Attachment,
  Gap,
  Graph,
  GraphEdge,
  GraphNode,
  Json,
  Observation,
  Policy,
  Selector,
  Statement,
  Usage,
} from '../model.ts';

/** One call of a builder. */
export type Fact =
  | { readonly add: 'node'; readonly value: GraphNode }
  | { readonly add: 'edge'; readonly value: GraphEdge }
  | { readonly add: 'document'; readonly value: DocumentContent }
  | { readonly add: 'policy'; readonly value: Policy }
  | { readonly add: 'attachment'; readonly value: Attachment }
  | { readonly add: 'usage'; readonly value: Usage }
  | { readonly add: 'observation'; readonly value: Observation }
  | { readonly add: 'gap'; readonly value: Gap };

/** A graph of facts in the order given. */
export function graphOf(facts: readonly Fact[]): Graph {
  const builder = new GraphBuilder();
  for (const fact of facts) {
    switch (fact.add) {
      case 'node':
        builder.node(fact.value);
        break;
      case 'edge':
        builder.edge(fact.value);
        break;
      case 'document':
        builder.document(fact.value);
        break;
      case 'policy':
        builder.policy(fact.value);
        break;
      case 'attachment':
        builder.attachment(fact.value);
        break;
      case 'usage':
        builder.usage(fact.value);
        break;
      case 'observation':
        builder.observation(fact.value);
        break;
      case 'gap':
        builder.gap(fact.value);
        break;
    }
  }
  return builder.build();
}

/** Few ids, so that references meet; some of them never become nodes. */
const nodeId = fc.constantFrom(...'abcdefghij', 'É', '\u{10000}', '\uffee', 'scope:0', 'scope:1', 'scope:2', 'scope:3');
const policyId = fc.constantFrom('p1', 'p2', 'p3', 'p4', 'p5');
const provider = fc.constantFrom('aws', 'gcp');
const word = fc.constantFrom('user', 'role', 'group', '', 'é', '日本', '\u{1f511}', '"\\\n');
const timestamp = fc.constantFrom('2026-01-31T00:00:00.000Z', '2026-02-01T10:00:00Z', '1999-12-31T23:59:59.999999999Z');
const certainty = fc.constantFrom('allow' as const, 'conditional' as const, 'unknown' as const);
const json: fc.Arbitrary<Json> = fc
  .jsonValue({ maxDepth: 3 })
  .map((value) => JSON.parse(JSON.stringify(value)) as Json);
const selector: fc.Arbitrary<Selector> = fc.record({
  include: fc.array(fc.constantFrom('*', 's3:Get*', 'a:b'), { maxLength: 2 }),
  exclude: fc.array(word, { maxLength: 1 }),
});

const common = {
  provider,
  type: fc.constantFrom('user', 'role', 'account'),
  name: word,
  tags: fc.dictionary(fc.oneof(word, fc.constantFrom('1', '10', '9', '__proto__', 'constructor')), word, {
    maxKeys: 3,
  }),
  created: timestamp,
  attributes: fc.dictionary(fc.oneof(word, fc.string()), json, { maxKeys: 2 }),
};
const optionalCommon = { requiredKeys: ['provider', 'type', 'name'] as ['provider', 'type', 'name'] };

function nodeOf(id: string): fc.Arbitrary<GraphNode> {
  const base = fc.record(common, optionalCommon);
  if (id.startsWith('scope:')) {
    // Scopes point at smaller ones only: circles have tests of their own.
    const around = fc.constantFrom(
      ...Array.from({ length: Number(id.slice(6)) }, (_, index) => `scope:${index}`),
      'scope:far',
    );
    return fc
      .tuple(base, fc.record({ scope: around, zone: fc.boolean() }, { requiredKeys: [] }))
      .map(([facts, own]) => ({ ...facts, ...own, id, kind: 'scope' as const }));
  }
  const scope = fc.record(
    { scope: fc.constantFrom('scope:0', 'scope:1', 'scope:2', 'scope:far') },
    { requiredKeys: [] },
  );
  const identity = fc.record(
    { nature: fc.constantFrom('human' as const, 'machine' as const), providerManaged: fc.boolean() },
    { requiredKeys: [] },
  );
  const credential = fc.record(
    {
      status: fc.constantFrom('active' as const, 'disabled' as const, 'expired' as const, 'unknown' as const),
      lastUsed: fc.oneof(
        fc.constant({ state: 'never' as const }),
        fc.constant({ state: 'unknown' as const }),
        fc.record(
          { state: fc.constant('used' as const), at: timestamp, service: word },
          { requiredKeys: ['state', 'at'] },
        ),
      ),
      expires: timestamp,
      publicId: word,
      static: fc.boolean(),
    },
    { requiredKeys: ['status', 'lastUsed'] },
  );
  return fc.oneof(
    fc
      .tuple(base, scope, identity)
      .map(([facts, at, own]) => ({ ...facts, ...at, ...own, id, kind: 'identity' as const })),
    fc
      .tuple(base, scope, credential)
      .map(([facts, at, own]) => ({ ...facts, ...at, ...own, id, kind: 'credential' as const })),
    fc
      .tuple(base, scope, fc.record({ uncollected: fc.boolean() }, { requiredKeys: [] }))
      .map(([facts, at, own]) => ({ ...facts, ...at, ...own, id, kind: 'resource' as const })),
  );
}

const strength = fc.constantFrom('delegates' as const, 'sufficient' as const, 'bypasses-guards' as const);
const matchers = fc.array(
  fc.oneof(
    fc.record(
      { match: fc.constant('node' as const), id: nodeId, strength, certainty: fc.constant('conditional' as const) },
      { requiredKeys: ['match', 'id', 'strength'] },
    ),
    fc.record({ match: fc.constant('scope' as const), id: nodeId, strength }),
    fc.record({ match: fc.constant('anyone' as const), strength }),
    fc.record({ match: fc.constant('member' as const), id: nodeId, strength }),
    fc.record(
      {
        match: fc.constant('types' as const),
        types: fc.array(fc.constantFrom('user', 'role'), { maxLength: 2 }),
        scope: nodeId,
        strength,
      },
      { requiredKeys: ['match', 'types', 'strength'] },
    ),
    fc.record({ match: fc.constant('service' as const), name: fc.constant('ec2'), strength }),
    fc.record(
      {
        match: fc.constant('unresolved' as const),
        text: word,
        dangling: fc.boolean(),
        strength,
        zoned: fc.constant(true as const),
        scope: nodeId,
        type: word,
      },
      { requiredKeys: ['match', 'text', 'dangling'] },
    ),
  ),
  { maxLength: 2 },
);

const principals = fc.record({ include: matchers, exclude: matchers });
const condition = fc.record({ language: fc.constant('aws'), body: json });

const statement: fc.Arbitrary<Statement> = fc.record(
  {
    effect: fc.constantFrom('allow' as const, 'deny' as const),
    actions: selector,
    resources: selector,
    principals,
    condition,
    sid: word,
    index: fc.nat(5),
    undecidable: word,
  },
  { requiredKeys: ['effect', 'actions', 'index'] },
);

const content: fc.Arbitrary<DocumentContent> = fc.record(
  { provider, statements: fc.array(statement, { maxLength: 2 }), unreadable: word, mayDeny: fc.boolean() },
  { requiredKeys: ['provider', 'statements'] },
);

/**
 * Facts without a contradiction: one content per id. References may lead nowhere, facts may repeat. Every kind of
 * record and every optional field occurs.
 */
export const arbitraryFacts: fc.Arbitrary<readonly Fact[]> = fc
  .tuple(
    fc.uniqueArray(nodeId, { maxLength: 12 }).chain((ids) => fc.tuple(...ids.map(nodeOf))),
    fc.array(content, { maxLength: 3 }),
    fc.uniqueArray(policyId, { maxLength: 4 }),
  )
  .chain(([nodes, contents, policies]) => {
    const ids = contents.map((value) => new GraphBuilder().document(value));
    const policyOf = (id: string): fc.Arbitrary<Policy> =>
      fc.record(
        {
          id: fc.constant(id),
          provider,
          name: word,
          type: fc.constantFrom('managed', 'inline', 'synthetic'),
          document: fc.constantFrom(...ids, 'no'),
          owner: nodeId,
        },
        { requiredKeys: ['id', 'provider', 'name', 'type', 'document'] },
      );
    const edge: fc.Arbitrary<GraphEdge> = fc.record(
      {
        type: fc.constantFrom('contains' as const, 'member-of' as const, 'runs-as' as const),
        from: nodeId,
        to: nodeId,
        certainty,
      },
      { requiredKeys: ['type', 'from', 'to'] },
    );
    const placed = { policy: policyId, node: nodeId };
    const more = { condition, name: word };
    const attachment: fc.Arbitrary<Attachment> = fc.oneof(
      fc.record(
        { ...placed, role: fc.constant('resource-grant' as const), exclusiveFor: selector, principals, ...more },
        { requiredKeys: ['policy', 'node', 'role'] },
      ),
      fc.record(
        {
          ...placed,
          role: fc.constantFrom('identity-guard' as const, 'principal-scope-guard' as const),
          union: fc.constant(true as const),
          ...more,
        },
        { requiredKeys: ['policy', 'node', 'role'] },
      ),
      fc.record(
        { ...placed, role: fc.constant('identity-grant' as const), ...more },
        { requiredKeys: ['policy', 'node', 'role'] },
      ),
    );
    const usage: fc.Arbitrary<Usage> = fc.record(
      {
        identity: nodeId,
        credential: nodeId,
        action: fc.constantFrom('a:b', 'c:*'),
        resource: word,
        first: timestamp,
        last: timestamp,
        count: fc.nat(3),
        refused: fc.nat(3),
        perhaps: fc.boolean(),
        otherCredential: fc.boolean(),
        source: fc.constantFrom('log', 'report'),
      },
      { requiredKeys: ['identity', 'action', 'source'] },
    );
    const observation: fc.Arbitrary<Observation> = fc.record(
      {
        subject: nodeId,
        actions: selector,
        granularity: fc.constantFrom('identity' as const, 'credential' as const, 'service' as const, 'action' as const),
        byCredential: fc.boolean(),
        from: timestamp,
        to: timestamp,
        source: fc.constantFrom('log', 'report'),
      },
      { requiredKeys: ['subject', 'actions', 'granularity', 'from', 'to', 'source'] },
    );
    const gap: fc.Arbitrary<Gap> = fc.record(
      { scope: nodeId, what: word, why: word, fix: word, file: word },
      { requiredKeys: ['scope', 'what', 'why'] },
    );
    return fc
      .tuple(
        fc.tuple(...policies.map(policyOf)),
        fc.array(edge, { maxLength: 10 }),
        fc.array(attachment, { maxLength: 8 }),
        fc.array(usage, { maxLength: 6 }),
        fc.array(observation, { maxLength: 4 }),
        fc.array(gap, { maxLength: 3 }),
      )
      .map(([held, edges, attachments, used, observations, gaps]): readonly Fact[] => [
        ...nodes.map((value) => ({ add: 'node' as const, value })),
        ...contents.map((value) => ({ add: 'document' as const, value })),
        ...held.map((value) => ({ add: 'policy' as const, value })),
        ...edges.map((value) => ({ add: 'edge' as const, value })),
        ...attachments.map((value) => ({ add: 'attachment' as const, value })),
        ...used.map((value) => ({ add: 'usage' as const, value })),
        ...observations.map((value) => ({ add: 'observation' as const, value })),
        ...gaps.map((value) => ({ add: 'gap' as const, value })),
      ]);
  });
