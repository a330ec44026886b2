import { describe, expect, it } from 'vitest';
import type { PrincipalMatcher } from '../graph/model.ts';
import { can, whoCan } from './access.ts';
import type { AuthorizationModel } from './authorization-model.ts';
import { decideQuery } from './decide.ts';
import { memberOf, TreeEstate } from './testing/tree-estate.ts';
import { FALSE, TRUE, type Truth } from './truth.ts';

const GET = 'doc.items.get';

function estate(): TreeEstate {
  return new TreeEstate()
    .scope('org')
    .resource('item', 'org')
    .identity('ann', 'user')
    .identity('bob', 'user')
    .identity('all', 'public')
    .identity('devs', 'group')
    .identity('eng', 'group')
    .identity('firm', 'domain')
    .role('reader', [GET]);
}

function verdict(model: AuthorizationModel, principal: string): string {
  return can(model, { principal, action: GET, resource: 'item', now: 0 }).verdict;
}

const unread = { attributes: { membersUnread: true } };

describe('a group', () => {
  it('passes on to members, and to members of groups in it, and to nobody else', () => {
    const model = estate()
      .edge('member-of', 'ann', 'devs')
      .edge('member-of', 'devs', 'eng')
      .bind('reader', 'org', [memberOf('eng')])
      .model();
    expect(['ann', 'devs', 'eng', 'bob', 'firm'].map((who) => verdict(model, who))).toEqual([
      'allow',
      'allow',
      'allow',
      'deny',
      'deny',
    ]);
  });

  it('passes on to direct members only what is given to those', () => {
    const direct: readonly PrincipalMatcher[] = [{ match: 'member', id: 'eng', strength: 'sufficient', direct: true }];
    const small = estate()
      .edge('member-of', 'ann', 'devs')
      .edge('member-of', 'devs', 'eng')
      .edge('member-of', 'bob', 'eng');
    const model = small.bind('reader', 'org', direct).model();
    expect(['ann', 'devs', 'eng', 'bob'].map((who) => verdict(model, who))).toEqual([
      'deny',
      'allow',
      'allow',
      'allow',
    ]);
    const ann = model.graph.identity('ann');
    if (ann === undefined) throw new Error('no ann');
    const truths = [['devs'], ['eng']].map((joined) => model.memberships.joinedTruth(ann, joined, 'eng', true));
    expect(truths).toEqual([FALSE, TRUE]);
  });

  it('may have direct members that nobody read, and of one around it nobody is one for that', () => {
    const model = new TreeEstate()
      .scope('org')
      .resource('item', 'org')
      .identity('ann', 'user')
      .identity('devs', 'group', unread)
      .identity('eng', 'group')
      .edge('member-of', 'devs', 'eng')
      .role('reader', [GET])
      .bind('reader', 'org', [{ match: 'member', id: 'devs', strength: 'sufficient', direct: true }])
      .model();
    expect(verdict(model, 'ann')).toBe('unknown');
    const ann = model.graph.identity('ann');
    if (ann === undefined) throw new Error('no ann');
    expect(model.memberships.truth(ann, 'eng', true)).toBe(FALSE);
    expect(model.memberships.truth(ann, 'eng')).not.toBe(FALSE);
  });

  it('does not pass on what is given to its members', () => {
    const model = estate()
      .edge('member-of', 'ann', 'devs')
      .bind('reader', 'org', [memberOf('ann')])
      .model();
    expect([verdict(model, 'ann'), verdict(model, 'devs')]).toEqual(['allow', 'deny']);
  });

  it('ends where groups contain one another', () => {
    const model = estate()
      .edge('member-of', 'devs', 'eng')
      .edge('member-of', 'eng', 'devs')
      .edge('member-of', 'ann', 'devs')
      .bind('reader', 'org', [memberOf('eng')])
      .model();
    expect([verdict(model, 'ann'), verdict(model, 'bob')]).toEqual(['allow', 'deny']);
  });

  it('is as sure as the surest way into it, a way as its least sure step', () => {
    const sure = (first: 'allow' | 'conditional' | 'unknown', second: 'allow' | 'conditional' | 'unknown') =>
      estate()
        .edge('member-of', 'ann', 'devs', first)
        .edge('member-of', 'devs', 'eng', second)
        .bind('reader', 'org', [memberOf('eng')]);
    expect(verdict(sure('conditional', 'allow').model(), 'ann')).toBe('conditional');
    expect(verdict(sure('conditional', 'unknown').model(), 'ann')).toBe('unknown');
    const two = sure('unknown', 'allow')
      .edge('member-of', 'ann', 'firm')
      .edge('member-of', 'firm', 'eng', 'conditional');
    expect(verdict(two.model(), 'ann')).toBe('conditional');
    expect(verdict(two.edge('member-of', 'ann', 'eng').model(), 'ann')).toBe('allow');
  });
});

describe('a group that nobody read', () => {
  const open = () => estate().identity('closed', 'group', unread);

  it('may contain whoever can be a member of one, and says so', () => {
    const model = open()
      .bind('reader', 'org', [memberOf('closed')])
      .model();
    expect(['ann', 'devs', 'all', 'closed'].map((who) => verdict(model, who))).toEqual([
      'unknown',
      'unknown',
      'deny',
      'allow',
    ]);
    const { reasons, dependsOn } = can(model, { principal: 'ann', action: GET, resource: 'item', now: 0 });
    const note = 'the input does not tell for sure who is in `closed`';
    expect(reasons).toMatchObject([{ certainty: 'unknown', note, placement: { principals: ['closed'] } }]);
    expect(dependsOn).toMatchObject([{ certainty: 'unknown', note }]);
  });

  it('contains for sure who is stated to be in it', () => {
    const model = open()
      .edge('member-of', 'ann', 'closed')
      .bind('reader', 'org', [memberOf('closed')])
      .model();
    expect([verdict(model, 'ann'), verdict(model, 'bob')]).toEqual(['allow', 'unknown']);
  });

  it('leaves the groups around it open, but not one that was read and contains only others', () => {
    const around = open().edge('member-of', 'closed', 'eng');
    expect(verdict(around.bind('reader', 'org', [memberOf('eng')]).model(), 'ann')).toBe('unknown');
    expect(
      verdict(
        open()
          .bind('reader', 'org', [memberOf('devs')])
          .model(),
        'ann',
      ),
    ).toBe('deny');
  });

  it('may contain who cannot be a member itself by way of a group that can', () => {
    const model = open()
      .edge('member-of', 'all', 'devs')
      .bind('reader', 'org', [memberOf('closed')])
      .model();
    expect(verdict(model, 'all')).toBe('unknown');
  });

  it('leaves a deny open, and its exceptions', () => {
    const bound = () => open().bind('reader', 'org', [memberOf('ann')]);
    const denied = bound().deny('org', [GET], { include: [memberOf('closed')], exclude: [] });
    expect(verdict(denied.model(), 'ann')).toBe('unknown');
    const anyone = { match: 'anyone', strength: 'sufficient' } as const;
    const spared = bound().deny('org', [GET], { include: [anyone], exclude: [memberOf('closed')] });
    expect(verdict(spared.model(), 'ann')).toBe('unknown');
    expect(verdict(spared.model(), 'bob')).toBe('deny');
  });
});

describe('lists of who can', () => {
  it('leave out what only stands for its members', () => {
    const model = estate()
      .edge('member-of', 'ann', 'devs')
      .bind('reader', 'org', [memberOf('devs'), memberOf('firm')])
      .model();
    expect(whoCan(model, { action: GET, resource: 'item', now: 0 })).toEqual([{ id: 'ann', certainty: 'allow' }]);
  });
});

describe('a group that is joined', () => {
  const decide = (model: AuthorizationModel, who: string, groups: readonly string[]): Truth => {
    const provider = model.provider('tree')!;
    const identity = model.graph.identity(who)!;
    return decideQuery(model, {
      principal: model.joinedFacts(model.factsOf(identity), groups),
      class: model.classOf(identity),
      action: provider.catalogue.ref(GET),
      resource: model.resourceFacts('item', provider),
      provider,
      context: new Map(),
      now: 0,
    });
  };

  it('gives what is given to it and to the groups around it', () => {
    const model = estate()
      .edge('member-of', 'devs', 'eng')
      .bind('reader', 'org', [memberOf('eng')])
      .model();
    expect([decide(model, 'ann', []), decide(model, 'ann', ['devs']), decide(model, 'ann', ['firm'])]).toEqual([
      FALSE,
      TRUE,
      FALSE,
    ]);
    expect(decide(model, 'bob', [])).toBe(FALSE);
  });

  it('makes the principal one that is spared from a deny', () => {
    const anyone = { match: 'anyone', strength: 'sufficient' } as const;
    const model = estate()
      .bind('reader', 'org', [memberOf('ann')])
      .deny('org', [GET], { include: [anyone], exclude: [memberOf('devs')] })
      .model();
    expect([decide(model, 'ann', []), decide(model, 'ann', ['devs'])]).toEqual([FALSE, TRUE]);
  });

  it('takes nothing away: who joins it need not make use of it', () => {
    const model = estate()
      .bind('reader', 'org', [memberOf('ann')])
      .deny('org', [GET], { include: [memberOf('devs')], exclude: [] })
      .model();
    expect(decide(model, 'ann', ['devs'])).toBe(TRUE);
  });

  it('that both a grant and a deny name gives nothing, whatever else is joined', () => {
    const model = estate()
      .bind('reader', 'org', [memberOf('devs')])
      .deny('org', [GET], { include: [memberOf('devs')], exclude: [] })
      .model();
    expect(decide(model, 'ann', ['devs', 'firm'])).toBe(FALSE);
    const other = estate()
      .bind('reader', 'org', [memberOf('devs'), memberOf('eng')])
      .deny('org', [GET], { include: [memberOf('devs')], exclude: [] })
      .model();
    expect(decide(other, 'ann', ['devs', 'eng'])).toBe(TRUE);
    expect(decide(other, 'ann', ['devs'])).toBe(FALSE);
  });

  it('is chosen one way for the whole request where several are in the way', () => {
    const model = estate()
      .bind('reader', 'org', [memberOf('devs')])
      .deny('org', [GET], { include: [memberOf('devs')], exclude: [memberOf('firm')] })
      .deny('org', [GET], { include: [memberOf('firm')], exclude: [memberOf('eng')] })
      .model();
    expect(decide(model, 'ann', ['devs', 'firm'])).toBe(FALSE);
    expect(decide(model, 'ann', ['devs', 'eng', 'firm'])).toBe(TRUE);
  });

  it('is told apart from the principal without it, whichever is asked first', () => {
    const model = estate()
      .bind('reader', 'org', [memberOf('devs')])
      .model();
    expect([decide(model, 'ann', ['devs']), decide(model, 'ann', []), decide(model, 'ann', ['devs'])]).toEqual([
      TRUE,
      FALSE,
      TRUE,
    ]);
  });
});
