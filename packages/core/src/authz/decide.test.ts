import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GraphIndex } from '../graph/graph-index.ts';
import type { Attachment, GraphNode, PolicyDocument, PrincipalMatcher, Statement } from '../graph/model.ts';
import { AuthorizationModel } from './authorization-model.ts';
import { decideQuery } from './decide.ts';
import { globMatch, literalPrefix } from './glob.ts';
import type { CompiledCondition, ProviderSemantics } from './semantics.ts';
import { FALSE, TRUE, type Truth } from './truth.ts';

/** Conditions say outright what they evaluate to, or name a code that the caller may choose. */
function condition(body: unknown): CompiledCondition {
  const fixed = { principalKeys: [], readsResource: false, requestKeys: [] };
  const { is, code } = body as { readonly is?: Truth; readonly code?: string };
  if (code === undefined) return { ...fixed, chosen: [], evaluate: () => is ?? TRUE };
  return {
    ...fixed,
    chosen: [{ key: 'code', values: [code], multivalued: true }],
    evaluate: ({ context }) => {
      const values = context.get('code');
      if (values === undefined) return 2;
      return values?.includes(code) === true ? TRUE : FALSE;
    },
  };
}

/** A provider of two actions, whose ids name their zone before the first slash. */
const toy: ProviderSemantics = {
  provider: 'toy',
  actions: ['box:Peek', 'box:Read'],
  alwaysAllowed: ['box:Peek'],
  resources: {
    compile: (pattern) => ({
      prefix: literalPrefix(pattern),
      all: pattern === '*',
      principalKeys: [],
      matches: (resource) => (globMatch(pattern, resource) ? TRUE : FALSE),
      glob: () => pattern,
    }),
  },
  conditions: { id: 'toy', compile: condition, principalFact: () => '', freshValue: 'fresh' },
  requestTemplates: () => [['*']],
  zoneOf: (resource) => (resource.includes('/') ? resource.split('/')[0] : undefined),
  holdersOf: (resource) => [resource.split('/').slice(0, 2).join('/')],
  needsResourceGrant: (_, resource) => resource.includes('locked'),
  serviceRule: () => undefined,
  creates: () => false,
  serviceContext: () => new Map(),
  takesOutsiders: (_, resource) => resource.includes('shared'),
  needsNoConsent: () => false,
  hasServiceRule: () => false,
  listsAll: (resource) => !resource.includes('shared'),
  session: () => undefined,
};

interface Rule {
  readonly effect: 'allow' | 'deny';
  readonly condition: { readonly is: Truth } | { readonly code: string };
  readonly who?: PrincipalMatcher;
  readonly resource?: string;
}

/** Policies by the part they play; every inner list is one policy, every list of policies is attached to one node. */
interface Estate {
  readonly grants: readonly Rule[];
  readonly guards: readonly (readonly Rule[])[];
  readonly principalLevels: readonly (readonly Rule[])[];
  readonly resourceGrants: readonly Rule[];
  readonly resourceLevels: readonly (readonly Rule[])[];
  readonly exclusive: boolean;
}

const nothing: Estate = {
  grants: [],
  guards: [],
  principalLevels: [],
  resourceGrants: [],
  resourceLevels: [],
  exclusive: false,
};

/** User `z/a`, boxes `z/box` and `y/box`; both zones lie in one organization. */
function modelOf(estate: Estate, unreadable?: { readonly mayDeny: boolean }): AuthorizationModel {
  const common = { provider: 'toy', type: 'thing' };
  const nodes: GraphNode[] = [
    { kind: 'scope', id: 'org', name: 'org', ...common },
    { kind: 'scope', id: 'y', name: 'y', zone: true, scope: 'org', ...common },
    { kind: 'resource', id: 'y/box', name: 'box', scope: 'y', ...common },
    { kind: 'scope', id: 'z', name: 'z', zone: true, scope: 'org', ...common },
    { kind: 'identity', id: 'z/a', name: 'a', scope: 'z', ...common },
    { kind: 'resource', id: 'z/box', name: 'box', scope: 'z', ...common },
  ];
  const documents: PolicyDocument[] = [];
  const attachments: Attachment[] = [];
  const place = (rules: readonly Rule[], node: string, role: Attachment['role']): void => {
    if (rules.length === 0) return;
    const statements = rules.map(
      (rule, index): Statement => ({
        effect: rule.effect,
        actions: { include: ['box:*'], exclude: [] },
        ...(rule.resource === undefined ? {} : { resources: { include: [rule.resource], exclude: [] } }),
        ...(rule.who === undefined ? {} : { principals: { include: [rule.who], exclude: [] } }),
        condition: { language: 'toy', body: { ...rule.condition } },
        index,
      }),
    );
    const id = `d${documents.length}`;
    documents.push({ id, provider: 'toy', statements });
    const exclusive = role === 'resource-grant' && estate.exclusive;
    attachments.push({
      policy: id,
      node,
      role,
      ...(exclusive ? { exclusiveFor: { include: ['*'], exclude: [] } } : {}),
    });
  };
  place(estate.grants, 'z/a', 'identity-grant');
  for (const guard of estate.guards) place(guard, 'z/a', 'identity-guard');
  estate.principalLevels.forEach((level, at) => {
    place(level, ['org', 'z'][at]!, 'principal-scope-guard');
  });
  estate.resourceLevels.forEach((level, at) => {
    if (at === 0) place(level, 'org', 'resource-scope-guard');
    else for (const zone of ['y', 'z']) place(level, zone, 'resource-scope-guard');
  });
  for (const box of ['y/box', 'z/box']) place(estate.resourceGrants, box, 'resource-grant');
  if (unreadable !== undefined) {
    documents.push({ id: 'lost', provider: 'toy', statements: [], unreadable: 'not in the input', ...unreadable });
    attachments.push({ policy: 'lost', node: 'z/a', role: 'identity-grant' });
  }
  const policies = documents.map(({ id }) => ({ id, provider: 'toy', name: id, type: 'policy', document: id }));
  const none = { edges: [], usage: [], observations: [], gaps: [] };
  const graph = new GraphIndex({ schema: 'keyreach-graph/1', nodes, documents, policies, attachments, ...none });
  return new AuthorizationModel(graph, [toy]);
}

function decide(model: AuthorizationModel, resource: string, action: string = 'box:Read'): Truth {
  const identity = model.graph.identity('z/a')!;
  const provider = model.provider('toy')!;
  return decideQuery(model, {
    principal: model.factsOf(identity),
    class: model.classOf(identity),
    action: provider.catalogue.ref(action),
    resource: model.resourceFacts(resource, provider),
    provider,
    context: new Map(),
    now: 0,
  });
}

const is = (effect: Rule['effect'], truth: Truth, who?: PrincipalMatcher): Rule => ({
  effect,
  condition: { is: truth },
  ...(who === undefined ? {} : { who }),
});
const allow = is('allow', TRUE);
const user = (strength: 'delegates' | 'sufficient' | 'bypasses-guards'): PrincipalMatcher => ({
  match: 'node',
  id: 'z/a',
  strength,
});

/** The question of aws.md 1.3 when everything is known: each rule either applies or does not. */
function plainly(estate: Estate, sameZone: boolean, applies: (rule: Rule) => boolean): boolean {
  const { grants, guards, principalLevels, resourceGrants, resourceLevels, exclusive } = estate;
  const all = [...grants, ...guards.flat(), ...principalLevels.flat(), ...resourceGrants, ...resourceLevels.flat()];
  if (all.some((rule) => rule.effect === 'deny' && applies(rule))) return false;
  const lets = (rules: readonly Rule[]): boolean => rules.some((rule) => rule.effect === 'allow' && applies(rule));
  const filled = (levels: readonly (readonly Rule[])[]): readonly (readonly Rule[])[] =>
    levels.filter((level) => level.length > 0);
  if (!filled([...principalLevels, ...resourceLevels]).every(lets)) return false;
  const guarded = filled(guards).every(lets);
  const strengths = resourceGrants
    .filter((rule) => rule.effect === 'allow' && applies(rule))
    .map((rule) => (rule.who !== undefined && 'strength' in rule.who ? rule.who.strength : 'sufficient'));
  if (!sameZone) return lets(grants) && guarded && strengths.length > 0;
  if (strengths.includes('bypasses-guards')) return true;
  if (strengths.includes('sufficient') && guarded) return true;
  const counts = !(exclusive && resourceGrants.length > 0) || strengths.includes('delegates');
  return lets(grants) && guarded && counts;
}

describe('decideQuery', () => {
  const truth = fc.constantFrom<Truth>(0, 1, 2, 3, 3, 3);
  const effect = fc.constantFrom<Rule['effect']>('allow', 'allow', 'allow', 'deny');
  const rule = fc.tuple(effect, truth).map(([kind, how]) => is(kind, how));
  const strength = fc.constantFrom('delegates' as const, 'sufficient' as const, 'bypasses-guards' as const);
  const named = fc.tuple(effect, truth, strength).map(([kind, how, carries]) => is(kind, how, user(carries)));
  const levels = fc.array(fc.array(rule, { maxLength: 2 }), { maxLength: 2 });
  const estates: fc.Arbitrary<Estate> = fc.record({
    grants: fc.array(rule, { maxLength: 2 }),
    guards: levels,
    principalLevels: levels,
    resourceGrants: fc.array(named, { maxLength: 3 }),
    resourceLevels: levels,
    exclusive: fc.boolean(),
  });

  it('never decides against a way the undecided rules may turn out, and decides where none is undecided', () => {
    fc.assert(
      fc.property(estates, fc.boolean(), (estate, sameZone) => {
        const rules = Object.values(estate).flatMap((part) => (typeof part === 'boolean' ? [] : part.flat())) as Rule[];
        const how = (one: Rule): Truth => ('is' in one.condition ? one.condition.is : TRUE);
        const open = rules.filter((one) => how(one) === 1 || how(one) === 2);
        const outcomes = new Set<boolean>();
        for (let turn = 0; turn < 2 ** open.length; turn += 1) {
          const applies = (one: Rule): boolean =>
            how(one) === TRUE || (open.includes(one) && ((turn >> open.indexOf(one)) & 1) === 1);
          outcomes.add(plainly(estate, sameZone, applies));
        }
        const decided = decide(modelOf(estate), sameZone ? 'z/box' : 'y/box');
        if (decided === TRUE) expect([...outcomes]).toEqual([true]);
        if (decided === FALSE) expect([...outcomes]).toEqual([false]);
        if (open.length === 0) expect(decided).toBe(outcomes.has(true) ? TRUE : FALSE);
        if (open.every((one) => how(one) === 2)) expect(decided).not.toBe(1);
      }),
      { numRuns: 3_000 },
    );
  });

  it('needs no grant for what is always allowed', () => {
    expect(decide(modelOf(nothing), 'z/box', 'box:Peek')).toBe(TRUE);
    expect(decide(modelOf(nothing), 'z/box')).toBe(FALSE);
  });

  it('takes an unreadable policy for one that may say anything, unless it is known to hold no deny', () => {
    const granted = { ...nothing, grants: [allow] };
    expect(decide(modelOf(nothing, { mayDeny: false }), 'z/box')).toBe(1);
    expect(decide(modelOf(granted, { mayDeny: true }), 'z/box')).toBe(1);
    expect(decide(modelOf(granted, { mayDeny: false }), 'z/box')).toBe(TRUE);
  });

  it('does not know what policies say on a resource that the input lacks', () => {
    const granted = modelOf({ ...nothing, grants: [allow] });
    expect(decide(granted, 'z/other')).toBe(TRUE);
    expect(decide(granted, 'z/locked')).toBe(1);
    expect(decide(granted, 'x/shared')).toBe(1);
    expect(decide(granted, 'x/other')).toBe(FALSE);
  });

  it('knows of no grant on it either, unless all resources of its kind are listed (aws.md 1.1)', () => {
    const bare = modelOf(nothing);
    expect(decide(bare, 'z/shared')).toBe(1);
    expect(decide(bare, 'z/other')).toBe(FALSE);
    // Across zones the principal needs a grant of its own as well.
    expect(decide(bare, 'x/shared')).toBe(FALSE);
    expect(decide(modelOf({ ...nothing, grants: [is('deny', TRUE)] }), 'z/shared')).toBe(FALSE);
    expect(decide(modelOf({ ...nothing, guards: [[is('allow', FALSE)]] }), 'z/shared')).toBe(1);
  });

  it('takes a principal that nobody can resolve for those it may be only (aws.md 1.4)', () => {
    const named = (who: Partial<Extract<PrincipalMatcher, { match: 'unresolved' }>>, estate: Partial<Estate> = {}) =>
      decide(
        modelOf({
          ...nothing,
          ...estate,
          resourceGrants: [is('allow', TRUE, { match: 'unresolved', text: '?', dangling: false, ...who })],
        }),
        'z/box',
      );
    expect(named({ zoned: true })).toBe(1);
    expect(named({ scope: 'z' })).toBe(1);
    expect(named({ scope: 'y' })).toBe(FALSE);
    expect(named({ type: 'session' })).toBe(FALSE);
    expect(named({ type: 'thing' })).toBe(2);
    // What only delegates needs a grant of the principal's own.
    expect(named({ strength: 'delegates' })).toBe(FALSE);
    expect(named({ strength: 'delegates' }, { grants: [allow], exclusive: true })).toBe(1);
  });

  it('names somebody only where the principal is the one, and leaves sessions and the unresolved open', () => {
    const through = (who: PrincipalMatcher): Truth =>
      decide(modelOf({ ...nothing, resourceGrants: [is('allow', TRUE, who)] }), 'z/box');
    expect(through(user('sufficient'))).toBe(TRUE);
    expect(through({ ...user('sufficient'), certainty: 'conditional' } as PrincipalMatcher)).toBe(2);
    expect(through({ match: 'node', id: 'z/b', strength: 'sufficient' })).toBe(FALSE);
    expect(through({ match: 'scope', id: 'org', strength: 'sufficient' })).toBe(TRUE);
    expect(through({ match: 'scope', id: 'y', strength: 'sufficient' })).toBe(FALSE);
    expect(through({ match: 'anyone', strength: 'delegates' })).toBe(FALSE);
    expect(through({ match: 'service', name: 'a', strength: 'sufficient' })).toBe(FALSE);
    expect(through({ match: 'unresolved', text: '?', dangling: false })).toBe(1);
    expect(through({ match: 'unresolved', text: '?', dangling: true })).toBe(FALSE);
  });

  it('lets the caller choose once, for grant and deny alike', () => {
    const grant = (code: string): Rule => ({ effect: 'allow', condition: { code } });
    const deny = (code: string): Rule => ({ effect: 'deny', condition: { code } });
    expect(decide(modelOf({ ...nothing, grants: [grant('x')] }), 'z/box')).toBe(TRUE);
    expect(decide(modelOf({ ...nothing, grants: [grant('x'), deny('y')] }), 'z/box')).toBe(TRUE);
    expect(decide(modelOf({ ...nothing, grants: [grant('x'), deny('x')] }), 'z/box')).toBe(FALSE);
    expect(decide(modelOf({ ...nothing, grants: [grant('x')], guards: [[grant('y')]] }), 'z/box')).toBe(TRUE);
  });

  it('matches resources by pattern, and by place where a rule names none', () => {
    const on = (resource: string): Estate => ({ ...nothing, grants: [{ ...allow, resource }] });
    expect(decide(modelOf(on('z/b*')), 'z/box')).toBe(TRUE);
    expect(decide(modelOf(on('z/c*')), 'z/box')).toBe(FALSE);
    expect(decide(modelOf({ ...nothing, resourceGrants: [is('allow', TRUE, user('sufficient'))] }), 'z/box/lid')).toBe(
      TRUE,
    );
  });
});
