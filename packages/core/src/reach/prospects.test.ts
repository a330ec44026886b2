import { describe, expect, it } from 'vitest';
import { ActionCatalogue } from '../authz/action-catalogue.ts';
import type { AuthorizationModel, ProviderModel, ResourceGrant } from '../authz/authorization-model.ts';
import { FALSE, TRUE } from '../authz/truth.ts';
import { GraphIndex } from '../graph/graph-index.ts';
import type { GraphNode, PrincipalMatcher } from '../graph/model.ts';
import type { ClassActions } from './class-actions.ts';
import { mayHold, Prospects } from './prospects.ts';
import { EMPTY, setOf } from './range-set.ts';
import type { Requirement } from './technique.ts';
import { Universe } from './universe.ts';

const zone = (id: string): GraphNode => ({ kind: 'scope', id, provider: 'toy', type: 'zone', name: id, zone: true });
const box = (id: string): GraphNode => ({
  kind: 'resource',
  id,
  provider: 'toy',
  type: 'box',
  name: id,
  scope: id.slice(0, 1),
});
const nodes: readonly GraphNode[] = [zone('y'), zone('z'), box('y/far'), box('z/near')];
const boxes = [nodes[2]!, nodes[3]!];
const catalogue = new ActionCatalogue(['box:Hold', 'box:Peek', 'box:Read']);

const hold: Requirement = { allowed: 'box:Hold' };
const read: Requirement = { allowed: 'box:Read' };
const inside: Requirement = { allowed: 'box:Read', on: '{target}/*' };

/** Prospects in a graph of one box in each zone, with policies that let in one principal each. */
function prospects(letIn: Readonly<Record<string, PrincipalMatcher>>): { of: Prospects; universe: Universe } {
  const parts = { edges: [], documents: [], policies: [], attachments: [], usage: [], observations: [], gaps: [] };
  const graph = new GraphIndex({ schema: 'keyreach-graph/1', nodes, ...parts });
  const actions = catalogue.select({ include: ['box:Read'], exclude: [] });
  const grantsOn = (id: string): readonly ResourceGrant[] => {
    const matcher = letIn[id];
    if (matcher === undefined) return [];
    const document = { id, statements: [{ allow: true, actions, exclude: [], principals: { include: [matcher] } }] };
    for (const one of document.statements) Object.assign(one.principals, { exclude: [] });
    return [{ held: { document }, exclusive: undefined } as unknown as ResourceGrant];
  };
  const holdersOf = (id: string): readonly string[] => [id, id.split('/').slice(0, 2).join('/')];
  const resourceFacts = (id: string) => ({ id, node: graph.node(id) ?? graph.node(holdersOf(id)[1]!), scopes: [] });
  const model = { graph, grantsOn, resourceGuardsOn: () => [], resourceFacts, provider: () => undefined };
  const semantics = {
    alwaysAllowed: ['box:Peek'],
    hasServiceRule: () => false,
    needsNoConsent: () => false,
    holdersOf,
  };
  const known = model as unknown as AuthorizationModel;
  const universe = new Universe(known, boxes, 'z');
  const of = new Prospects(known, { catalogue, semantics } as unknown as ProviderModel, {
    open: (part) => ('holds' in part && part.holds === 'near' ? setOf([1]) : EMPTY),
    zoneHolds: (name) => (name === 'yes' ? TRUE : FALSE),
    otherUniverse: () => universe,
  });
  return { of, universe };
}

/** A class that is left with some actions and holds grants of others. */
function actions(granted: readonly string[], left: readonly string[] = granted): ClassActions {
  const bits = (names: readonly string[]): Uint32Array => catalogue.select({ include: names, exclude: [] }).bits;
  return { granted: bits(granted), within: bits(granted), left: bits(left) };
}

describe('prospects of a formula', () => {
  it('are none where a fact holds nowhere, whoever asks, and end where it holds', () => {
    const { of, universe } = prospects({});
    expect(of.of({ all: [hold, { holds: 'nowhere' }] }, universe, 'one')).toBeUndefined();
    expect(of.of({ all: [hold, { holds: 'near' }] }, universe, 'one')?.within).toEqual(setOf([1]));
    expect(of.of({ any: [{ zoneHolds: 'no' }, { holds: 'nowhere' }] }, universe, 'one')).toBeUndefined();
    expect(of.of({ any: [{ zoneHolds: 'yes' }, { holds: 'nowhere' }] }, universe, 'one')?.parts).toHaveLength(1);
    expect(
      of.of({ some: { kind: 'resource', types: [] }, that: { holds: 'nowhere' } }, universe, 'one'),
    ).toBeUndefined();
  });

  it('need every action of a conjunction and one of a choice', () => {
    const { of, universe } = prospects({});
    const all = of.of({ all: [hold, read] }, universe, 'one')!;
    const any = of.of({ any: [hold, read] }, universe, 'one')!;
    const allows = of.of({ allows: ['box:Hold', 'box:Read'] }, universe, 'one')!;
    const one = actions(['box:Hold']);
    const both = actions(['box:Hold', 'box:Read']);
    expect([all, any, allows].map((prospect) => mayHold(prospect, one))).toEqual([false, true, false]);
    expect([all, any, allows].map((prospect) => mayHold(prospect, both))).toEqual([true, true, true]);
    expect(mayHold(any, actions([]))).toBe(false);
  });

  it('need no grant for what nobody needs a grant for', () => {
    const { of, universe } = prospects({});
    expect(mayHold(of.of({ allowed: 'box:Peek' }, universe, 'one')!, actions([]))).toBe(true);
  });

  it('need no grant where a policy in the zone lets callers in by itself, but must be left the action', () => {
    const anyone = prospects({ 'z/near': { match: 'anyone', strength: 'sufficient' } });
    const delegating = prospects({ 'z/near': { match: 'anyone', strength: 'delegates' } });
    for (const asked of [read, inside]) {
      const open = anyone.of.of(asked, anyone.universe, 'any')!;
      expect(mayHold(open, actions([], ['box:Read']))).toBe(true);
      expect(mayHold(open, actions([], ['box:Hold']))).toBe(false);
      expect(mayHold(delegating.of.of(asked, delegating.universe, 'any')!, actions([], ['box:Read']))).toBe(false);
    }
    expect(mayHold(anyone.of.of(hold, anyone.universe, 'any')!, actions([], ['box:Hold']))).toBe(false);
  });

  it('leave out targets elsewhere that let nobody in, and keep those that do', () => {
    const closed = prospects({});
    const named = prospects({ 'y/far': { match: 'node', id: 'z/someone', strength: 'sufficient' } });
    const delegating = prospects({ 'y/far': { match: 'scope', id: 'z', strength: 'delegates' } });
    for (const asked of [read, inside]) {
      expect(closed.of.of(asked, closed.universe, 'one')?.within).toEqual(setOf([1]));
      expect(named.of.of(asked, named.universe, 'any')?.within).toEqual(setOf([1]));
      expect(named.of.of(asked, named.universe, 'one')?.within).toBeUndefined();
      expect(delegating.of.of(asked, delegating.universe, 'any')?.within).toBeUndefined();
      // Who writes the policies lets itself in.
      expect(closed.of.of(asked, closed.universe, 'opening')?.within).toBeUndefined();
    }
  });
});
