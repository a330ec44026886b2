import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AuthorizationModel } from '../authz/authorization-model.ts';
import { decideQuery } from '../authz/decide.ts';
import { globMatch, literalPrefix } from '../authz/glob.ts';
import type {
  ChosenKey,
  CompiledCondition,
  ConditionRequest,
  PrincipalFacts,
  ProposedValue,
  ProviderSemantics,
  ResourceFacts,
  SessionRules,
} from '../authz/semantics.ts';
import { CONDITIONAL, FALSE, TRUE, type Truth, UNKNOWN } from '../authz/truth.ts';
import { GraphIndex } from '../graph/graph-index.ts';
import type {
  Attachment,
  GraphNode,
  IdentityNode,
  PolicyDocument,
  PrincipalMatcher,
  Statement,
} from '../graph/model.ts';
import { contains } from './range-set.ts';
import { RequirementEvaluator } from './requirement.ts';
import { anyMemberFacts, type Caller, openedTo, TargetDecisions } from './target-decisions.ts';
import type { Requirement } from './technique.ts';
import { valueAt } from './truth-set.ts';
import { Universe } from './universe.ts';

/** What a condition of the toy provider asks: a key has a value, two tags are the same, or an answer outright. */
type Body =
  | { readonly key: 'code' | 'ptag' | 'rtag' | 'place' | 'mfa' | 'name'; readonly is: string }
  | { readonly same: true }
  | { readonly answer: Truth };

const TAG_KEYS: Readonly<Record<string, ChosenKey>> = {
  code: { key: 'code', values: [] },
  ptag: { key: 'ptag', values: [], when: 'principal-tags' },
  rtag: { key: 'rtag', values: [], when: 'resource-tags' },
  // Every box but `b` tells its own place.
  place: {
    key: 'place',
    values: [],
    always: true,
    free: { by: 'place', in: (_, { id }) => placeOf(id) === undefined },
  },
};

function placeOf(id: string): string | undefined {
  return id.endsWith('b') ? undefined : id.slice(-1);
}

/** Text, null for absent, undefined for undecided. */
function keyValue(key: string, { principal, resource, context }: ConditionRequest): string | null | undefined {
  const place = key === 'place' ? placeOf(resource.id) : undefined;
  if (place !== undefined) return place;
  const given = context.get(key);
  if (given !== undefined) return given?.[0] ?? null;
  switch (key) {
    case 'ptag':
      return principal.chosenTags === true ? undefined : (principal.node.tags?.['t'] ?? null);
    case 'rtag':
      return resource.chosenTags === true ? undefined : (resource.node?.tags?.['t'] ?? null);
    case 'mfa': {
      const session = principal.session?.context.get('mfa');
      return session === undefined ? undefined : (session?.[0] ?? null);
    }
    case 'name':
      return principal.node.name;
    default:
      return undefined;
  }
}

function compileCondition(json: unknown): CompiledCondition {
  const body = json as Body;
  if ('answer' in body)
    return { principalKeys: [], readsResource: false, requestKeys: [], chosen: [], evaluate: () => body.answer };
  if ('same' in body) {
    const proposals = (request: ConditionRequest): readonly ProposedValue[] => {
      const [own, other] = [keyValue('ptag', request), keyValue('rtag', request)];
      return [
        ...(typeof other === 'string' ? [{ key: 'ptag', value: other }] : []),
        ...(typeof own === 'string' ? [{ key: 'rtag', value: own }] : []),
      ];
    };
    return {
      principalKeys: ['ptag'],
      readsResource: true,
      requestKeys: [],
      chosen: [TAG_KEYS['ptag']!, TAG_KEYS['rtag']!],
      propose: proposals,
      evaluate: (request) => {
        const [own, other] = [keyValue('ptag', request), keyValue('rtag', request)];
        if (own === null || other === null) return FALSE;
        if (own === undefined || other === undefined) return CONDITIONAL;
        return own === other ? TRUE : FALSE;
      },
    };
  }
  const { key, is } = body;
  const chosen = TAG_KEYS[key];
  return {
    principalKeys: ['code', 'rtag', 'place'].includes(key) ? [] : [key],
    readsResource: key === 'rtag' || key === 'place',
    ...(key === 'place' ? { resourceKeys: ['place'] } : {}),
    requestKeys: [],
    chosen: chosen === undefined ? [] : [{ ...chosen, values: [is] }],
    evaluate: (request) => {
      const value = keyValue(key, request);
      return value === undefined ? CONDITIONAL : value === is ? TRUE : FALSE;
    },
  };
}

const deny = (action: string, undecidable?: string): Statement => ({
  effect: 'deny',
  actions: { include: [action], exclude: [] },
  index: 1,
  ...(undecidable === undefined ? {} : { undecidable }),
});
const everything: Statement = { effect: 'allow', actions: { include: ['*'], exclude: [] }, index: 0 };

const SESSIONS: Readonly<Record<string, SessionRules>> = {
  key: { kind: 'key', keys: ['mfa'], context: new Map([['mfa', null]]) },
  mfa: { kind: 'mfa', keys: ['mfa'], context: new Map([['mfa', ['yes']]]), guard: [everything, deny('box:Read')] },
  token: { kind: 'token', keys: [], context: new Map(), needs: 'box:Hold' },
  apart: { kind: 'apart', keys: [], context: new Map(), separate: 'other' },
  odd: { kind: 'odd', keys: [], context: new Map(), guard: [everything, deny('box:Take', 'nobody knows')] },
};

/** Ids name their zone before the slash. */
const toy: ProviderSemantics = {
  provider: 'toy',
  actions: ['box:Hold', 'box:Peek', 'box:Read', 'box:Seize', 'box:Take'],
  alwaysAllowed: ['box:Peek'],
  resources: {
    compile: (pattern) => {
      const tagged = pattern.includes('{ptag}');
      const request = (principal: PrincipalFacts, context: ConditionRequest['context']): ConditionRequest => ({
        principal,
        action: '',
        resource: { id: '*', scopes: [] },
        context,
        now: 0,
      });
      const [before = '', after = ''] = pattern.split('{ptag}');
      return {
        prefix: tagged ? before : literalPrefix(pattern),
        all: pattern === '*',
        principalKeys: tagged ? ['ptag'] : [],
        ...(tagged
          ? {
              readsContext: true,
              chosen: [TAG_KEYS['ptag']!],
              propose: (resource: string) =>
                resource.startsWith(before) && resource.endsWith(after)
                  ? [{ key: 'ptag', value: resource.slice(before.length, resource.length - after.length) }]
                  : [],
            }
          : {}),
        matches: (resource, principal, context = new Map()) => {
          if (!tagged) return globMatch(pattern, resource) ? TRUE : FALSE;
          if (principal === undefined) return UNKNOWN;
          const value = keyValue('ptag', request(principal, context));
          if (value === null) return FALSE;
          if (value === undefined) return globMatch(`${before}*${after}`, resource) ? CONDITIONAL : FALSE;
          return resource === before + value + after ? TRUE : FALSE;
        },
        glob: () => pattern,
      };
    },
  },
  conditions: {
    id: 'toy',
    compile: compileCondition,
    freshValue: 'fresh',
    resourceFact: (_, { id }) => placeOf(id) ?? 'free',
    principalFact: (key, principal) =>
      JSON.stringify(
        keyValue(key, { principal, action: '', resource: { id: '*', scopes: [] }, context: new Map(), now: 0 }) ?? null,
      ) + (key === 'ptag' && principal.chosenTags === true ? ' chosen' : ''),
  },
  requestTemplates: () => [['*']],
  zoneOf: (resource) => (resource.includes('/') ? resource.split('/')[0] : undefined),
  holdersOf: (resource) => [resource],
  needsResourceGrant: () => false,
  serviceRule: (action, _, resource) => {
    if (action !== 'box:take') return undefined;
    if (resource.endsWith('a')) return resource.startsWith('y') ? 'undecided' : 'past-own-denies';
    return resource.endsWith('b') ? 'never' : 'no-grant-needed';
  },
  hasServiceRule: (action) => action === 'box:take',
  creates: () => false,
  serviceContext: () => new Map(),
  takesOutsiders: () => false,
  listsAll: () => true,
  needsNoConsent: (action) => action === 'box:Seize',
  session: (kind) => (Object.hasOwn(SESSIONS, kind) ? SESSIONS[kind] : undefined),
};

interface Rule {
  readonly effect: 'allow' | 'deny';
  readonly actions: readonly string[];
  readonly resource: string;
  readonly condition: Body | undefined;
  readonly who: PrincipalMatcher;
}

const value = fc.constantFrom('a', 'b', 'c');
const body: fc.Arbitrary<Body> = fc.oneof(
  fc.record({
    key: fc.constantFrom('code' as const, 'ptag' as const, 'rtag' as const, 'place' as const, 'mfa' as const),
    is: value,
  }),
  fc.record({ key: fc.constant('mfa' as const), is: fc.constant('yes') }),
  fc.record({ key: fc.constant('name' as const), is: fc.constantFrom('u', 'v') }),
  fc.constant({ same: true as const }),
  fc.record({ answer: fc.constantFrom<Truth>(UNKNOWN, CONDITIONAL) }),
);
const rule = (effects: readonly ('allow' | 'deny')[]): fc.Arbitrary<Rule> =>
  fc.record({
    effect: fc.constantFrom(...effects),
    actions: fc.constantFrom(['*'], ['*'], ['box:Read'], ['box:Take', 'box:Hold'], ['box:Seize']),
    resource: fc.constantFrom('*', '*', 'y/*', 'z/{ptag}', '*{ptag}', 'z/a', 'q/*'),
    condition: fc.option(body, { nil: undefined }),
    who: fc.oneof(
      fc.record({
        match: fc.constant('node' as const),
        id: fc.constantFrom('z/u', 'z/v', 'w'),
        strength: fc.constantFrom('sufficient' as const, 'bypasses-guards' as const),
      }),
      fc.record({
        match: fc.constant('anyone' as const),
        strength: fc.constantFrom('bypasses-guards' as const, 'delegates' as const),
      }),
      fc.constant({ match: 'scope' as const, id: 'z', strength: 'delegates' as const }),
    ),
  });
const allows = fc.array(rule(['allow', 'allow', 'allow', 'deny']), { minLength: 1, maxLength: 3 });
const some = fc.option(allows, { nil: undefined, freq: 2 });

const asked = fc.record({
  tags: fc.dictionary(fc.constant('t'), value),
  boxTags: fc.array(fc.option(value, { nil: undefined }), { minLength: 6, maxLength: 6 }),
  grants: allows,
  guard: some,
  sessionGuard: some,
  level: some,
  onBoxes: fc.array(some, { minLength: 3, maxLength: 3 }),
  resourceLevel: some,
  session: fc.constantFrom(undefined, ...Object.keys(SESSIONS)),
  chosenTags: fc.boolean(),
  chosenResourceTags: fc.boolean(),
  anyMember: fc.boolean(),
  // Somebody else of the same zone, who may hold the same texts beside others. Alone: no policy on a box names either.
  others: fc.record({
    tags: fc.dictionary(fc.constant('t'), value),
    grants: allows,
    same: fc.boolean(),
    alone: fc.boolean(),
  }),
});

const BOXES = ['y/a', 'y/b', 'y/c', 'z/a', 'z/b', 'z/c'] as const;

function documentOf(id: string, rules: readonly Rule[], named: boolean): PolicyDocument {
  const statements = rules.map(
    ({ effect, actions, resource, condition, who }, index): Statement => ({
      effect,
      actions: { include: actions, exclude: [] },
      resources: { include: [resource], exclude: [] },
      ...(named ? { principals: { include: [who], exclude: [] } } : {}),
      ...(condition === undefined ? {} : { condition: { language: 'toy', body: { ...condition } } }),
      index,
    }),
  );
  return { id, provider: 'toy', statements };
}

describe('decisions on all targets at once', () => {
  it('are those on each target by itself', () => {
    const counts = new Map<Truth, number>();
    const hopes = new Map<boolean, number>();
    const gains = new Map<boolean, number>();
    const strangers = new Map<Truth, number>();
    fc.assert(
      fc.property(asked, (one) => {
        const common = { provider: 'toy', type: 'thing' };
        const user: IdentityNode = { kind: 'identity', id: 'z/u', name: 'u', scope: 'z', ...common, tags: one.tags };
        const other: IdentityNode = { ...user, id: 'z/v', name: 'v', tags: one.others.tags };
        const stranger: IdentityNode = { kind: 'identity', id: 'w', name: 'w', ...common, tags: one.others.tags };
        const unsorted: GraphNode[] = [
          { kind: 'scope', id: 'y', name: 'y', zone: true, ...common },
          { kind: 'scope', id: 'z', name: 'z', zone: true, ...common },
          user,
          other,
          stranger,
          ...BOXES.map((id, at): GraphNode => {
            const tag = one.boxTags[at];
            const tags: Readonly<Record<string, string>> = tag === undefined ? {} : { t: tag };
            return { kind: 'resource', id, name: id, scope: id[0]!, ...common, tags };
          }),
        ];
        const nodes = unsorted.sort((left, right) => (left.id < right.id ? -1 : 1));
        const documents: PolicyDocument[] = [];
        const attachments: Attachment[] = [];
        const place = (rules: readonly Rule[] | undefined, on: readonly string[], role: Attachment['role']): void => {
          if (rules === undefined) return;
          const id = `d${documents.length}`;
          documents.push(documentOf(id, rules, role.startsWith('resource')));
          for (const node of on) attachments.push({ policy: id, node, role });
        };
        place(one.grants, ['z/u'], 'identity-grant');
        if (one.others.same) attachments.push({ policy: 'd0', node: 'z/v', role: 'identity-grant' });
        place(one.guard, ['z/u', 'z/v'], 'identity-guard');
        place(one.others.grants, ['z/v', 'w'], 'identity-grant');
        place(one.level, ['z'], 'principal-scope-guard');
        for (const [at, rules] of one.others.alone ? [] : one.onBoxes.entries())
          place(rules, [['y/a', 'y/b'], ['z/a', 'z/c'], ['z/b']][at]!, 'resource-grant');
        place(one.resourceLevel, ['z'], 'resource-scope-guard');
        const policies = documents.map(({ id }) => ({ id, provider: 'toy', name: id, type: 'policy', document: id }));
        const none = { edges: [], usage: [], observations: [], gaps: [] };
        const graph = new GraphIndex({ schema: 'keyreach-graph/1', nodes, documents, policies, attachments, ...none });
        const model = new AuthorizationModel(graph, [toy]);
        const provider = model.provider('toy')!;
        const base = one.session === undefined ? model.factsOf(user) : model.sessionFacts(user, one.session);
        const facts: PrincipalFacts = one.chosenTags ? { ...base, chosenTags: true } : base;
        const guards =
          one.sessionGuard === undefined ? [] : [provider.compiler.compile(documentOf('sg', one.sessionGuard, false))];
        const principalClass = model.classFor(facts, guards);
        const caller: Caller = {
          class: principalClass,
          facts: one.anyMember ? anyMemberFacts(facts) : facts,
          anyMember: one.anyMember,
          ...(one.chosenResourceTags ? { chosenResourceTags: true } : {}),
        };
        const boxes = BOXES.map((id) => graph.node(id)!);
        const universe = new Universe(model, boxes, 'z');
        const decisions = new TargetDecisions(model, 0);
        const evaluator = new RequirementEvaluator(model, provider, {}, 0, () => universe);
        const changes: readonly Pick<Caller, 'chosenResourceTags' | 'opensResource'>[] = [
          { chosenResourceTags: true },
          { opensResource: { how: 'beside' } },
          {
            opensResource: {
              how: 'instead',
              actions: provider.catalogue.select({ include: ['box:Read'], exclude: [] }),
            },
          },
        ];
        for (const name of toy.actions) {
          const action = provider.catalogue.ref(name);
          const found = decisions.allowed(caller, action, universe, new Map(), provider, universe.full);
          for (const [index, node] of boxes.entries()) {
            const resource: ResourceFacts = {
              id: node.id,
              node,
              scopes: graph.scopesOf(node.id),
              ...(one.chosenResourceTags ? { chosenTags: true } : {}),
            };
            const query = { principal: caller.facts, class: principalClass, action, resource, provider };
            const expected = decideQuery(model, { ...query, context: new Map(), now: 0 });
            expect([name, node.id, valueAt(found, index)]).toEqual([name, node.id, expected]);
            counts.set(expected, (counts.get(expected) ?? 0) + 1);
            for (const changed of one.chosenResourceTags ? [] : changes) {
              const more = decideQuery(model, {
                ...query,
                resource: openedTo(changed, resource),
                context: new Map(),
                now: 0,
              });
              const changer: Caller = { ...caller, ...changed };
              const asks: Requirement = { allowed: name };
              expect([changed, valueAt(evaluator.evaluate(asks, changer, universe, universe.full), index)]).toEqual([
                changed,
                more,
              ]);
              const worth = evaluator.worthAsking(asks, changer, principalClass, universe, universe.full);
              gains.set(contains(worth, index), (gains.get(contains(worth, index)) ?? 0) + 1);
              if (!contains(worth, index))
                expect([name, node.id, changed, more]).toEqual([name, node.id, changed, expected]);
            }
          }
          const asked: Requirement[] = [{ allowed: name }, { allowed: name, on: '{target}' }];
          for (const formula of [...asked, { all: asked }, { any: [...asked].reverse() }]) {
            const answer = evaluator.evaluate(formula, caller, universe, universe.full);
            expect([formula, BOXES.map((_, index) => valueAt(answer, index))]).toEqual([
              formula,
              BOXES.map((_, index) => valueAt(found, index)),
            ]);
            const may = evaluator.mayHold(formula, caller, universe);
            hopes.set(may, (hopes.get(may) ?? 0) + 1);
          }
        }
        // Somebody who stands in no zone is asked about what may take it from afar, and gets the same answers.
        const nowhere = new Universe(model, boxes, undefined);
        const far: Caller = { class: model.classOf(stranger), facts: model.factsOf(stranger), anyMember: false };
        for (const name of toy.actions) {
          const action = provider.catalogue.ref(name);
          const found = decisions.allowed(far, action, nowhere, new Map(), provider, nowhere.full);
          for (const [index, node] of boxes.entries()) {
            const resource: ResourceFacts = { id: node.id, node, scopes: graph.scopesOf(node.id) };
            const query = { principal: far.facts, class: far.class, action, resource, provider };
            const expected = decideQuery(model, { ...query, context: new Map(), now: 0 });
            expect(['w', name, node.id, valueAt(found, index)]).toEqual(['w', name, node.id, expected]);
            strangers.set(expected, (strangers.get(expected) ?? 0) + 1);
          }
        }
        // What was found for one is not told of the other, unless it is the same.
        const callers = [user, other].map((identity): Caller => {
          const held = one.session === undefined ? model.factsOf(identity) : model.sessionFacts(identity, one.session);
          const own: PrincipalFacts = one.chosenTags ? { ...held, chosenTags: true } : held;
          const facts = one.anyMember ? anyMemberFacts(own) : own;
          return { class: model.classFor(own, guards), facts, anyMember: one.anyMember };
        });
        for (const name of toy.actions) {
          for (const on of [undefined, '{target}', '{target}/*']) {
            const formula: Requirement = on === undefined ? { allowed: name } : { allowed: name, on };
            for (const by of callers) {
              const alone = new RequirementEvaluator(model, provider, {}, 0, () => universe);
              const [together, apart] = [evaluator, alone].map((asking) => {
                const answer = asking.evaluate(formula, by, universe, universe.full);
                return BOXES.map((_, index) => valueAt(answer, index));
              });
              expect([by.facts.node.id, formula, together]).toEqual([by.facts.node.id, formula, apart]);
            }
          }
        }
      }),
      { numRuns: 800 },
    );
    // Every answer must be worth comparing.
    for (const truth of [FALSE, UNKNOWN, CONDITIONAL, TRUE]) {
      expect(counts.get(truth) ?? 0).toBeGreaterThan(60);
      expect(strangers.get(truth) ?? 0).toBeGreaterThan(60);
    }
    for (const answer of [true, false]) {
      expect(hopes.get(answer) ?? 0).toBeGreaterThan(500);
      expect(gains.get(answer) ?? 0).toBeGreaterThan(500);
    }
  }, 90_000);
});
