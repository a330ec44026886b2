import { AuthorizationModel } from '@keyreach/core/authz';
import { GraphIndex } from '@keyreach/core/graph';
import { describe, expect, it } from 'vitest';
import { azureSemantics } from '../authz/azure-semantics.ts';
import { entraId, tenantId } from '../normalize/azure-ids.ts';
import {
  application,
  group,
  NOW,
  object,
  part,
  servicePrincipal,
  TENANT,
  user,
  whole,
} from '../normalize/testing/tenant.ts';
import { rightSizedAssignments } from './right-sized-assignments.ts';
import {
  activityLogOf,
  assigned,
  assignmentId,
  block,
  CI,
  ciOf,
  modelOf,
  proposed,
  RG,
  ROOT_GROUP,
  role,
  SUBSCRIPTION,
  sizedInput,
  useBy,
  VAULT,
} from './testing/sized-tenant.ts';

const START = 'Microsoft.Compute/virtualMachines/runCommand/action';
const contributor = role(
  'contributor',
  block({ actions: ['*'], notActions: ['Microsoft.Authorization/*/Delete', 'Microsoft.Authorization/*/Write'] }),
);
const reader = role('reader', block({ actions: ['*/read'] }));
const operator = role('operator', block({ actions: ['*/read', 'Microsoft.Compute/virtualMachines/*'] }));
const NAME = 'Right-sized ci aaaaaaaa 1';

const definition = (text: string | undefined): Record<string, unknown> =>
  JSON.parse(text ?? '{}') as Record<string, unknown>;

describe('right-sized assignments', () => {
  it('put a custom role with what is used, and with the reads nobody records, in place of Contributor', () => {
    const { bindings, couldBreak, roles } = proposed(
      { roleDefinitions: whole(contributor), roleAssignments: whole(assigned('contributor', SUBSCRIPTION)) },
      activityLogOf({ [START]: 'used' }),
    );
    expect(bindings).toMatchObject([
      {
        change: 'replace',
        node: SUBSCRIPTION,
        roleName: 'contributor',
        kind: 'role-definition',
        binding: assignmentId(SUBSCRIPTION, 'contributor'),
        with: NAME,
        used: 1,
        removes: ['*/action', '*/delete', '*/write'],
        keptUnknown: ['*/read'],
        commands: [
          `az role assignment create --assignee-object-id=${CI} --assignee-principal-type=ServicePrincipal '--role=${NAME}' --scope=${SUBSCRIPTION}`,
          `az role assignment delete --ids ${assignmentId(SUBSCRIPTION, 'contributor')}`,
        ],
      },
    ]);
    expect(couldBreak.map(({ what }) => what)).toEqual([
      'an action that Azure does not know',
      'an action whose name ends in none of read, write, delete and action',
    ]);
    expect(roles).toMatchObject([
      { name: NAME, command: 'az role definition create --role-definition @right-sized-ci-aaaaaaaa-1.json' },
    ]);
    expect(definition(roles[0]?.text)).toEqual({
      Name: NAME,
      IsCustom: true,
      Description: 'What is used of the roles it takes the place of.',
      Actions: ['*/read', START],
      NotActions: [],
      DataActions: [],
      NotDataActions: [],
      AssignableScopes: [SUBSCRIPTION],
    });
  });

  it('tell the smallest built-in role that covers what stays and is inside what was given', () => {
    const wider = role('wider', block({ actions: ['*/read', 'Microsoft.Compute/*'] }));
    const outside = role('a', block({ actions: ['*/read', START, 'Microsoft.Authorization/roleAssignments/write'] }));
    const conditional = role('b', {
      ...block({ actions: ['*/read', START] }),
      condition: "@Resource[a/b:c] StringEquals 'd'",
    });
    const [change] = proposed(
      {
        roleDefinitions: whole(contributor, reader, operator, wider, outside, conditional),
        roleAssignments: whole(assigned('contributor', RG)),
      },
      activityLogOf({ [START]: 'used' }),
    ).bindings;
    expect(change?.alternative).toMatchObject({ roleName: 'operator' });
    expect(change?.alternative?.more).toBeGreaterThan(0);
    expect(change?.alternative?.commands[0]).toContain('--role=operator ');
    expect(change?.alternative?.commands[1]).toBe(change?.commands[1]);
  });

  it('tell no alternative that gives as much', () => {
    const input = { roleDefinitions: whole(operator, reader), roleAssignments: whole(assigned('operator', RG)) };
    const [change] = proposed(input, activityLogOf({ [START]: 'used' })).bindings;
    expect(change).toMatchObject({
      change: 'replace',
      removes: ['action', 'delete', 'write'].map((verb) => `Microsoft.Compute/virtualMachines/*/${verb}`),
    });
    expect(change).not.toHaveProperty('alternative');
  });

  it('drop what is unknown only where that is asked for, and say so', () => {
    const input = { roleDefinitions: whole(operator), roleAssignments: whole(assigned('operator', RG)) };
    const use = activityLogOf({ [START]: 'used' });
    const { couldBreak, roles } = proposed(input, use, 'drop');
    expect(roles[0]?.permissions).toEqual([START]);
    expect(couldBreak[0]?.what).toBe('taken away with unknown use: */read');
    expect(
      proposed(input, use)
        .couldBreak.map(({ what }) => what)
        .join(),
    ).not.toContain('unknown use');
  });

  it('leave what is used as a whole, and take away what is not used at all', () => {
    const { bindings, roles } = proposed(
      {
        roleDefinitions: whole(
          role('starter', block({ actions: [START] })),
          role('x', block({ actions: ['A.B/c/write'] })),
        ),
        roleAssignments: whole(assigned('starter', RG), assigned('x', VAULT)),
      },
      activityLogOf({ [START]: 'used' }),
    );
    expect(bindings.map(({ roleName, change, commands }) => [roleName, change, commands])).toEqual([
      ['starter', 'keep', []],
      ['x', 'remove', [`az role assignment delete --ids ${assignmentId(VAULT, 'x')}`]],
    ]);
    expect(roles).toEqual([]);
  });

  it('subtract what a pattern that stays did not mean, and nothing else', () => {
    const some = role(
      'some',
      block({ actions: ['Microsoft.A/*'], notActions: ['Microsoft.A/secrets/*', 'Microsoft.A/*/delete', 'B/*/read'] }),
    );
    const { roles } = proposed(
      { roleDefinitions: whole(some), roleAssignments: whole(assigned('some', RG)) },
      activityLogOf(),
    );
    expect(definition(roles[0]?.text)).toMatchObject({
      Actions: ['Microsoft.A/*/read'],
      NotActions: ['Microsoft.A/secrets/*'],
    });
  });

  it('keep what one role cannot say', () => {
    const blocks = role('blocks', block({ actions: ['A/*'], notActions: ['A/x/*'] }), block({ actions: ['A/x/read'] }));
    const conditional = role('conditional', {
      ...block({ actions: ['A/x/write', 'A/y/write'] }),
      condition: "@Resource[a/b:c] StringEquals 'd'",
    });
    const wild = role('wild', block({ actions: ['A/*/b/*', 'C/d/write'] }));
    const { bindings } = proposed(
      {
        roleDefinitions: whole(blocks, conditional, wild),
        roleAssignments: whole(assigned('blocks', RG), assigned('conditional', RG), assigned('wild', RG)),
      },
      activityLogOf({ 'A/x/read': 'used', 'A/x/write': 'used' }),
    );
    expect(bindings.map(({ roleName, change, why }) => [roleName, change, why?.slice(0, 22)])).toEqual([
      ['blocks', 'keep', 'what one block of the '],
      ['conditional', 'keep', 'a part of the role tha'],
      ['wild', 'keep', 'a pattern that stays h'],
    ]);
  });

  it('keep the planes apart', () => {
    const both = role('both', block({ actions: ['A/*'], dataActions: ['A/*', 'Microsoft.KeyVault/vaults/secrets/*'] }));
    const { roles } = proposed(
      { roleDefinitions: whole(both), roleAssignments: whole(assigned('both', RG)) },
      useBy({
        'A/b/write': 'used',
        'data:Microsoft.KeyVault/vaults/secrets/getSecret/action': 'used',
        'data:A/*/read': 'unknown',
      }),
    );
    expect(definition(roles[0]?.text)).toMatchObject({
      Actions: [],
      DataActions: ['A/*/read', 'Microsoft.KeyVault/vaults/secrets/getSecret/action'],
    });
  });

  it('keep data actions of vaults and others of one block as they are', () => {
    const all = role('all', block({ actions: ['A/b/write'], dataActions: ['*'], notDataActions: ['C/*/delete'] }));
    const { roles } = proposed(
      { roleDefinitions: whole(all), roleAssignments: whole(assigned('all', RG)) },
      useBy({ 'A/b/write': 'unused' }, 'unknown'),
    );
    expect(definition(roles[0]?.text)).toMatchObject({
      Actions: [],
      DataActions: ['*'],
      NotDataActions: ['C/*/delete'],
    });
  });

  it('make roles where they can be assigned', () => {
    const data = role('data', block({ actions: ['A/b/write', START], dataActions: ['A/c/read'] }));
    const use = activityLogOf({ [START]: 'used' });
    const on = (scope: string, from = data): readonly unknown[] =>
      proposed(
        { roleDefinitions: whole(from, reader), roleAssignments: whole(assigned(from.roleName!, scope)) },
        use,
      ).bindings.map(({ change, with: by, why }) => [change, by ?? why]);
    expect(on(SUBSCRIPTION)).toEqual([['replace', NAME]]);
    expect(on(ROOT_GROUP)).toEqual([
      ['keep', 'custom roles with data actions cannot be assigned on a management group'],
    ]);
    expect(on('/')).toEqual([['keep', 'custom roles cannot be assigned on the root']]);
    const onVault = proposed({ roleDefinitions: whole(data), roleAssignments: whole(assigned('data', VAULT)) }, use);
    expect(definition(onVault.roles[0]?.text)['AssignableScopes']).toEqual([`${SUBSCRIPTION}/resourceGroups/g`]);
    const plain = proposed(
      { roleDefinitions: whole(operator), roleAssignments: whole(assigned('operator', ROOT_GROUP)) },
      use,
    );
    expect(definition(plain.roles[0]?.text)['AssignableScopes']).toEqual([
      '/providers/Microsoft.Management/managementGroups/root',
    ]);
  });

  it('take a built-in role where no custom one can be assigned', () => {
    const input = { roleDefinitions: whole(contributor, reader), roleAssignments: whole(assigned('contributor', '/')) };
    const { bindings, roles } = proposed(input, activityLogOf());
    expect(bindings).toMatchObject([
      { change: 'replace', with: '/providers/microsoft.authorization/roledefinitions/reader', withName: 'reader' },
    ]);
    expect(bindings[0]?.commands[0]).toContain('--role=reader --scope=/');
    expect(roles).toEqual([]);
  });

  it('give conditions again as they are, for any shell', () => {
    const condition = "((!(ActionMatches{'A/b/write'})) OR (@Resource[a:b] StringEquals '$(id)\n`x`'))";
    const [change] = proposed(
      {
        roleDefinitions: whole(operator),
        roleAssignments: whole(assigned('operator', RG, { condition, conditionVersion: '2.0' })),
      },
      activityLogOf({ [START]: 'used' }),
    ).bindings;
    expect(change).toMatchObject({ change: 'replace', condition });
    expect(change?.commands[0]).toContain(
      ` '--condition=${condition.replaceAll("'", "'\\''")}' --condition-version=2.0`,
    );
  });

  it('leave what they cannot write again or do not know', () => {
    const instance = { ...assigned('operator', VAULT), endDateTime: '(unreadable)', memberType: 'Direct' };
    const { bindings } = proposed(
      {
        roleDefinitions: whole(operator),
        roleAssignments: whole(assigned('unheard', RG)),
        roleSchedules: whole(instance),
      },
      activityLogOf(),
    );
    expect(bindings.map(({ change, why, commands }) => [change, why?.slice(0, 26), commands])).toEqual([
      ['keep', 'what the role gives is not', []],
      ['keep', 'its condition cannot be wr', []],
    ]);
    const unused = proposed({ roleDefinitions: whole(operator), roleSchedules: whole(instance) }, useBy({}));
    expect(unused.bindings).toMatchObject([{ change: 'remove' }]);
  });

  it('leave what Privileged Identity Management gives', () => {
    const people = whole(user(CI));
    const instance = { ...assigned('operator', RG, { principalType: 'User' }), memberType: 'Direct' };
    const { bindings } = proposed(
      {
        servicePrincipals: whole(),
        users: people,
        roleDefinitions: whole(operator),
        roleEligibilities: whole(instance),
        roleSchedules: whole({ ...instance, id: `${RG}/x`, assignmentType: 'Activated' }),
      },
      activityLogOf(),
    );
    expect(bindings.map(({ change, why }) => [change, why?.slice(0, 20)])).toEqual([
      ['keep', 'it was activated, an'],
      ['keep', 'it gives nothing unt'],
    ]);
  });

  it('write no command with an id of another form', () => {
    const { bindings, couldBreak } = proposed(
      {
        roleDefinitions: whole(operator),
        roleAssignments: whole(assigned('operator', RG, { id: '--yes; rm -rf ~' })),
      },
      useBy({}),
    );
    expect(bindings).toMatchObject([{ change: 'remove', commands: [] }]);
    expect(couldBreak.map(({ what }) => what)).toEqual([`assignments without a command: \`${RG}\``]);
  });

  it('take no role apart that has more patterns than any has', () => {
    const huge = (count: number, pattern: (at: number) => string): readonly string[] =>
      Array.from({ length: count }, (_, at) => pattern(at));
    const many = role('many', block({ actions: huge(2_001, (at) => `A.B/c${at}/write`) }));
    const wild = role('wild', block({ actions: huge(301, (at) => `A.B/c${at}/*`) }));
    const most = role(
      'most',
      block({ actions: [...huge(700, (at) => `A.B/d${at}/write`), ...huge(200, (at) => `A.B/c${at}/*`)] }),
    );
    const started = performance.now();
    const { bindings } = proposed(
      {
        roleDefinitions: whole(many, wild, most),
        roleAssignments: whole(assigned('many', RG), assigned('wild', RG), assigned('most', RG)),
      },
      activityLogOf(),
    );
    expect(bindings.map(({ roleName, change, why }) => [roleName, change, why])).toEqual([
      ['many', 'keep', 'the role has too many patterns to take apart'],
      ['most', 'replace', undefined],
      ['wild', 'keep', 'the role has too many patterns to take apart'],
    ]);
    expect(performance.now() - started).toBeLessThan(10_000);
  });

  it('leave assignments of groups, and say that they stay', () => {
    const { bindings, staysInForce } = proposed(
      {
        groups: whole(group('g', { members: whole({ id: CI }) })),
        roleDefinitions: whole(operator),
        roleAssignments: whole(assigned('operator', RG, { principalId: 'g', principalType: 'Group' })),
      },
      useBy({}),
    );
    expect(bindings).toEqual([]);
    expect(staysInForce).toEqual([{ what: `\`operator\` on \`${RG}\`, by way of \`g\``, why: 'others have it too' }]);
  });

  it('go by recorded use where nothing else is given', () => {
    const input = sizedInput({
      servicePrincipals: whole(
        servicePrincipal(CI, 'app-ci', { displayName: 'ci', createdDateTime: '2024-01-01T00:00:00Z' }),
      ),
      roleDefinitions: whole(contributor),
      roleAssignments: whole(assigned('contributor', RG)),
    });
    const known = modelOf(input).graph.graph;
    const row = { identity: object(CI), action: 'microsoft.new/things/write', count: 1, source: 's' };
    const graph = new GraphIndex({
      ...known,
      usage: [{ ...row, last: '2025-12-01T00:00:00.000Z' }],
      observations: [
        {
          subject: tenantId(TENANT),
          actions: { include: ['*/write', '*/delete', '*/action'], exclude: [] },
          granularity: 'action',
          from: '2025-09-01T00:00:00.000Z',
          to: '2025-12-31T00:00:00.000Z',
          source: 's',
        },
      ],
    });
    const model = new AuthorizationModel(graph, [azureSemantics]);
    const found = rightSizedAssignments(model, ciOf(model), { now: NOW, windowDays: 90 });
    expect(found).toMatchObject({
      roles: [{ permissions: ['*/read', 'microsoft.new/things/write'] }],
      bindings: [{ removes: ['*/action', '*/delete', '*/write'], keptUnknown: ['*/read'] }],
    });
  });

  it('say that more may be granted where not all assignments were read', () => {
    const found = proposed(
      { roleAssignments: part(assigned('operator', RG)), roleDefinitions: whole(operator) },
      useBy({}),
    );
    expect(found.staysInForce.map(({ what }) => what)).toEqual(['assignments that were not collected']);
    expect(found.bindings).toMatchObject([{ change: 'remove' }]);
  });

  it('are withheld for whoever cannot be changed', () => {
    const input = sizedInput({
      servicePrincipals: whole(
        servicePrincipal(CI, 'app', { appOwnerOrganizationId: 'f8cdef31-a31e-4b4a-93e4-5f571e91255a' }),
      ),
      groups: whole(group('g')),
    });
    const model = modelOf(input);
    const options = { now: NOW, windowDays: 90 };
    for (const id of [object(CI), entraId(TENANT, 'g')]) {
      expect(rightSizedAssignments(model, model.graph.identity(id)!, options)).toMatchObject({ outcome: 'withheld' });
    }
    const other = { ...ciOf(model), provider: 'aws' };
    expect(() => rightSizedAssignments(model, other, options)).toThrow('is not an identity of Azure');
  });
});

const GRAPH = '00000003-0000-0000-c000-000000000000';
const api = servicePrincipal('api', GRAPH, {
  appRoles: whole(
    { id: 'r1', value: 'Mail.Send', allowedMemberTypes: ['Application'] },
    { id: 'r2', value: 'User.Read.All', allowedMemberTypes: ['Application'] },
  ),
});
const permission = (
  id: string,
  appRoleId: string,
): Record<'id' | 'appRoleId' | 'principalId' | 'resourceId', string> => ({
  id,
  appRoleId,
  principalId: CI,
  resourceId: 'api',
});

describe('application permissions, directory roles and access policies', () => {
  const directory = {
    servicePrincipals: whole(api, servicePrincipal(CI, 'app-ci', { displayName: 'ci' })),
    applications: whole(
      application('app', 'app-ci', {
        requiredResourceAccess: [
          {
            resourceAppId: GRAPH,
            resourceAccess: [
              { id: 'R1', type: 'Role' },
              { id: 'r2', type: 'Scope' },
            ],
          },
        ],
      }),
    ),
    appRoleAssignments: whole(permission('-a1', 'r1'), permission('a2', 'r2')),
  };

  it('take away permissions that nobody used, and what asks for them', () => {
    const { bindings, couldBreak } = proposed(directory, useBy({ 'graph:User.Read.All': 'unknown' }));
    expect(bindings).toMatchObject([
      {
        change: 'remove',
        kind: 'app-role',
        roleName: 'Mail.Send',
        removes: ['graph:Mail.Send'],
        commands: [
          `az rest --method DELETE --url https://graph.microsoft.com/v1.0/servicePrincipals/${CI}/appRoleAssignments/-a1`,
          `az ad app permission delete --id app-ci --api ${GRAPH} --api-permissions r1`,
        ],
      },
      { change: 'keep', keptUnknown: ['graph:User.Read.All'], commands: [] },
    ]);
    expect(couldBreak.map(({ what }) => what)).toContain('tokens that were given out before');
  });

  it('do not touch what asks for something else', () => {
    const { bindings } = proposed(directory, useBy({ 'graph:Mail.Send': 'used' }));
    expect(bindings.map(({ change, commands }) => [change, commands.length])).toEqual([
      ['keep', 0],
      ['remove', 1],
    ]);
  });

  it('take permissions of people from them, where an application asks for nothing', () => {
    const { bindings } = proposed(
      {
        servicePrincipals: whole(api),
        users: whole(user(CI)),
        appRoleAssignments: whole({ ...permission('u1', 'r1'), principalType: 'User' }),
      },
      useBy({}),
    );
    expect(bindings.map(({ commands }) => commands)).toEqual([
      [`az rest --method DELETE --url https://graph.microsoft.com/v1.0/users/${CI}/appRoleAssignments/u1`],
    ]);
  });

  it('take away directory roles of which nothing is used, as far as every source tells', () => {
    const roleOf = (id: string, action: string): object => ({
      id,
      displayName: id,
      inheritsFrom: [],
      rolePermissions: whole({ allowedResourceActions: [action], excludedResourceActions: [] }),
    });
    const input = {
      directoryRoleDefinitions: whole(
        roleOf('apps', 'microsoft.directory/applications/allProperties/allTasks'),
        roleOf('groups', 'microsoft.directory/groups/members/update'),
      ) as never,
      directoryRoleAssignments: whole(
        { id: 'd1', principalId: CI, roleDefinitionId: 'apps', directoryScopeId: '/' },
        { id: 'd2', principalId: CI, roleDefinitionId: 'groups', directoryScopeId: '/' },
      ),
    };
    const states = { 'microsoft.directory/groups/members/update': 'used' } as const;
    const changes = (unknown: 'keep' | 'drop', otherwise: 'unused' | 'unknown'): readonly unknown[] =>
      proposed(input, useBy(states, otherwise), unknown).bindings.map(({ roleName, change, commands }) => [
        roleName,
        change,
        commands.length,
      ]);
    expect(changes('keep', 'unused')).toEqual([
      ['apps', 'remove', 1],
      ['groups', 'keep', 0],
    ]);
    expect(changes('keep', 'unknown')).toEqual([
      ['apps', 'keep', 0],
      ['groups', 'keep', 0],
    ]);
    expect(changes('drop', 'unknown')).toEqual([
      ['apps', 'remove', 1],
      ['groups', 'keep', 0],
    ]);
    const [change] = proposed(input, useBy(states)).bindings;
    expect(change?.commands).toEqual([
      'az rest --method DELETE --url https://graph.microsoft.com/v1.0/roleManagement/directory/roleAssignments/d1',
    ]);
  });

  it('take away access policies that decide something and are not used', () => {
    const input = (isRbac: boolean): object => ({
      resources: whole({
        userAssigned: [],
        id: VAULT,
        type: 'Microsoft.KeyVault/vaults',
        name: 'v',
        properties: {
          enableRbacAuthorization: isRbac,
          accessPolicies: [{ tenantId: TENANT, objectId: CI, permissions: { secrets: ['get', 'set'] } }],
        },
      }),
    });
    expect(proposed(input(false), useBy({})).bindings).toMatchObject([
      {
        change: 'remove',
        kind: 'access-policy',
        commands: [`az keyvault delete-policy --name v --object-id ${CI} --subscription ${SUBSCRIPTION.slice(15)}`],
      },
    ]);
    expect(proposed(input(true), useBy({})).bindings).toMatchObject([
      { change: 'keep', why: expect.stringContaining('asks roles') },
    ]);
    const used = useBy({ 'data:Microsoft.KeyVault/vaults/secrets/getSecret/action': 'used' });
    expect(proposed(input(false), used).bindings).toMatchObject([
      { change: 'keep', why: expect.stringContaining('set-policy') },
    ]);
  });
});
