import { AuthorizationModel, TRUE, type Truth, UNKNOWN } from '@keyreach/core/authz';
import { GraphBuilder, GraphIndex } from '@keyreach/core/graph';
import { deriveReach, reachNodeKinds, type ScopedCatalogue, searchReach, startNode } from '@keyreach/core/reach';
import { describe, expect, it } from 'vitest';
import { roleStatements } from '../catalogue/role-statements.ts';
import { roleDefinitionId } from '../normalize/azure-ids.ts';
import { azureSemantics } from './azure-semantics.ts';

const RUNNER = '00000000-0000-0000-0000-0000000000a1';
const READER = '00000000-0000-0000-0000-0000000000a2';
const GIVER = '00000000-0000-0000-0000-0000000000a3';
/** A role that lets its holder assign roles in turn. */
const NEXT = '00000000-0000-0000-0000-0000000000a4';
const ASSIGN = 'Microsoft.Authorization/roleAssignments/write';
const RUN = 'Microsoft.Compute/virtualMachines/runCommand/action';
const SUBSCRIPTION = '/subscriptions/s';
const MACHINE = `${SUBSCRIPTION}/resourcegroups/g/providers/microsoft.compute/virtualmachines/m`;

const techniques: ScopedCatalogue = {
  provider: 'azure',
  home: 'resource-group',
  predicates: {},
  techniques: [
    {
      id: 'azure-assign',
      provider: 'azure',
      title: 'Assigns a role',
      reference: 'azure.md 3.1',
      attack: [],
      target: { kind: 'scope', types: ['subscription'] },
      requires: { allowed: ASSIGN },
      yields: 'control',
    },
    {
      id: 'azure-run',
      provider: 'azure',
      title: 'Runs a command',
      reference: 'azure.md 3.2',
      attack: [],
      target: { kind: 'resource', types: ['microsoft.compute/virtualmachines'] },
      requires: { allowed: RUN },
      yields: 'become-runtime',
    },
  ],
};

const only = (role: string): string =>
  `((!(ActionMatches{'${ASSIGN}'})) OR (@Request[Microsoft.Authorization/roleAssignments:RoleDefinitionId] ForAnyOfAnyValues:GuidEquals{${role.replaceAll('-', '')}}))`;

/** Identities that somebody holds, and scopes it controls, who may assign roles under conditions of block and assignment. */
function reached(
  ofBlock: string | undefined,
  ofAssignment: string | undefined,
  ofNext?: string,
  { inGroup = false, runs = false }: { readonly inGroup?: boolean; readonly runs?: boolean } = {},
  least: Truth = TRUE,
): readonly string[] {
  const builder = new GraphBuilder();
  const common = { provider: 'azure', name: 'x' } as const;
  builder.node({ ...common, kind: 'scope', id: SUBSCRIPTION, type: 'subscription' });
  builder.node({
    ...common,
    kind: 'scope',
    id: `${SUBSCRIPTION}/resourcegroups/g`,
    type: 'resource-group',
    scope: SUBSCRIPTION,
  });
  builder.node({ ...common, kind: 'identity', id: 'entra:t/u', type: 'user' });
  builder.node({ ...common, kind: 'identity', id: 'entra:t/v', type: 'user' });
  builder.node({ ...common, kind: 'identity', id: 'entra:t/g', type: 'group' });
  if (inGroup) builder.edge({ type: 'member-of', from: 'entra:t/u', to: 'entra:t/g' });
  builder.node({ ...common, kind: 'identity', id: 'entra:t/mi', type: 'managed-identity' });
  builder.node({
    ...common,
    kind: 'resource',
    id: MACHINE,
    type: 'microsoft.compute/virtualmachines',
    scope: `${SUBSCRIPTION}/resourcegroups/g`,
  });
  builder.edge({ type: 'runs-as', from: MACHINE, to: 'entra:t/mi' });
  const role = (id: string, action: string, condition?: string): void => {
    const block = { actions: [action], notActions: [], dataActions: [], notDataActions: [] };
    const items = [condition === undefined ? block : { ...block, condition }];
    const document = builder.document({ provider: 'azure', statements: roleStatements({ items, complete: true }) });
    builder.policy({ id: roleDefinitionId(id), provider: 'azure', name: id, type: 'role-definition', document });
  };
  role(RUNNER, RUN);
  role(READER, '*/read');
  role(GIVER, ASSIGN, ofBlock);
  role(NEXT, ASSIGN, ofNext);
  builder.attachment({
    policy: roleDefinitionId(GIVER),
    node: SUBSCRIPTION,
    role: 'resource-grant',
    principals: { include: [{ match: 'member', id: 'entra:t/u', strength: 'sufficient' }], exclude: [] },
    ...(ofAssignment === undefined ? {} : { condition: { language: 'azure', body: { abac: ofAssignment } } }),
  });
  if (runs) {
    builder.attachment({
      policy: roleDefinitionId(RUNNER),
      node: MACHINE,
      role: 'resource-grant',
      principals: { include: [{ match: 'member', id: 'entra:t/u', strength: 'sufficient' }], exclude: [] },
    });
  }
  const model = new AuthorizationModel(new GraphIndex(builder.build()), [azureSemantics]);
  const reach = deriveReach(model, [techniques], { now: 0 });
  const from = startNode(reach, 'entra:t/u');
  if (from === undefined) throw new Error('nobody is there');
  const found: string[] = [];
  for (const node of searchReach(reach.graph, from, least).reached) {
    const kind = reachNodeKinds[reach.graph.kinds[node]!];
    if (kind === 'identity') found.push(`holds ${reach.identities[node]!.id}`);
    if (kind === 'zone-control') found.push(`controls ${reach.zones[reach.graph.refs[node]!]!}`);
  }
  return found.filter((line) => line !== 'holds entra:t/u').sort();
}

describe('who may assign roles', () => {
  it.each([
    ['any', undefined, undefined, [`controls ${SUBSCRIPTION}`, 'holds entra:t/mi']],
    ['one that runs code, by the role', only(RUNNER), undefined, ['holds entra:t/mi']],
    ['one that runs code, by the assignment', undefined, only(RUNNER), ['holds entra:t/mi']],
    ['one that only reads, by the role', only(READER), undefined, []],
    ['one that only reads, by the assignment', undefined, only(READER), []],
    ['none, for two conditions agree on none', only(RUNNER), only(READER), []],
    ['one that both conditions let pass', only(RUNNER), only(RUNNER), ['holds entra:t/mi']],
  ])('%s', (_, ofBlock, ofAssignment, expected) => {
    expect(reached(ofBlock, ofAssignment).filter((line) => !line.includes('resourcegroups'))).toEqual(expected);
  });
});

describe('who may assign a role that lets assign roles', () => {
  it.each([
    ['any', undefined, [`controls ${SUBSCRIPTION}`, 'holds entra:t/mi']],
    ['one that runs code', only(RUNNER), ['holds entra:t/mi']],
    ['one that only reads', only(READER), []],
    ['itself', only(NEXT), []],
  ])('%s', (_, ofNext, expected) => {
    const found = reached(only(NEXT), undefined, ofNext);
    expect(found.filter((line) => !line.includes('resourcegroups'))).toEqual(expected);
  });
});

describe('who may assign roles to some principals only', () => {
  const type = (...types: readonly string[]): string =>
    `@Request[Microsoft.Authorization/roleAssignments:PrincipalType] ForAnyOfAnyValues:StringEqualsIgnoreCase {${types.map((one) => `'${one}'`).join(', ')}}`;
  const to = (...ids: readonly string[]): string =>
    `@Request[Microsoft.Authorization/roleAssignments:PrincipalId] ForAnyOfAnyValues:GuidEquals {${ids.join(', ')}}`;
  const own = 'controls /subscriptions/s';
  const machine = 'holds entra:t/mi';

  it.each([
    ['users', type('User'), {}, [own, machine]],
    ['machines', type('ServicePrincipal'), {}, []],
    ['machines, of which it holds one', type('ServicePrincipal'), { runs: true }, [own, machine]],
    ['a role that runs code, to machines', `${only(RUNNER)} && ${type('ServicePrincipal')}`, {}, []],
    ['a role that runs code, to users', `${only(RUNNER)} && ${type('User')}`, {}, [machine]],
    ['itself', to('u'), {}, [own, machine]],
    ['somebody else', to('v'), {}, []],
    ['a machine', to('mi'), {}, []],
    ['a machine that it holds', to('mi'), { runs: true }, [own, machine]],
    ['groups, and it is in one', type('Group'), { inGroup: true }, [own, machine]],
    ['groups, and it is in none', type('Group'), {}, []],
    ['its group', to('g'), { inGroup: true }, [own, machine]],
    ['a group that it is not in', to('g'), {}, []],
    ['machines among groups', `${to('g')} && ${type('ServicePrincipal')}`, { inGroup: true }, []],
  ])('%s', (_, condition, holds, expected) => {
    const found = reached(undefined, condition, undefined, holds);
    expect(found.filter((line) => !line.includes('resourcegroups'))).toEqual(expected);
  });

  it.each([
    ['machines: one may be had', type('ServicePrincipal'), [own, machine]],
    ['groups: one may be made', type('Group'), [own, machine]],
    ['somebody else by name', to('v'), []],
    ['a group by name', to('g'), []],
  ])('perhaps, to %s', (_, condition, expected) => {
    const found = reached(undefined, condition, undefined, {}, UNKNOWN);
    expect(found.filter((line) => !line.includes('resourcegroups'))).toEqual(expected);
  });
});
