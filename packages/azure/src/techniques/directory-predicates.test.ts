import { CONDITIONAL, FALSE, TRUE, type Truth, UNKNOWN } from '@keyreach/core/authz';
import { GraphBuilder, GraphIndex, type GraphNode, type Json } from '@keyreach/core/graph';
import { describe, expect, test } from 'vitest';
import {
  type DecidableDirectoryPrecondition,
  MOMENTARY_DIRECTORY_PRECONDITIONS,
  OPEN_DIRECTORY_QUESTIONS,
} from './directory-precondition-names.ts';
import { directoryPredicates } from './directory-predicates.ts';

type Facts = Readonly<Record<string, Json>>;

const tenant = (id: string): GraphNode => ({ kind: 'scope', id, provider: 'azure', type: 'tenant', name: id });
const identity = (id: string, attributes: Facts): GraphNode => ({
  kind: 'identity',
  id,
  provider: 'azure',
  type: 'any',
  name: id,
  attributes,
});

/** The predicate of a node with these facts; `runsAs`: facts of what it runs as. */
function asked(name: DecidableDirectoryPrecondition, facts: Facts, runsAs: readonly Facts[] = [], tenants = 1): Truth {
  const builder = new GraphBuilder();
  for (let index = 0; index < tenants; index += 1) builder.node(tenant(`entra:${index}`));
  const node: GraphNode = { ...identity('node', facts), kind: 'resource' };
  builder.node(node);
  runsAs.forEach((one, index) => {
    builder.node(identity(`principal ${index}`, one));
    builder.edge({ type: 'runs-as', from: 'node', to: `principal ${index}` });
  });
  return directoryPredicates[name](node, new GraphIndex(builder.build()));
}

const cases: readonly (readonly [DecidableDirectoryPrecondition, Facts, Truth])[] = [
  ['signs-in', { accountEnabled: true }, TRUE],
  ['signs-in', { accountEnabled: false }, FALSE],
  ['signs-in', {}, UNKNOWN],
  ['takes-credentials', { locked: false }, TRUE],
  ['takes-credentials', { locked: true }, FALSE],
  ['takes-credentials', { foreign: true }, UNKNOWN],
  ['takes-credentials', { locked: false, firstParty: true }, FALSE],
  ['takes-credentials', { locked: false, blueprintPrincipal: true }, UNKNOWN],
  ['takes-credentials', { locked: true, blueprintPrincipal: true }, FALSE],
  ['single-tenant-application', { signInAudience: 'AzureADMyOrg' }, TRUE],
  ['single-tenant-application', { signInAudience: 'AzureADMultipleOrgs' }, FALSE],
  ['single-tenant-application', {}, UNKNOWN],
  ['agent-blueprint', { blueprint: true }, TRUE],
  ['agent-blueprint', {}, FALSE],
  ['no-blueprint', { blueprint: true }, UNKNOWN],
  ['no-blueprint', {}, TRUE],
  ['owners-unread', {}, UNKNOWN],
  ['owners-unread', { owners: [] }, FALSE],
  ['owners-unread', { owners: [], ownersUnread: true }, UNKNOWN],
  ['assigned-membership', { dynamic: false }, TRUE],
  ['assigned-membership', { dynamic: true }, FALSE],
  ['assigned-membership', {}, UNKNOWN],
  ['dynamic-membership', { dynamic: true }, TRUE],
  ['managed-in-cloud', { synced: false }, TRUE],
  ['managed-in-cloud', { synced: true }, FALSE],
  ['managed-in-cloud', {}, UNKNOWN],
  ['role-assignable', { roleAssignable: true }, TRUE],
  ['role-assignable', { roleAssignable: false }, FALSE],
  ['not-role-assignable', { roleAssignable: true }, FALSE],
  ['not-role-assignable', {}, UNKNOWN],
  ['unified-group', { unified: true }, TRUE],
  ['security-group', { securityEnabled: true, unified: false }, TRUE],
  ['security-group', { securityEnabled: true, unified: true }, FALSE],
  ['security-group', { securityEnabled: false }, FALSE],
  ['security-group', { unified: false }, UNKNOWN],
  ['management-restricted', { managementRestricted: true }, TRUE],
  ['management-unrestricted', { managementRestricted: true }, FALSE],
  ['management-unrestricted', { managementRestricted: false }, TRUE],
  ['management-unrestricted', {}, UNKNOWN],
  ['rule-looks-at-users', { membershipRule: '(USER.department -eq "x")' }, UNKNOWN],
  ['rule-looks-at-users', { membershipRule: 'device.displayName -startsWith "x"' }, FALSE],
  ['rule-looks-at-users', {}, UNKNOWN],
  ['person', { agentUser: true }, FALSE],
  ['person', {}, TRUE],
  ['password-of-its-own', { guest: false, synced: false }, TRUE],
  ['password-of-its-own', { guest: true, synced: false }, UNKNOWN],
  ['password-of-its-own', { guest: false, synced: true }, UNKNOWN],
  ['password-of-its-own', { guest: false, synced: false, agentUser: true }, FALSE],
  ['synchronised', { synced: true }, TRUE],
  ['synchronised', {}, UNKNOWN],
  ['no-administrator', { directoryRoles: [], inRoleAssignableGroup: false }, TRUE],
  ['no-administrator', { directoryRoles: [], inRoleAssignableGroup: true }, UNKNOWN],
  ['no-administrator', { directoryRoles: ['x'], inRoleAssignableGroup: false }, UNKNOWN],
  ['no-administrator', { inRoleAssignableGroup: false }, UNKNOWN],
  ['domain-can-be-federated', { userPrincipalName: 'a@contoso.com', synced: true }, TRUE],
  ['domain-can-be-federated', { userPrincipalName: 'a@contoso.com', synced: false }, UNKNOWN],
  ['domain-can-be-federated', { userPrincipalName: 'a@Contoso.onMicrosoft.com', synced: true }, FALSE],
  ['domain-can-be-federated', { userPrincipalName: 'a@contoso.com', synced: true, agentUser: true }, FALSE],
  ['domain-can-be-federated', { synced: true }, UNKNOWN],
  ['custom-directory-role', { builtIn: false }, TRUE],
  ['custom-directory-role', { builtIn: true }, FALSE],
  ['custom-directory-role', {}, UNKNOWN],
];

describe('preconditions of the directory', () => {
  test.each(cases)('%s with %j', (name, facts, expected) => {
    expect(asked(name, facts)).toBe(expected);
  });

  const on = { accountEnabled: true };
  const off = { accountEnabled: false };
  test.each([
    ['none', {}, [], FALSE],
    ['one that is on', {}, [on], TRUE],
    ['one that is off', {}, [off], FALSE],
    ['one nobody told of', {}, [{}], UNKNOWN],
    ['some that are on', {}, [on, off], UNKNOWN],
    ['all on', {}, [on, on], TRUE],
    ['an application that is off', { isDisabled: true }, [on], UNKNOWN],
    ['nothing on of an application that is off', { isDisabled: true }, [off], FALSE],
  ] as const)('tokens of an application with %s', (_, facts, runsAs, expected) => {
    expect(asked('gives-tokens', facts, runsAs)).toBe(expected);
  });

  test('more than one principal, more than one directory', () => {
    expect(asked('runs-as-one-principal', {}, [on])).toBe(TRUE);
    expect(asked('runs-as-one-principal', {}, [on, on])).toBe(UNKNOWN);
    expect(asked('one-tenant', {})).toBe(TRUE);
    expect(asked('one-tenant', {}, [], 2)).toBe(UNKNOWN);
  });

  test('what no input tells is never sure', () => {
    const graph = new GraphIndex(new GraphBuilder().build());
    const node = identity('node', {});
    for (const name of MOMENTARY_DIRECTORY_PRECONDITIONS) {
      expect([name, directoryPredicates[name](node, graph)]).toEqual([name, CONDITIONAL]);
    }
    for (const name of OPEN_DIRECTORY_QUESTIONS) {
      expect([name, directoryPredicates[name](node, graph)]).toEqual([name, UNKNOWN]);
    }
  });
});
