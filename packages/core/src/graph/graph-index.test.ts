import { describe, expect, it } from 'vitest';
import { GraphBuilder } from './graph-builder.ts';
import { GraphIndex } from './graph-index.ts';
import type { GraphNode } from './model.ts';

const facts = { provider: 'aws', type: 't' };
const scope = (id: string, within?: string, zone?: boolean): GraphNode => ({
  ...facts,
  kind: 'scope',
  id,
  name: id,
  ...(within === undefined ? {} : { scope: within }),
  ...(zone === undefined ? {} : { zone }),
});
const identity = (id: string, within?: string): GraphNode => ({
  ...facts,
  kind: 'identity',
  id,
  name: id,
  ...(within === undefined ? {} : { scope: within }),
});

function example(): GraphIndex {
  const builder = new GraphBuilder();
  builder.node(scope('org'));
  builder.node(scope('ou', 'org', false));
  builder.node(scope('account', 'ou', true));
  builder.node(scope('region', 'account'));
  for (const id of ['alice', 'admins', 'staff', 'everyone']) builder.node(identity(id, 'account'));
  builder.node(identity('guest'));
  builder.node(identity('lost', 'far'));
  builder.node({ ...facts, kind: 'resource', id: 'bucket', name: 'bucket', scope: 'region' });
  builder.node({
    ...facts,
    kind: 'credential',
    id: 'key-2',
    name: '2',
    status: 'active',
    lastUsed: { state: 'never' },
  });
  builder.node({
    ...facts,
    kind: 'credential',
    id: 'key-1',
    name: '1',
    status: 'active',
    lastUsed: { state: 'never' },
  });
  for (const from of ['key-2', 'bucket', 'key-1']) builder.edge({ type: 'authenticates', from, to: 'alice' });
  builder.edge({ type: 'member-of', from: 'alice', to: 'staff' });
  builder.edge({ type: 'member-of', from: 'alice', to: 'admins' });
  builder.edge({ type: 'member-of', from: 'admins', to: 'staff' });
  builder.edge({ type: 'member-of', from: 'staff', to: 'everyone' });
  builder.edge({ type: 'member-of', from: 'everyone', to: 'admins' });
  builder.edge({ type: 'member-of', from: 'bucket', to: 'admins' });
  const document = builder.document({ provider: 'aws', statements: [] });
  builder.policy({ id: 'p', provider: 'aws', name: 'p', type: 'managed', document });
  builder.attachment({ policy: 'p', node: 'staff', role: 'identity-grant' });
  builder.attachment({ policy: 'p', node: 'alice', role: 'identity-guard' });
  builder.usage({ identity: 'alice', credential: 'key-1', action: 'a:b', source: 'log' });
  builder.observation({
    subject: 'account',
    actions: { include: ['*'], exclude: [] },
    granularity: 'action',
    from: '2026-01-01T00:00:00Z',
    to: '2026-02-01T00:00:00Z',
    source: 'log',
  });
  builder.gap({ scope: 'account', what: 'groups', why: 'missing' });
  return new GraphIndex(builder.build());
}

const ids = (nodes: readonly { readonly id: string }[]): readonly string[] => nodes.map(({ id }) => id);

describe('GraphIndex', () => {
  const index = example();

  it('finds nodes', () => {
    expect(index.node('bucket')?.kind).toBe('resource');
    expect(index.node('nowhere')).toBeUndefined();
    expect(index.identity('alice')?.id).toBe('alice');
    expect(index.identity('bucket')).toBeUndefined();
    expect(ids(index.scopes)).toEqual(['account', 'org', 'ou', 'region']);
    expect(ids(index.identities)).toEqual(['admins', 'alice', 'everyone', 'guest', 'lost', 'staff']);
    expect(ids(index.credentials)).toEqual(['key-1', 'key-2']);
    expect(ids(index.resources)).toEqual(['bucket']);
  });

  it('lists edges by end and type', () => {
    expect(index.outgoing('alice', 'member-of').map(({ to }) => to)).toEqual(['admins', 'staff']);
    expect(index.incoming('admins', 'member-of').map(({ from }) => from)).toEqual(['alice', 'bucket', 'everyone']);
    expect(index.outgoing('alice', 'runs-as')).toEqual([]);
    expect(index.outgoing('guest', 'member-of')).toBe(index.incoming('nowhere', 'contains'));
  });

  it('walks up the scopes, nearest first', () => {
    expect(ids(index.scopesOf('bucket'))).toEqual(['region', 'account', 'ou', 'org']);
    expect(ids(index.scopesOf('account'))).toEqual(['ou', 'org']);
    expect(index.scopesOf('alice')).toBe(index.scopesOf('admins'));
    for (const id of ['org', 'guest', 'nowhere', 'lost']) expect(index.scopesOf(id)).toEqual([]);
  });

  it('knows the zone of a node', () => {
    expect(index.zoneOf('bucket')?.id).toBe('account');
    expect(index.zoneOf('account')?.id).toBe('account');
    expect(index.zoneOf('region')?.id).toBe('account');
    for (const id of ['ou', 'org', 'guest', 'nowhere']) expect(index.zoneOf(id)).toBeUndefined();
  });

  it('finds policies where they are attached', () => {
    expect(index.document(index.policy('p')?.document ?? '')?.statements).toEqual([]);
    expect(index.policy('q')).toBeUndefined();
    expect(index.document('q')).toBeUndefined();
    expect(index.attachmentsOn('alice').map(({ role }) => role)).toEqual(['identity-guard']);
    expect(index.attachmentsOf('p').map(({ node }) => node)).toEqual(['alice', 'staff']);
    expect(index.attachmentsOn('bucket')).toEqual([]);
    expect(index.attachmentsOf('q')).toEqual([]);
  });

  it('knows credentials and members, and only those', () => {
    expect(ids(index.credentialsOf('alice'))).toEqual(['key-1', 'key-2']);
    expect(index.credentialsOf('guest')).toEqual([]);
    expect(ids(index.membersOf('admins'))).toEqual(['alice', 'everyone']);
    expect(index.membersOf('guest')).toEqual([]);
  });

  it('follows nested groups, in circles too', () => {
    expect(ids(index.groupsOf('alice'))).toEqual(['admins', 'everyone', 'staff']);
    expect(ids(index.groupsOf('admins'))).toEqual(['everyone', 'staff']);
    expect(index.groupsOf('guest')).toEqual([]);
  });

  it('finds gaps, use and observations', () => {
    expect(index.gapsOf('account').map(({ what }) => what)).toEqual(['groups']);
    expect(index.gapsOf('ou')).toEqual([]);
    expect(index.usageOf('alice').map(({ action }) => action)).toEqual(['a:b']);
    expect(index.usageOf('guest')).toEqual([]);
    expect(index.observationsOf('account').map(({ source }) => source)).toEqual(['log']);
    expect(index.observationsOf('alice')).toEqual([]);
  });

  it('survives a graph whose scopes run in a circle', () => {
    const nodes = [scope('a', 'b'), scope('b', 'a')];
    const circle = new GraphIndex({ ...index.graph, nodes });
    expect(ids(circle.scopesOf('a'))).toEqual(['b', 'a']);
  });
});
