import { CONDITIONAL, FALSE, TRUE, type Truth, UNKNOWN } from '@keyreach/core/authz';
import type { Certainty, PrincipalMatcher, PrincipalSelector } from '@keyreach/core/graph';
import fc from 'fast-check';
import { type TreeCondition, TreeEstate } from '../../packages/core/src/authz/testing/tree-estate.ts';

/** An estate of a provider without zones, as plain lists: what the oracle reads, and what the graph is built of. */
export interface PlacedEstate {
  /** Scope → the one around it; `org` has none. */
  readonly scopes: readonly (readonly [id: string, within: string | undefined])[];
  readonly resources: readonly { readonly id: string; readonly scope: string; readonly team: string | undefined }[];
  readonly identities: readonly PlacedIdentity[];
  readonly memberships: readonly (readonly [from: string, to: string, certainty: Certainty])[];
  readonly roles: readonly { readonly id: string; readonly actions: readonly string[]; readonly lost: boolean }[];
  readonly bindings: readonly PlacedBinding[];
  readonly denies: readonly {
    readonly node: string;
    readonly actions: readonly string[];
    readonly principals: PrincipalSelector;
    readonly condition: TreeCondition | undefined;
  }[];
  readonly boundaries: readonly {
    readonly node: string;
    readonly allows: TreeCondition;
    readonly applies: TreeCondition | undefined;
  }[];
}

export interface PlacedIdentity {
  readonly id: string;
  readonly type: string;
  readonly scope: string | undefined;
  readonly unread: boolean;
}

export interface PlacedBinding {
  readonly role: string;
  readonly node: string;
  readonly principals: PrincipalSelector;
  readonly condition: TreeCondition | undefined;
}

export interface PlacedRequest {
  readonly principal: string;
  readonly action: string;
  readonly resource: string;
}

const actions = ['doc.items.get', 'doc.items.list', 'doc.items.share'];
const callers = ['ann', 'bob', 'app', 'bot', 'all', 'pool'];
const groups = ['devs', 'eng', 'ops', 'staff'];
const scopes = ['org', 'north', 'south', 'shop', 'yard'];
const resources = ['item', 'other', 'third'];

const action = fc.constantFrom(...actions);
const actionList = fc.uniqueArray(action, { minLength: 1, maxLength: 3 });
const place = fc.constantFrom('org', ...scopes, ...resources);
const truth = fc.constantFrom<Truth>(TRUE, TRUE, FALSE, CONDITIONAL, CONDITIONAL, UNKNOWN);
const condition: fc.Arbitrary<TreeCondition> = fc.oneof(
  truth.map((is) => ({ is })),
  fc.constantFrom('red', 'blue').map((team) => ({ team })),
  fc.constantFrom(...callers).map((self) => ({ self })),
  fc.uniqueArray(place, { minLength: 1, maxLength: 2 }).map((under) => ({ under })),
);
const maybe = fc.option(condition, { nil: undefined, freq: 2 });

const matcher: fc.Arbitrary<PrincipalMatcher> = fc.oneof(
  { weight: 5, arbitrary: member(fc.constantFrom(...callers, ...groups, 'nobody')) },
  { weight: 1, arbitrary: fc.constant({ match: 'anyone', strength: 'sufficient' } as const) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(...scopes).map((scope) => ({
      match: 'types' as const,
      types: ['service-account'],
      scope,
      strength: 'sufficient' as const,
    })),
  },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom(true, false)
      .map((dangling) => ({ match: 'unresolved' as const, text: 'gone', dangling })),
  },
);

function member(id: fc.Arbitrary<string>): fc.Arbitrary<PrincipalMatcher> {
  return id.map((one) => ({ match: 'member', id: one, strength: 'sufficient' }));
}

const selector: fc.Arbitrary<PrincipalSelector> = fc.record({
  include: fc.array(matcher, { minLength: 1, maxLength: 3 }),
  exclude: fc.oneof(
    { weight: 3, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: fc.array(matcher, { maxLength: 2 }) },
  ),
});

const certainty = fc.constantFrom<Certainty>('allow', 'allow', 'conditional', 'unknown');

function identityOf(id: string, type: string): fc.Arbitrary<PlacedIdentity> {
  const inside = type === 'service-account' ? fc.constantFrom<string | undefined>(...scopes) : fc.constant(undefined);
  const unread = type === 'group' ? fc.integer({ min: 0, max: 5 }).map((one) => one === 0) : fc.constant(false);
  return fc.record({ id: fc.constant(id), type: fc.constant(type), scope: inside, unread });
}

/** Estates in which everything of docs/reach-scoped.md, "Decisions", occurs. */
export const placedEstates: fc.Arbitrary<PlacedEstate> = fc.record({
  scopes: fc.constantFrom('north', 'south').map((within): PlacedEstate['scopes'] => [
    ['org', undefined],
    ['north', 'org'],
    ['south', 'org'],
    ['shop', 'north'],
    ['yard', within],
  ]),
  resources: fc.tuple(
    ...resources.map((id) =>
      fc.record({
        id: fc.constant(id),
        scope: fc.constantFrom(...scopes),
        team: fc.constantFrom(undefined, 'red', 'blue'),
      }),
    ),
  ),
  identities: fc.tuple(
    identityOf('ann', 'user'),
    identityOf('bob', 'user'),
    identityOf('app', 'service-account'),
    identityOf('bot', 'service-account'),
    identityOf('all', 'public'),
    identityOf('pool', 'principal-set'),
    ...groups.map((id) => identityOf(id, 'group')),
  ),
  memberships: fc.uniqueArray(
    fc.tuple(fc.constantFrom(...callers, ...groups), fc.constantFrom(...groups, 'pool'), certainty),
    { maxLength: 8, selector: ([from, to]) => `${from} ${to}` },
  ),
  roles: fc.tuple(
    ...['reader', 'writer', 'lost'].map((id) =>
      fc.record({ id: fc.constant(id), actions: actionList, lost: fc.constant(id === 'lost') }),
    ),
  ),
  bindings: fc.array(
    fc.record({
      role: fc.constantFrom('reader', 'reader', 'writer', 'writer', 'lost'),
      node: place,
      principals: selector,
      condition: maybe,
    }),
    { minLength: 1, maxLength: 6 },
  ),
  denies: fc.array(
    fc.record({ node: fc.constantFrom(...scopes), actions: actionList, principals: selector, condition: maybe }),
    { maxLength: 2 },
  ),
  boundaries: fc.array(
    fc.record({ node: fc.constantFrom('app', 'ann', 'pool', ...groups, ...scopes), allows: condition, applies: maybe }),
    { maxLength: 3 },
  ),
});

export const placedRequests: fc.Arbitrary<PlacedRequest> = fc.record({
  principal: fc.constantFrom(...callers, ...groups),
  action,
  resource: fc.constantFrom(...resources, ...scopes, 'item/part', 'elsewhere/part'),
});

/** The estate as a builder of graphs takes it. */
export function treeOf(estate: PlacedEstate): TreeEstate {
  const built = new TreeEstate();
  for (const [id, within] of estate.scopes) built.scope(id, within);
  for (const { id, scope, team } of estate.resources)
    built.resource(id, scope, team === undefined ? {} : { tags: { team } });
  for (const { id, type, scope, unread } of estate.identities) {
    const inside = scope === undefined ? {} : { scope };
    built.identity(id, type, { ...inside, ...(unread ? { attributes: { membersUnread: true } } : {}) });
  }
  for (const [from, to, how] of estate.memberships) built.edge('member-of', from, to, how);
  for (const { id, actions: names, lost } of estate.roles) built.role(id, names, lost ? { mayDeny: false } : undefined);
  for (const { role, node, principals, condition: when } of estate.bindings) {
    built.bind(role, node, principals.include, {
      exclude: principals.exclude,
      ...(when === undefined ? {} : { condition: when }),
    });
  }
  for (const { node, actions: names, principals, condition: when } of estate.denies) {
    built.deny(node, names, principals, when);
  }
  const isScope = new Set(estate.scopes.map(([id]) => id));
  for (const { node, allows, applies } of estate.boundaries) {
    built.boundary(node, isScope.has(node) ? 'principal-scope-guard' : 'identity-guard', allows, applies);
  }
  return built;
}

/**
 * One way in which everything that is open may turn out: `pick` says for each open thing whether it holds. Groups that nobody
 * read get members, undecided memberships and conditions are settled; texts that were lost stay lost.
 */
export function settled(estate: PlacedEstate, pick: () => boolean): PlacedEstate {
  const settle = <C extends TreeCondition | undefined>(one: C): C =>
    one !== undefined && 'is' in one && (one.is === UNKNOWN || one.is === CONDITIONAL)
      ? ({ is: pick() ? TRUE : FALSE } as C)
      : one;
  const open = (selected: PrincipalSelector): PrincipalSelector => ({
    include: selected.include.map((one) => (one.match === 'unresolved' ? { ...one, dangling: true } : one)),
    exclude: selected.exclude.map((one) => (one.match === 'unresolved' ? { ...one, dangling: true } : one)),
  });
  const known = estate.memberships.flatMap(([from, to, how]): PlacedEstate['memberships'] =>
    how === 'allow' || pick() ? [[from, to, 'allow']] : [],
  );
  const added: (readonly [string, string, Certainty])[] = [];
  for (const group of estate.identities) {
    if (!group.unread) continue;
    for (const one of estate.identities) {
      if (one.id === group.id || one.type === 'public') continue;
      if (pick() && !known.some(([from, to]) => from === one.id && to === group.id))
        added.push([one.id, group.id, 'allow']);
    }
  }
  return {
    ...estate,
    identities: estate.identities.map((one) => ({ ...one, unread: false })),
    resources: estate.resources.map((one) => ({ ...one, team: one.team ?? (pick() ? 'red' : 'blue') })),
    memberships: [...known, ...added],
    bindings: estate.bindings.map((one) => ({
      ...one,
      principals: open(one.principals),
      condition: settle(one.condition),
    })),
    denies: estate.denies.map((one) => ({
      ...one,
      principals: open(one.principals),
      condition: settle(one.condition),
    })),
    boundaries: estate.boundaries.map((one) => ({ ...one, allows: settle(one.allows), applies: settle(one.applies) })),
  };
}
