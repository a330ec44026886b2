import { expect, it } from 'vitest';
import type { AuthorizationModel, ResourceGrant } from '../authz/authorization-model.ts';
import { GraphIndex } from '../graph/graph-index.ts';
import type { GraphNode, IdentityNode, PrincipalMatcher } from '../graph/model.ts';
import { Universes } from './universes.ts';

const zone = (id: string): GraphNode => ({ kind: 'scope', id, provider: 'toy', type: 'zone', name: id, zone: true });
const role = (id: string, scope: string, provider: string = 'toy'): IdentityNode => ({
  kind: 'identity',
  id,
  provider,
  type: 'role',
  name: id,
  scope,
});

/** Two zones with a role each, and one of another provider in the first. */
const nodes: readonly GraphNode[] = [
  zone('z1'),
  zone('z2'),
  role('a', 'z1'),
  role('b', 'z2'),
  role('c', 'z1', 'other'),
];

function universes(letIn: Readonly<Record<string, PrincipalMatcher>>): Universes {
  const graph = new GraphIndex({
    schema: 'keyreach-graph/1',
    nodes,
    edges: [],
    documents: [],
    policies: [],
    attachments: [],
    usage: [],
    observations: [],
    gaps: [],
  });
  const grantsOn = (id: string): readonly ResourceGrant[] => {
    const matcher = letIn[id];
    if (matcher === undefined) return [];
    const document = { statements: [{ allow: true, principals: { include: [matcher], exclude: [] } }] };
    return [{ held: { document }, exclusive: undefined } as unknown as ResourceGrant];
  };
  // Policies and scopes are all that a universe looks at when it is made.
  return new Universes({
    graph,
    grantsOn,
    resourceGuardsOn: () => [],
    provider: () => undefined,
  } as unknown as AuthorizationModel);
}

const anyRole = { kind: 'identity', types: ['role'], sameZone: false } as const;

it('holds the targets of the callers’ own zone and of the provider of the technique', () => {
  const made = universes({});
  expect(made.of(anyRole, 'toy', 'z1').ids).toEqual(['a']);
  expect(made.of(anyRole, 'other', 'z1').ids).toEqual(['c']);
  expect(made.of(anyRole, 'toy', 'z2').ids).toEqual(['b']);
});

it('holds targets elsewhere that let in a principal of the zone by id, for that zone only', () => {
  const made = universes({ b: { match: 'node', id: 'a', strength: 'sufficient' } });
  expect(made.of(anyRole, 'toy', 'z1').ids).toEqual(['a', 'b']);
  expect(made.of(anyRole, 'toy', undefined).ids).toEqual([]);
  expect(made.of({ ...anyRole, sameZone: true }, 'toy', 'z1').ids).toEqual(['a']);
});

it('holds targets elsewhere that let in a whole zone, or anyone', () => {
  expect(universes({ b: { match: 'scope', id: 'z1', strength: 'delegates' } }).of(anyRole, 'toy', 'z1').ids).toEqual([
    'a',
    'b',
  ]);
  expect(universes({ a: { match: 'anyone', strength: 'sufficient' } }).of(anyRole, 'toy', 'z2').ids).toEqual([
    'a',
    'b',
  ]);
});

it('is made once', () => {
  const made = universes({});
  expect(made.of(anyRole, 'toy', 'z1')).toBe(made.of(anyRole, 'toy', 'z1'));
});
