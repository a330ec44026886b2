import { describe, expect, it } from 'vitest';
import { GraphIndex } from '../graph/graph-index.ts';
import type { PrincipalMatcher } from '../graph/model.ts';
import { can, whoCan } from './access.ts';
import { AuthorizationModel } from './authorization-model.ts';
import { decideQuery } from './decide.ts';
import { memberOf, type TreeCondition, TreeEstate, treeSemantics } from './testing/tree-estate.ts';
import { CONDITIONAL, FALSE, TRUE, type Truth, UNKNOWN, verdictOf } from './truth.ts';

const GET = 'doc.items.get';
const anyone: PrincipalMatcher = { match: 'anyone', strength: 'sufficient' };

/** `org` > `eng` > `shop`, and `org` > `ops`; `item` lies in `shop`, `other` in `ops`. */
function estate(): TreeEstate {
  return new TreeEstate()
    .scope('org')
    .scope('eng', 'org')
    .scope('ops', 'org')
    .scope('shop', 'eng')
    .resource('item', 'shop', { tags: { team: 'red' } })
    .resource('other', 'ops')
    .identity('ann', 'user')
    .identity('bob', 'user')
    .identity('app', 'service-account', { scope: 'shop' })
    .identity('bot', 'service-account', { scope: 'ops' })
    .role('reader', [GET]);
}

function verdict(model: AuthorizationModel, principal: string, resource: string, action: string = GET): string {
  return can(model, { principal, action, resource, now: 0 }).verdict;
}

describe('a role that is placed', () => {
  it('lets in whom the placement names, on the node and below, and nobody else, nowhere else', () => {
    const model = estate()
      .bind('reader', 'eng', [memberOf('ann')])
      .model();
    expect(verdict(model, 'ann', 'item')).toBe('allow');
    expect(verdict(model, 'ann', 'eng')).toBe('allow');
    expect(verdict(model, 'ann', 'org')).toBe('deny');
    expect(verdict(model, 'ann', 'other')).toBe('deny');
    expect(verdict(model, 'bob', 'item')).toBe('deny');
    expect(verdict(model, 'ann', 'item', 'doc.items.list')).toBe('deny');
  });

  it('is given to each by its own placement, though the text is one', () => {
    const model = estate()
      .bind('reader', 'shop', [memberOf('ann')])
      .bind('reader', 'ops', [memberOf('bob')])
      .model();
    expect(['item', 'other'].map((on) => [verdict(model, 'ann', on), verdict(model, 'bob', on)])).toEqual([
      ['allow', 'deny'],
      ['deny', 'allow'],
    ]);
  });

  it('spares whom the placement leaves out', () => {
    const model = estate()
      .bind('reader', 'shop', [anyone], { exclude: [memberOf('bob')] })
      .model();
    expect([verdict(model, 'ann', 'item'), verdict(model, 'bob', 'item')]).toEqual(['allow', 'deny']);
  });

  it('holds for all of some types, inside a scope where one is named', () => {
    const accounts = { match: 'types', types: ['service-account'], strength: 'sufficient' } as const;
    const all = estate().bind('reader', 'org', [accounts]).model();
    expect(['ann', 'app', 'bot'].map((who) => verdict(all, who, 'item'))).toEqual(['deny', 'allow', 'allow']);
    const some = estate()
      .bind('reader', 'org', [{ ...accounts, scope: 'eng' }])
      .model();
    expect(['ann', 'app', 'bot'].map((who) => verdict(some, who, 'other'))).toEqual(['deny', 'allow', 'deny']);
  });

  it.each<[TreeCondition, Truth]>([
    [{ is: TRUE }, TRUE],
    [{ is: CONDITIONAL }, CONDITIONAL],
    [{ is: UNKNOWN }, UNKNOWN],
    [{ is: FALSE }, FALSE],
    [{ team: 'red' }, TRUE],
    [{ team: 'blue' }, FALSE],
    [{ self: 'ann' }, TRUE],
    [{ self: 'bob' }, FALSE],
  ])('holds under its condition %j', (condition, truth) => {
    const model = estate()
      .bind('reader', 'org', [memberOf('ann')], { condition })
      .model();
    expect(verdict(model, 'ann', 'item')).toBe(verdictOf(truth));
  });

  it('counts the surest of several placements', () => {
    const model = estate()
      .bind('reader', 'org', [memberOf('ann')], { condition: { is: UNKNOWN } })
      .bind('reader', 'org', [anyone], { condition: { is: CONDITIONAL } })
      .model();
    expect([verdict(model, 'ann', 'item'), verdict(model, 'bob', 'item')]).toEqual(['conditional', 'conditional']);
  });

  it('in an unknown language of conditions is undecided', () => {
    const graph = estate()
      .bind('reader', 'org', [memberOf('ann')], { condition: { is: TRUE } })
      .graph();
    const attachments = graph.attachments.map((one) => ({ ...one, condition: { language: 'latin', body: 1 } }));
    const model = new AuthorizationModel(new GraphIndex({ ...graph, attachments }), [treeSemantics]);
    expect([verdict(model, 'ann', 'item'), verdict(model, 'bob', 'item')]).toEqual(['unknown', 'deny']);
    expect(can(model, { principal: 'ann', action: GET, resource: 'item', now: 0 }).reasons[0]?.note).toBe(
      'condition language `latin` is not known here',
    );
  });

  it('that could not be read may give anything to those it is given to, and nothing to others', () => {
    const model = estate()
      .role('lost', [], { mayDeny: false })
      .bind('lost', 'shop', [memberOf('ann')])
      .model();
    expect(['ann', 'bob'].map((who) => verdict(model, who, 'item'))).toEqual(['unknown', 'deny']);
    expect(verdict(model, 'ann', 'other')).toBe('deny');
  });

  it('that could not be read gives nothing where the condition of the placement does not hold', () => {
    const bound = (is: Truth) =>
      estate()
        .role('lost', [], { mayDeny: true })
        .bind('lost', 'shop', [memberOf('ann')], { condition: { is } });
    expect(verdict(bound(FALSE).model(), 'ann', 'item')).toBe('deny');
    expect(verdict(bound(TRUE).model(), 'ann', 'item')).toBe('unknown');
  });

  it('that could not be read and may deny leaves open what others allow, for those it is given to', () => {
    const model = estate()
      .role('lost', [], { mayDeny: true })
      .bind('lost', 'shop', [memberOf('ann')])
      .bind('reader', 'shop', [anyone])
      .model();
    expect(['ann', 'bob'].map((who) => verdict(model, who, 'item'))).toEqual(['unknown', 'allow']);
  });

  it('has its condition asked only where it names the principal and the action', () => {
    let asked = 0;
    const counting = {
      ...treeSemantics,
      conditions: {
        ...treeSemantics.conditions,
        compile: () => ({
          principalKeys: [],
          readsResource: false,
          chosen: [],
          requestKeys: [],
          evaluate: () => {
            asked += 1;
            return TRUE;
          },
        }),
      },
    };
    const graph = estate()
      .bind('reader', 'org', [memberOf('ann'), memberOf('ann'), anyone], { condition: { is: TRUE } })
      .bind('reader', 'org', [memberOf('app')], { condition: { is: FALSE } })
      .graph();
    const model = new AuthorizationModel(new GraphIndex(graph), [counting]);
    expect(whoCan(model, { action: 'doc.items.list', resource: 'item', now: 0 })).toEqual([]);
    expect(asked).toBe(0);
    const provider = model.provider('tree')!;
    const identity = model.graph.identity('ann')!;
    const query = {
      principal: model.factsOf(identity),
      class: model.classOf(identity),
      action: provider.catalogue.ref(GET),
      resource: model.resourceFacts('item', provider),
      provider,
      context: new Map(),
      now: 0,
    };
    expect(decideQuery(model, query)).toBe(TRUE);
    expect(asked).toBe(1);
  });
});

describe('a deny', () => {
  const everybody = (...exclude: readonly PrincipalMatcher[]) => ({ include: [anyone], exclude });

  it('stops what is allowed on the node and below, but not its exceptions, nor other actions or places', () => {
    const model = estate()
      .role('all', [GET, 'doc.items.list'])
      .bind('all', 'org', [anyone])
      .deny('eng', [GET], everybody(memberOf('bob')))
      .model();
    expect([verdict(model, 'ann', 'item'), verdict(model, 'bob', 'item')]).toEqual(['deny', 'allow']);
    expect(verdict(model, 'ann', 'other')).toBe('allow');
    expect(verdict(model, 'ann', 'item', 'doc.items.list')).toBe('allow');
  });

  it.each<[Truth, Truth]>([
    [TRUE, FALSE],
    [CONDITIONAL, CONDITIONAL],
    [UNKNOWN, UNKNOWN],
    [FALSE, TRUE],
  ])('under a condition of truth %d leaves %d', (is, left) => {
    const model = estate().bind('reader', 'org', [anyone]).deny('org', [GET], everybody(), { is }).model();
    expect(verdict(model, 'ann', 'item')).toBe(verdictOf(left));
  });
});

describe('tags of the target that the caller chooses', () => {
  const decide = (model: AuthorizationModel, chosenTags: boolean): Truth => {
    const provider = model.provider('tree')!;
    const identity = model.graph.identity('ann')!;
    const resource = model.resourceFacts('item', provider);
    return decideQuery(model, {
      principal: model.factsOf(identity),
      class: model.classOf(identity),
      action: provider.catalogue.ref(GET),
      resource: chosenTags ? { ...resource, chosenTags } : resource,
      provider,
      context: new Map(),
      now: 0,
    });
  };
  const both = (model: AuthorizationModel): readonly Truth[] => [decide(model, false), decide(model, true)];

  it('meet the condition of a binding, and keep a deny away', () => {
    const bound = estate().bind('reader', 'org', [memberOf('ann')], { condition: { team: 'blue' } });
    expect(both(bound.model())).toEqual([FALSE, TRUE]);
    const denied = estate()
      .bind('reader', 'org', [memberOf('ann')])
      .deny('org', [GET], { include: [anyone], exclude: [] }, { team: 'red' });
    expect(both(denied.model())).toEqual([FALSE, TRUE]);
  });

  it('are chosen one way for the binding and the deny', () => {
    const model = estate()
      .bind('reader', 'org', [memberOf('ann')], { condition: { team: 'blue' } })
      .deny('org', [GET], { include: [anyone], exclude: [] }, { team: 'blue' })
      .model();
    expect(both(model)).toEqual([FALSE, FALSE]);
  });

  it('keep a guard away that applies under a condition on them', () => {
    const model = estate()
      .bind('reader', 'org', [memberOf('ann')])
      .boundary('ann', 'identity-guard', { is: FALSE }, { team: 'red' })
      .model();
    expect(both(model)).toEqual([FALSE, TRUE]);
  });
});

describe('evidence', () => {
  it('cites the binding: role, node, name, member that is meant, condition', () => {
    const model = estate()
      .identity('devs', 'group')
      .edge('member-of', 'ann', 'devs')
      .bind('reader', 'ops', [memberOf('ann')])
      .bind('reader', 'eng', [memberOf('bob'), memberOf('devs')], { name: 'office hours', condition: { is: TRUE } })
      .model();
    expect(can(model, { principal: 'ann', action: GET, resource: 'item', now: 0 }).reasons).toEqual([
      {
        layer: 'resource-grant',
        effect: 'allow',
        policy: 'reader',
        policyName: 'reader',
        policyType: 'custom',
        on: 'eng',
        placement: {
          name: 'office hours',
          principals: ['devs'],
          principalCount: 1,
          condition: { language: 'tree', body: { is: TRUE } },
        },
        statement: 0,
        certainty: 'allow',
        dependsOn: [],
        conditioned: true,
      },
    ]);
  });

  it('tells what a condition waits for', () => {
    const model = estate()
      .bind('reader', 'eng', [memberOf('ann')], { condition: { is: CONDITIONAL } })
      .model();
    const answer = can(model, { principal: 'ann', action: GET, resource: 'item', now: 0 });
    expect(answer.reasons[0]).toMatchObject({ certainty: 'conditional', dependsOn: ['hour'] });
    expect(answer.dependsOn).toMatchObject([{ policy: 'reader', on: 'eng', conditions: [{ asks: '{"is":2}' }] }]);
    expect(answer.blockedBy).toEqual(['resource-grant']);
  });

  it('names the grant that is missing, on the target or above it, and what came nearest', () => {
    const model = estate()
      .bind('reader', 'eng', [memberOf('bob')])
      .bind('reader', 'eng', [memberOf('ann')], { condition: { is: FALSE } })
      .model();
    const answer = can(model, { principal: 'ann', action: GET, resource: 'item', now: 0 });
    expect(answer.needs).toEqual([{ need: 'resource-allow', on: 'item', naming: true, orAbove: true }]);
    expect(answer.layers.map(({ layer, outcome }) => [layer, outcome])).toEqual([
      ['explicit-deny', 'allow'],
      ['resource-grant', 'deny'],
    ]);
    expect(answer.nearMisses.map(({ missed, names, on }) => [missed, names, on])).toEqual([
      ['condition', [], 'eng'],
      ['principal', ['bob'], 'eng'],
    ]);
  });

  it('names the deny, though the grant is there', () => {
    const model = estate()
      .bind('reader', 'org', [memberOf('ann')])
      .deny('eng', [GET], { include: [memberOf('ann')], exclude: [] })
      .model();
    const { needs, blockedBy } = can(model, { principal: 'ann', action: GET, resource: 'item', now: 0 });
    expect(needs).toMatchObject([{ need: 'no-deny', by: { policy: 'deny 1', on: 'eng', statement: 0 } }]);
    expect(blockedBy).toEqual(['explicit-deny']);
  });
});

describe('without zones', () => {
  it('a principal outside every scope is let in by what names it', () => {
    const model = estate()
      .identity('guest', 'user', { external: true })
      .bind('reader', 'shop', [memberOf('guest')])
      .model();
    expect([verdict(model, 'guest', 'item'), verdict(model, 'guest', 'other')]).toEqual(['allow', 'deny']);
  });

  it('what is inside a listed resource is governed by it', () => {
    const model = estate()
      .bind('reader', 'item', [memberOf('ann')])
      .model();
    expect([verdict(model, 'ann', 'item/part'), verdict(model, 'bob', 'item/part')]).toEqual(['allow', 'deny']);
  });

  it('a resource that nobody listed may be open to anybody, unless a guard of the principal surely stops it', () => {
    const model = estate()
      .bind('reader', 'org', [memberOf('ann')])
      .model();
    const answer = can(model, { principal: 'bob', action: GET, resource: 'elsewhere', now: 0 });
    expect(answer.verdict).toBe('unknown');
    expect(answer.assumptions).toEqual([
      '`elsewhere` is not in the input; a policy on it or above it may let the principal in',
    ]);
    const capped = estate().boundary('bob', 'identity-guard', { is: FALSE }).model();
    expect([verdict(capped, 'bob', 'elsewhere'), verdict(capped, 'ann', 'elsewhere')]).toEqual(['deny', 'unknown']);
  });

  it('an identity of another provider is let in nowhere', () => {
    const graph = estate().bind('reader', 'org', [anyone]).graph();
    const nodes = graph.nodes.map((node) => (node.id === 'bob' ? { ...node, provider: 'far' } : node));
    const model = new AuthorizationModel(new GraphIndex({ ...graph, nodes }), [
      treeSemantics,
      { ...treeSemantics, provider: 'far' },
    ]);
    expect([verdict(model, 'ann', 'item'), verdict(model, 'bob', 'item')]).toEqual(['allow', 'deny']);
  });

  it('actions that only roles name are known, whatever their case, once', () => {
    const model = estate().role('more', ['zoo.cages.open', 'DOC.items.get', 'acme.x', 'zoo.*']).model();
    expect(model.provider('tree')!.catalogue.names).toEqual(['acme.x', GET, 'doc.items.list', 'zoo.cages.open']);
  });

  it('policies that nobody collected are told as taken not to apply, where something is allowed', () => {
    const build = (more: { readonly attributes: Record<string, boolean> }) =>
      new TreeEstate()
        .scope('org', undefined, more)
        .resource('item', 'org')
        .identity('ann', 'user')
        .identity('app', 'service-account', { scope: 'org' })
        .role('reader', [GET])
        .bind('reader', 'org', [memberOf('ann'), memberOf('app')])
        .model();
    const told = (who: string, attributes: Record<string, boolean>, action: string = GET) =>
      can(build({ attributes }), { principal: who, action, resource: 'item', now: 0 });
    const deny = 'deny policies of `org` were not collected; none is taken to apply';
    const boundary = 'principal access boundaries of `org` were not collected; none is taken to apply';
    const both = { denyUnread: true, boundariesUnread: true };
    expect(told('ann', both)).toMatchObject({ verdict: 'allow', assumptions: [deny, boundary] });
    expect(told('app', { boundariesUnread: true })).toMatchObject({ verdict: 'allow', assumptions: [boundary] });
    expect(told('ann', {})).toMatchObject({ verdict: 'allow', assumptions: [] });
    expect(told('ann', both, 'doc.items.list')).toMatchObject({ verdict: 'deny', assumptions: [] });
  });
});
