import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { can } from './access.ts';
import type { AuthorizationModel } from './authorization-model.ts';
import { memberOf, type TreeCondition, TreeEstate } from './testing/tree-estate.ts';
import { CONDITIONAL, FALSE, TRUE, type Truth, UNKNOWN, verdictOf } from './truth.ts';

const GET = 'doc.items.get';

/** `org` > `a`, `b`; `app` lives in `a` and may read everywhere. */
function estate(): TreeEstate {
  return new TreeEstate()
    .scope('org')
    .scope('a', 'org')
    .scope('b', 'org')
    .resource('in-a', 'a')
    .resource('in-b', 'b')
    .identity('app', 'service-account', { scope: 'a' })
    .identity('pool', 'principal-set')
    .identity('ann', 'user')
    .role('reader', [GET])
    .bind('reader', 'org', [memberOf('app'), memberOf('ann')]);
}

const under = (...nodes: readonly string[]): TreeCondition => ({ under: nodes });

function verdicts(model: AuthorizationModel, principal: string = 'app'): readonly string[] {
  return ['in-a', 'in-b'].map((resource) => can(model, { principal, action: GET, resource, now: 0 }).verdict);
}

describe('guards that form a union', () => {
  it('cap nobody where there are none', () => {
    expect(verdicts(estate().model())).toEqual(['allow', 'allow']);
  });

  it('cap whom they are placed on, and nobody else', () => {
    const model = estate().boundary('app', 'identity-guard', under('a')).model();
    expect([verdicts(model), verdicts(model, 'ann')]).toEqual([
      ['allow', 'deny'],
      ['allow', 'allow'],
    ]);
  });

  it('let pass what one of them lets pass, wherever they are placed', () => {
    const model = estate()
      .boundary('a', 'principal-scope-guard', under('a'))
      .boundary('org', 'principal-scope-guard', under('b'))
      .model();
    expect([verdicts(model), verdicts(model, 'ann')]).toEqual([
      ['allow', 'allow'],
      ['allow', 'allow'],
    ]);
    const inside = estate().boundary('a', 'principal-scope-guard', under('a')).model();
    expect([verdicts(inside), verdicts(inside, 'ann')]).toEqual([
      ['allow', 'deny'],
      ['allow', 'allow'],
    ]);
  });

  it('do not let pass what a guard of another kind stops', () => {
    const model = estate()
      .boundary('app', 'identity-guard', under('a', 'b'))
      .boundary('app', 'identity-guard', under('b'), undefined, false)
      .model();
    expect(verdicts(model)).toEqual(['deny', 'allow']);
    const levels = estate()
      .boundary('org', 'principal-scope-guard', under('org'))
      .boundary('a', 'principal-scope-guard', under('a'), undefined, false)
      .model();
    expect(verdicts(levels)).toEqual(['allow', 'deny']);
  });

  it('on a group hold for its members, as surely as they are members', () => {
    const bound = (certainty: 'allow' | 'unknown' | 'conditional') =>
      estate().edge('member-of', 'app', 'pool', certainty).boundary('pool', 'identity-guard', under('a')).model();
    expect(verdicts(bound('allow'))).toEqual(['allow', 'deny']);
    expect(verdicts(bound('unknown'))).toEqual(['allow', 'unknown']);
    expect(verdicts(bound('conditional'))).toEqual(['allow', 'conditional']);
    expect(verdicts(bound('allow'), 'ann')).toEqual(['allow', 'allow']);
  });

  it('on a group that nobody read hold for everybody perhaps', () => {
    const model = estate()
      .identity('closed', 'group', { attributes: { membersUnread: true } })
      .boundary('closed', 'identity-guard', under('a'))
      .model();
    expect([verdicts(model), verdicts(model, 'ann')]).toEqual([
      ['allow', 'unknown'],
      ['allow', 'unknown'],
    ]);
  });

  it('on a group that do not form a union hold for its members too', () => {
    const model = estate()
      .edge('member-of', 'app', 'pool')
      .boundary('pool', 'identity-guard', under('a'), undefined, false)
      .model();
    expect([verdicts(model), verdicts(model, 'ann')]).toEqual([
      ['allow', 'deny'],
      ['allow', 'allow'],
    ]);
  });

  it('that tell principals apart by their condition do so for each of those they are placed on', () => {
    const model = estate()
      .identity('bot', 'service-account', { scope: 'a' })
      .bind('reader', 'org', [memberOf('bot')])
      .boundary('a', 'principal-scope-guard', under('a'), { self: 'bot' })
      .model();
    expect([verdicts(model, 'app'), verdicts(model, 'bot'), verdicts(model, 'app')]).toEqual([
      ['allow', 'allow'],
      ['allow', 'deny'],
      ['allow', 'allow'],
    ]);
  });

  it('leave out identities that the provider manages, as other guards of scopes do', () => {
    const model = estate()
      .identity('agent', 'service-agent', { scope: 'a', providerManaged: true })
      .bind('reader', 'org', [memberOf('agent')])
      .boundary('a', 'principal-scope-guard', under('a'))
      .model();
    expect(verdicts(model, 'agent')).toEqual(['allow', 'allow']);
  });

  it('are told as one part of the decision, with what has to change', () => {
    const model = estate()
      .boundary('a', 'principal-scope-guard', under('a'))
      .boundary('app', 'identity-guard', { is: FALSE })
      .model();
    const answer = can(model, { principal: 'app', action: GET, resource: 'in-b', now: 0 });
    const union = answer.layers.filter(({ layer }) => layer === 'identity-guard');
    expect(union).toMatchObject([{ outcome: 'deny', union: true, policyCount: 2 }]);
    expect(union[0]?.policies.map(({ on }) => on)).toEqual(['app', 'a']);
    expect(answer.needs).toMatchObject([{ need: 'guard-allow', by: { on: 'app' } }]);
    expect(answer.blockedBy).toEqual(['identity-guard']);
  });
});

describe('a guard of which nobody knows whether it applies', () => {
  const waits = (built: TreeEstate) =>
    can(built.model(), { principal: 'app', action: GET, resource: 'in-b', now: 0 }).dependsOn;

  it('is what the verdict waits for: its condition, or who is in the group', () => {
    expect(waits(estate().boundary('a', 'principal-scope-guard', under('a'), { is: CONDITIONAL }))).toMatchObject([
      { policy: 'boundary 1', on: 'a', effect: 'deny', certainty: 'conditional', conditions: [{ asks: '{"is":2}' }] },
    ]);
    const open = estate().edge('member-of', 'app', 'pool', 'unknown').boundary('pool', 'identity-guard', under('a'));
    expect(waits(open)).toMatchObject([
      {
        on: 'pool',
        through: 'pool',
        effect: 'deny',
        certainty: 'unknown',
        conditions: [],
        note: 'the input does not tell whether it is in the group',
      },
    ]);
  });

  it('is nothing to wait for where it lets the request pass, or where it surely applies or does not', () => {
    expect(waits(estate().boundary('a', 'principal-scope-guard', under('b'), { is: UNKNOWN }))).toEqual([]);
    expect(waits(estate().boundary('a', 'principal-scope-guard', under('a'), { is: TRUE }))).toEqual([]);
    expect(waits(estate().boundary('a', 'principal-scope-guard', under('a'), { is: FALSE }))).toEqual([]);
  });
});

/** One guard: whether it applies, and whether it allows; each undecided truth may turn out both ways. */
type Guard = readonly [applies: Truth, allows: Truth];

/** What a union comes to once everything is decided. */
function passes(guards: readonly (readonly [boolean, boolean])[]): boolean {
  return !guards.some(([applies]) => applies) || guards.some(([applies, allows]) => applies && allows);
}

/** Ways in which the truths of one kind may turn out, the rest as they are. */
function* turns(guards: readonly Guard[], kind: Truth): Iterable<readonly Guard[]> {
  const open = guards.flatMap((guard, at) => [0, 1].filter((part) => guard[part] === kind).map((part) => [at, part]));
  for (let bits = 0; bits < 2 ** open.length; bits += 1) {
    const turned = guards.map((guard): [Truth, Truth] => [...guard]);
    for (const [place, [at, part]] of open.entries()) {
      turned[at!]![part!] = ((bits >> place) & 1) === 1 ? TRUE : FALSE;
    }
    yield turned;
  }
}

/** True or false where every turn agrees; what is left to the caller is conditional where no unknown can spoil it. */
function expected(guards: readonly Guard[]): Truth {
  let every = true;
  let some = false;
  let always = true;
  for (const known of turns(guards, UNKNOWN)) {
    let reachable = false;
    for (const decided of turns(known, CONDITIONAL)) {
      const passed = passes(decided.map(([applies, allows]) => [applies === TRUE, allows === TRUE]));
      every &&= passed;
      some ||= passed;
      reachable ||= passed;
    }
    always &&= reachable;
  }
  if (every) return TRUE;
  if (!some) return FALSE;
  return always ? CONDITIONAL : UNKNOWN;
}

describe('the truth of a union', () => {
  const truth = fc.constantFrom(TRUE, FALSE, CONDITIONAL, UNKNOWN);

  it('is that of every way in which what is undecided may turn out', () => {
    const seen = new Set<Truth>();
    fc.assert(
      fc.property(fc.array(fc.tuple(truth, truth), { maxLength: 4 }), (guards) => {
        const built = estate();
        guards.forEach(([applies, allows], at) => {
          const [node, role] = (
            [
              ['app', 'identity-guard'],
              ['a', 'principal-scope-guard'],
              ['org', 'principal-scope-guard'],
            ] as const
          )[at % 3]!;
          built.boundary(node, role, { is: allows }, applies === TRUE && at % 2 === 0 ? undefined : { is: applies });
        });
        const { verdict } = can(built.model(), { principal: 'app', action: GET, resource: 'in-a', now: 0 });
        seen.add(expected(guards));
        expect(verdict).toBe(verdictOf(expected(guards)));
      }),
      { numRuns: 1_500 },
    );
    expect(seen.size).toBe(4);
  });
});
