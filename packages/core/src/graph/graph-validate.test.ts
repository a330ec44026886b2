import { describe, expect, it } from 'vitest';
import { KeyreachError } from './graph-error.ts';
import { MAX_MATCHERS, MAX_TEXT_LENGTH, validateGraphRecord } from './graph-validate.ts';
import type { GraphRecord } from './model.ts';

const time = '2026-01-31T00:00:00.000Z';
const all = { include: ['*'], exclude: [] };

const good: Readonly<Record<string, GraphRecord>> = {
  header: { record: 'header', schema: 'keyreach-graph/1' },
  scope: { record: 'node', kind: 'scope', id: 's', provider: 'aws', type: 'account', name: '', zone: true },
  identity: {
    record: 'node',
    kind: 'identity',
    id: 'i',
    provider: 'aws',
    type: 'user',
    name: 'i',
    scope: 's',
    tags: { team: 'x' },
    created: time,
    attributes: { list: [1, null, { a: true }] },
    nature: 'human',
    external: false,
    providerManaged: false,
  },
  credential: {
    record: 'node',
    kind: 'credential',
    id: 'c',
    provider: 'aws',
    type: 'access-key',
    name: 'c',
    status: 'active',
    expires: time,
    lastUsed: { state: 'used', at: time, service: 's3', region: 'eu-west-1' },
    publicId: 'AKIA',
    static: true,
  },
  resource: { record: 'node', kind: 'resource', id: 'r', provider: 'aws', type: 'b', name: 'r', uncollected: true },
  edge: { record: 'edge', type: 'member-of', from: 'i', to: 'g', certainty: 'conditional' },
  document: {
    record: 'document',
    id: 'd',
    provider: 'aws',
    statements: [
      {
        effect: 'deny',
        actions: all,
        resources: all,
        principals: {
          include: [
            { match: 'node', id: 'i', strength: 'sufficient', certainty: 'conditional' },
            { match: 'scope', id: 's', strength: 'delegates' },
            { match: 'anyone', strength: 'bypasses-guards' },
            { match: 'service', name: 'ec2.amazonaws.com', strength: 'sufficient' },
            { match: 'unresolved', text: 'AIDA', dangling: true },
            { match: 'member', id: 'g', strength: 'sufficient' },
            { match: 'types', types: ['user'], scope: 's', strength: 'sufficient' },
          ],
          exclude: [],
        },
        condition: { language: 'aws', body: null },
        sid: '',
        index: 0,
        undecidable: 'new operator',
      },
    ],
    unreadable: 'why',
    mayDeny: false,
  },
  policy: { record: 'policy', id: 'p', provider: 'aws', name: 'p', type: 'managed', document: 'd', owner: 'i' },
  attachment: { record: 'attachment', policy: 'p', node: 'i', role: 'identity-grant', exclusiveFor: all },
  binding: {
    record: 'attachment',
    policy: 'b',
    node: 's',
    role: 'resource-grant',
    principals: {
      include: [{ match: 'member', id: 'g', strength: 'sufficient' }],
      exclude: [{ match: 'types', types: ['user'], strength: 'sufficient' }],
    },
    condition: { language: 'gcp', body: { cel: 'true' } },
    name: '',
  },
  union: { record: 'attachment', policy: 'u', node: 's', role: 'principal-scope-guard', union: true },
  usage: {
    record: 'usage',
    identity: 'i',
    credential: 'c',
    action: 's3:GetObject',
    resource: 'r',
    first: time,
    last: '2026-01-31T00:00:00Z',
    count: 1,
    refused: 0,
    perhaps: false,
    otherCredential: false,
    source: 'log',
  },
  observation: {
    record: 'observation',
    subject: 's',
    actions: all,
    granularity: 'service',
    byCredential: true,
    from: time,
    to: time,
    source: 'log',
  },
  gap: { record: 'gap', scope: 's', what: 'w', why: 'y', fix: 'f', file: 'x.json', kind: 'bad-input' },
};

/** The record with the value at the path replaced; undefined removes it. */
function changed(record: GraphRecord | undefined, path: string, value: unknown): unknown {
  const copy: unknown = structuredClone(record);
  const steps = path.split('.');
  const last = steps.pop() ?? '';
  let holder = copy as Record<string, unknown>;
  for (const step of steps) holder = holder[step] as Record<string, unknown>;
  if (value === undefined) delete holder[last];
  else holder[last] = value;
  return copy;
}

function messageOf(value: unknown): string {
  try {
    validateGraphRecord(value, 7);
  } catch (error) {
    if (error instanceof KeyreachError && error.code === 'bad-graph' && error.fields['line'] === 7)
      return error.message;
    throw error;
  }
  return 'valid';
}

describe('validateGraphRecord', () => {
  it.each(Object.entries(good))('accepts a %s with every field', (_, record) => {
    expect(validateGraphRecord(record, 1)).toBe(record);
  });

  it.each(Object.entries(good))('keeps unknown fields of a %s', (_, record) => {
    const extended = { ...record, future: { deep: [1] } };
    expect(validateGraphRecord(extended, 1)).toBe(extended);
  });

  const bad: readonly [kind: string, path: string, value: unknown, message: string][] = [
    ['header', 'schema', undefined, 'line 7: header: `schema` is missing'],
    ['header', 'schema', 'other', 'line 7: header: `schema` must be `keyreach-graph/1`, not `other`'],
    [
      'header',
      'schema',
      'keyreach-graph/2',
      'line 7: header: `schema` is `keyreach-graph/2`, this version reads `keyreach-graph/1` only; update keyreach',
    ],
    ['header', 'records', -1, 'line 7: header: `records` must be a whole number, not `-1`'],
    [
      'gap',
      'record',
      'x',
      'line 7: `record` must be one of `header`, `node`, `edge`, `document`, `policy`, `attachment`, `usage`, `observation`, `gap`, not `x`',
    ],
    [
      'scope',
      'kind',
      'x',
      'line 7: node `s`: `kind` must be one of `scope`, `identity`, `credential`, `resource`, not `x`',
    ],
    ['scope', 'kind', undefined, 'line 7: node `s`: `kind` is missing'],
    ['scope', 'id', '', 'line 7: node ``: `id` must be text that is not empty, not ``'],
    ['scope', 'id', 3, 'line 7: node: `id` must be text that is not empty, not `3`'],
    ['scope', 'name', null, 'line 7: node `s`: `name` must be text, not `null`'],
    ['scope', 'zone', 'yes', 'line 7: node `s`: `zone` must be `true` or `false`, not `yes`'],
    ['identity', 'tags', [], 'line 7: node `i`: `tags` must be an object, not a list'],
    ['identity', 'tags.team', 1, 'line 7: node `i`: `tags.team` must be text, not `1`'],
    [
      'identity',
      'created',
      '2026-01-31',
      'line 7: node `i`: `created` must be a time in UTC such as `2026-01-31T00:00:00.000Z`, not `2026-01-31`',
    ],
    [
      'identity',
      'created',
      '2026-13-31T00:00:00Z',
      'line 7: node `i`: `created` must be a time in UTC such as `2026-01-31T00:00:00.000Z`, not `2026-13-31T00:00:00Z`',
    ],
    ['identity', 'attributes', 'x', 'line 7: node `i`: `attributes` must be an object, not `x`'],
    ['identity', 'nature', 'robot', 'line 7: node `i`: `nature` must be one of `human`, `machine`, not `robot`'],
    [
      'credential',
      'status',
      'on',
      'line 7: node `c`: `status` must be one of `active`, `disabled`, `expired`, `unknown`, not `on`',
    ],
    ['credential', 'lastUsed', undefined, 'line 7: node `c`: `lastUsed` is missing'],
    ['credential', 'lastUsed', 'never', 'line 7: node `c`: `lastUsed` must be an object, not `never`'],
    [
      'credential',
      'lastUsed.state',
      'x',
      'line 7: node `c`: `lastUsed.state` must be one of `used`, `never`, `unknown`, not `x`',
    ],
    ['credential', 'lastUsed.at', undefined, 'line 7: node `c`: `lastUsed.at` is missing'],
    ['resource', 'uncollected', null, 'line 7: node `r`: `uncollected` must be `true` or `false`, not `null`'],
    [
      'edge',
      'type',
      'x',
      'line 7: edge `i`: `type` must be one of `contains`, `member-of`, `authenticates`, `runs-as`, `federates`, `owned-by`, `vouches-for`, `provisions`, `stores`, not `x`',
    ],
    ['edge', 'to', undefined, 'line 7: edge `i`: `to` is missing'],
    [
      'edge',
      'certainty',
      'deny',
      'line 7: edge `i`: `certainty` must be one of `allow`, `conditional`, `unknown`, not `deny`',
    ],
    ['document', 'statements', {}, 'line 7: document `d`: `statements` must be a list, not an object'],
    ['document', 'statements.0', 'x', 'line 7: document `d`: `statements[0]` must be an object, not `x`'],
    [
      'document',
      'statements.0.effect',
      'Allow',
      'line 7: document `d`: `statements[0].effect` must be one of `allow`, `deny`, not `Allow`',
    ],
    [
      'document',
      'statements.0.actions.include',
      '*',
      'line 7: document `d`: `statements[0].actions.include` must be a list, not `*`',
    ],
    [
      'document',
      'statements.0.actions.include.0',
      1,
      'line 7: document `d`: `statements[0].actions.include[0]` must be text, not `1`',
    ],
    [
      'document',
      'statements.0.index',
      0.5,
      'line 7: document `d`: `statements[0].index` must be a whole number, not `0.5`',
    ],
    [
      'document',
      'statements.0.condition.body',
      undefined,
      'line 7: document `d`: `statements[0].condition.body` is missing',
    ],
    [
      'document',
      'statements.0.principals.include.0.match',
      'all',
      'line 7: document `d`: `statements[0].principals.include[0].match` must be one of `node`, `scope`, `anyone`, `member`, `types`, `service`, `unresolved`, not `all`',
    ],
    [
      'document',
      'statements.0.principals.include.2.strength',
      'x',
      'line 7: document `d`: `statements[0].principals.include[2].strength` must be one of `delegates`, `sufficient`, `bypasses-guards`, not `x`',
    ],
    [
      'document',
      'statements.0.principals.include.0.certainty',
      'allow',
      'line 7: document `d`: `statements[0].principals.include[0].certainty` must be one of `conditional`, `unknown`, not `allow`',
    ],
    ['document', 'mayDeny', 1, 'line 7: document `d`: `mayDeny` must be `true` or `false`, not `1`'],
    ['policy', 'document', undefined, 'line 7: policy `p`: `document` is missing'],
    [
      'attachment',
      'role',
      'x',
      'line 7: attachment `p`: `role` must be one of `identity-grant`, `resource-grant`, `identity-guard`, `principal-scope-guard`, `resource-scope-guard`, not `x`',
    ],
    ['attachment', 'exclusiveFor.exclude', undefined, 'line 7: attachment `p`: `exclusiveFor.exclude` is missing'],
    [
      'binding',
      'principals.include.0.id',
      '',
      'line 7: attachment `b`: `principals.include[0].id` must be text that is not empty, not ``',
    ],
    [
      'binding',
      'principals.exclude.0.types',
      'user',
      'line 7: attachment `b`: `principals.exclude[0].types` must be a list, not `user`',
    ],
    ['binding', 'principals.exclude', undefined, 'line 7: attachment `b`: `principals.exclude` is missing'],
    ['binding', 'condition.body', undefined, 'line 7: attachment `b`: `condition.body` is missing'],
    ['binding', 'name', 1, 'line 7: attachment `b`: `name` must be text, not `1`'],
    [
      'binding',
      'role',
      'identity-grant',
      'line 7: attachment `b`: `principals` may stand with role `resource-grant` only',
    ],
    ['union', 'union', false, 'line 7: attachment `u`: `union` must be `true`, not `false`'],
    [
      'union',
      'role',
      'resource-scope-guard',
      'line 7: attachment `u`: `union` may stand with role `identity-guard` or `principal-scope-guard` only',
    ],
    ['usage', 'action', undefined, 'line 7: usage `i`: `action` is missing'],
    ['usage', 'count', '1', 'line 7: usage `i`: `count` must be a whole number, not `1`'],
    ['usage', 'perhaps', 1, 'line 7: usage `i`: `perhaps` must be `true` or `false`, not `1`'],
    ['usage', 'otherCredential', 'x', 'line 7: usage `i`: `otherCredential` must be `true` or `false`, not `x`'],
    ['usage', 'last', 0, 'line 7: usage `i`: `last` must be a time in UTC such as `2026-01-31T00:00:00.000Z`, not `0`'],
    [
      'observation',
      'granularity',
      'x',
      'line 7: observation `s`: `granularity` must be one of `identity`, `credential`, `service`, `action`, not `x`',
    ],
    [
      'observation',
      'byCredential',
      'yes',
      'line 7: observation `s`: `byCredential` must be `true` or `false`, not `yes`',
    ],
    ['observation', 'from', undefined, 'line 7: observation `s`: `from` is missing'],
    ['gap', 'why', undefined, 'line 7: gap `s`: `why` is missing'],
    [
      'gap',
      'kind',
      'lost',
      'line 7: gap `s`: `kind` must be one of `missing-file`, `bad-input`, `not-collected`, not `lost`',
    ],
  ];
  it.each(bad)('refuses a %s with %s = %j', (kind, path, value, message) => {
    expect(messageOf(changed(good[kind], path, value))).toBe(message);
  });

  it.each([
    [null, '`null`'],
    [[], 'a list'],
    ['x', '`x`'],
    [1, '`1`'],
  ])('refuses %j', (value, shown) => {
    expect(messageOf(value)).toBe(`line 7: a record must be an object, not ${shown}`);
  });

  it('refuses an object that is no record, and names of things every object has', () => {
    expect(messageOf({})).toMatch(/^line 7: `record` must be one of .*`gap`$/);
    expect(messageOf({ record: 'constructor' })).toMatch(/not `constructor`$/);
    expect(messageOf({ record: 'node', kind: 'constructor' })).toMatch(/not `constructor`$/);
  });

  it('bounds nesting everywhere, without overflowing the stack', () => {
    const lists = (depth: number): unknown => JSON.parse('['.repeat(depth) + ']'.repeat(depth));
    const withAttribute = (value: unknown): unknown => ({ ...good['identity'], attributes: { x: value } });
    expect(messageOf(withAttribute(lists(254)))).toBe('valid');
    for (const depth of [255, 10_000, 200_000]) {
      expect(messageOf(withAttribute(lists(depth)))).toBe(
        'line 7: node `i`: `attributes` nests deeper than `256` levels',
      );
    }
    const objects: unknown = JSON.parse(`${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`);
    expect(messageOf({ ...good['edge'], future: objects })).toBe(
      'line 7: edge `i`: `future` nests deeper than `256` levels',
    );
  });

  it('bounds how many principals one list names', () => {
    const naming = (count: number): unknown => ({
      ...good['binding'],
      principals: { include: Array(count).fill({ match: 'anyone', strength: 'sufficient' }), exclude: [] },
    });
    expect(messageOf(naming(MAX_MATCHERS))).toBe('valid');
    expect(messageOf(naming(MAX_MATCHERS + 1))).toBe(
      'line 7: attachment `b`: `principals.include` holds `65537` entries; at most `65536` are allowed',
    );
  });

  it('bounds the length of text, of keys too', () => {
    const long = 'x'.repeat(MAX_TEXT_LENGTH + 1);
    const reason = 'holds text of `1048577` characters; at most `1048576` are allowed';
    expect(messageOf({ ...good['identity'], name: long.slice(1) })).toBe('valid');
    expect(messageOf({ ...good['identity'], name: long })).toBe(`line 7: node \`i\`: \`name\` ${reason}`);
    expect(messageOf({ ...good['identity'], attributes: { a: [long] } })).toBe(
      `line 7: node \`i\`: \`attributes\` ${reason}`,
    );
    expect(messageOf({ ...good['identity'], attributes: { [long]: 1 } })).toBe(
      `line 7: node \`i\`: \`attributes\` ${reason}`,
    );
  });

  it('shows hostile text harmlessly', () => {
    expect(messageOf({ ...good['edge'], from: '\u001b[2J`x', type: '\n' })).toMatch(
      /^line 7: edge `\\u\{1b\}\[2J\\u\{60\}x`: .*, not `\\u\{a\}`$/,
    );
  });
});
