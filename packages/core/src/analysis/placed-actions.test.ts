import { describe, expect, it } from 'vitest';
import { AuthorizationModel } from '../authz/authorization-model.ts';
import type { ProviderSemantics } from '../authz/semantics.ts';
import { TRUE, UNKNOWN } from '../authz/truth.ts';
import { withoutZones } from '../authz/without-zones.ts';
import { GraphBuilder } from '../graph/graph-builder.ts';
import { GraphIndex } from '../graph/graph-index.ts';
import type { Attachment, PrincipalMatcher, Statement } from '../graph/model.ts';
import { grantedActions } from './granted-actions.ts';
import { grantedServices } from './granted-services.ts';

const provider = 'tree';

const semantics: ProviderSemantics = {
  ...withoutZones,
  provider,
  actions: ['disk.all.get', 'disk.all.put', 'doc.all.get', 'doc.all.put', 'doc.all.share'],
  resources: {
    compile: (pattern) => ({
      prefix: '',
      all: pattern === '*',
      principalKeys: [],
      matches: () => (pattern === '*' ? TRUE : UNKNOWN),
      glob: () => pattern,
    }),
  },
  conditions: {
    id: 'tree',
    compile: () => ({ evaluate: () => UNKNOWN, principalKeys: [], readsResource: false, chosen: [], requestKeys: [] }),
    principalFact: () => '',
    freshValue: 'fresh',
  },
  holdersOf: (resource) => [resource],
  mayBeMember: ({ type }) => type !== 'group',
};

const statement = (effect: 'allow' | 'deny', include: readonly string[], more: Partial<Statement> = {}): Statement => ({
  effect,
  actions: { include, exclude: [] },
  index: 0,
  ...more,
});

const member = (id: string): PrincipalMatcher => ({ match: 'member', id, strength: 'sufficient' });
const to = (...include: readonly PrincipalMatcher[]): NonNullable<Attachment['principals']> => ({
  include,
  exclude: [],
});

/** Folder `top` with project `low` and another project `side`; identity `who` is in group `team`. */
class Estate {
  readonly builder = new GraphBuilder();

  constructor() {
    const node = { provider, name: 'x' } as const;
    this.builder.node({ ...node, kind: 'scope', id: 'top', type: 'folder' });
    this.builder.node({ ...node, kind: 'scope', id: 'low', type: 'project', scope: 'top' });
    this.builder.node({ ...node, kind: 'scope', id: 'side', type: 'project' });
    this.builder.node({ ...node, kind: 'identity', id: 'who', type: 'account', scope: 'low' });
    this.builder.node({ ...node, kind: 'identity', id: 'other', type: 'account', scope: 'low' });
    this.builder.node({ ...node, kind: 'identity', id: 'team', type: 'group' });
    this.builder.node({ ...node, kind: 'identity', id: 'all', type: 'public' });
    this.builder.edge({ type: 'member-of', from: 'who', to: 'team' });
    this.builder.edge({ type: 'member-of', from: 'who', to: 'all' });
  }

  place(id: string, statements: readonly Statement[], on: string, more: Partial<Attachment> = {}): this {
    const document = this.builder.document({ provider, statements });
    this.builder.policy({ id, provider, name: id, type: 'role', document });
    this.builder.attachment({ policy: id, node: on, role: 'resource-grant', ...more });
    return this;
  }

  granted(identity = 'who'): { readonly names: readonly string[]; readonly open?: string } | undefined {
    const model = new AuthorizationModel(new GraphIndex(this.builder.build()), [semantics]);
    const found = grantedActions(model, model.graph.identity(identity)!);
    if (found === undefined) return undefined;
    const { bits, catalogue, beyond, open } = found;
    const names = catalogue.names.filter((_, index) => ((bits[index >>> 5]! >>> (index & 31)) & 1) === 1);
    return { names: [...names, ...beyond], ...(open === undefined ? {} : { open }) };
  }
}

const read = statement('allow', ['doc.all.get']);
const write = statement('allow', ['doc.all.put']);

describe('actions granted by placements', () => {
  it('are those placed for the identity, wherever, under whatever condition, and for its groups', () => {
    const estate = new Estate()
      .place('r', [read], 'low', { principals: to(member('who')) })
      .place('w', [write], 'side', { principals: to(member('team')), condition: { language: 'tree', body: 1 } })
      .place('other', [statement('allow', ['doc.all.share'])], 'low', { principals: to(member('other')) });
    expect(estate.granted()).toEqual({ names: ['doc.all.get', 'doc.all.put'] });
    expect(estate.granted('other')).toEqual({ names: ['doc.all.share'] });
  });

  it('are not those placed for everybody; those for its type in a scope are', () => {
    const types = (scope?: string): PrincipalMatcher => ({
      match: 'types',
      types: ['account'],
      strength: 'sufficient',
      ...(scope === undefined ? {} : { scope }),
    });
    const estate = new Estate()
      .place('a', [read], 'low', { principals: to({ match: 'anyone', strength: 'sufficient' }) })
      .place('b', [read], 'low', { principals: to(member('all')) })
      .place('c', [read], 'low', { principals: to(types()) });
    expect(estate.granted()).toEqual({ names: [] });
    expect(estate.place('d', [write], 'side', { principals: to(types('top')) }).granted()).toEqual({
      names: ['doc.all.put'],
    });
    expect(new Estate().place('d', [write], 'side', { principals: to(types('side')) }).granted()).toEqual({
      names: [],
    });
  });

  it('lack what a deny on the node or above takes from it, and from nobody else', () => {
    const bound = new Estate()
      .place('low', [statement('allow', ['doc.all.get', 'doc.all.put'])], 'low', { principals: to(member('team')) })
      .place('side', [statement('allow', ['doc.all.share'])], 'side', { principals: to(member('team')) });
    const deny = (principals: readonly PrincipalMatcher[], more: Partial<Statement> = {}): Statement =>
      statement('deny', ['doc.all.put', 'doc.all.share'], {
        principals: { include: principals, exclude: [] },
        ...more,
      });
    bound.place('no', [deny([member('who')])], 'top');
    expect(bound.granted()).toEqual({ names: ['doc.all.get', 'doc.all.share'] });
    expect(bound.granted('other')).toEqual({ names: [] });
    const lenient = new Estate()
      .place('low', [write], 'low', { principals: to(member('team')) })
      .place('no', [deny([member('who')], { condition: { language: 'tree', body: 1 } })], 'top')
      .place('others', [deny([member('other')])], 'low')
      .place(
        'spared',
        [
          deny([{ match: 'anyone', strength: 'sufficient' }], {
            principals: { include: [{ match: 'anyone', strength: 'sufficient' }], exclude: [member('team')] },
          }),
        ],
        'low',
      );
    expect(lenient.granted()).toEqual({ names: ['doc.all.put'] });
  });

  it('may be more where a group was not read, or a policy grants more than is known', () => {
    const unread = {
      kind: 'identity',
      id: 'dark',
      provider,
      type: 'group',
      name: 'dark',
      attributes: { membersUnread: true },
    } as const;
    const estate = new Estate().place('r', [read], 'low', { principals: to(member('who')) });
    estate.builder.node(unread);
    expect(estate.granted()).toEqual({ names: ['doc.all.get'] });
    estate.place('w', [write], 'low', { principals: to(member('dark')) });
    expect(estate.granted()).toEqual({
      names: ['doc.all.get'],
      open: 'it may be a member of `dark`, and be granted what that is',
    });
    const basic = new Estate().place('b', [read, statement('allow', ['*'], { index: 1, undecidable: 'more' })], 'low', {
      principals: to(member('who')),
    });
    expect(basic.granted()).toEqual({
      names: ['doc.all.get'],
      open: 'a policy it holds grants more than is known of it',
    });
  });

  it('may be more where policies were not collected', () => {
    const estate = new Estate().place('r', [read], 'low', { principals: to(member('who')) });
    const document = estate.builder.document({ provider, statements: [], unreadable: 'not there', mayDeny: false });
    estate.builder.policy({ id: 'dark', provider, name: 'dark', type: 'resource', document });
    const principals = to({ match: 'anyone', strength: 'sufficient' });
    estate.builder.attachment({ policy: 'dark', node: 'top', role: 'resource-grant', principals });
    expect(estate.granted()).toEqual({
      names: ['doc.all.get'],
      open: 'some of the policies that may grant it something were not collected',
    });
  });

  it('may be more where nobody knows what everybody of some types is granted', () => {
    const may = (undecidable: boolean): unknown =>
      new Estate()
        .place('r', [read], 'low', { principals: to(member('who')) })
        .place('all', [statement('allow', ['doc.*'], undecidable ? { undecidable: 'not read' } : {})], 'top', {
          principals: to({ match: 'types', types: ['account'], strength: 'sufficient' }),
        })
        .granted();
    expect(may(true)).toEqual({
      names: ['doc.all.get'],
      open: 'some of the policies that may grant it something were not collected',
    });
    expect(may(false)).toEqual({ names: ['doc.all.get'] });
  });

  it('are not known where a policy placed for it cannot be read', () => {
    const estate = new Estate().place('r', [read], 'low', { principals: to(member('who')) });
    const document = estate.builder.document({ provider, statements: [], unreadable: 'not listed', mayDeny: false });
    estate.builder.policy({ id: 'dark', provider, name: 'dark', type: 'role', document });
    estate.builder.attachment({ policy: 'dark', node: 'low', role: 'resource-grant', principals: to(member('other')) });
    expect(estate.granted()).toEqual({ names: ['doc.all.get'] });
    expect(estate.granted('other')).toBe(undefined);
  });

  it('name their services', () => {
    const estate = new Estate().place('r', [read, statement('allow', ['disk.all.get'], { index: 1 })], 'low', {
      principals: to(member('who')),
    });
    const model = new AuthorizationModel(new GraphIndex(estate.builder.build()), [semantics]);
    expect(grantedServices(model, model.graph.identity('who')!)).toEqual(['disk.*', 'doc.*']);
  });
});
