import { all, allowed, any, anyOf, EDITABLE_GROUP, GROUP, holds, onTenant, USER } from './directory-requirements.ts';
import {
  type DirectoryAction,
  type DirectoryRequirement,
  type DirectoryRow,
  type DirectoryTechnique,
  directoryTable,
} from './directory-row.ts';

function memberRow(slug: string, entity: string, kind: readonly DirectoryRequirement[]): DirectoryRow {
  const on = (task: string): DirectoryAction => `microsoft.directory/${entity}/${task}`;
  return {
    slug,
    title: 'Adds itself to the members or owners of the group',
    attack: ['T1098.003'],
    target: GROUP,
    requires: all(anyOf(on('members/update'), on('owners/update')), ...kind, EDITABLE_GROUP),
    yields: 'join',
  };
}

/** A dynamic group of the cloud whose rule a user may be made to match. */
const MATCHING_USERS: DirectoryRequirement = all(
  holds('dynamic-membership'),
  holds('managed-in-cloud'),
  holds('rule-looks-at-users'),
);

/** Roles over groups (azure.md 3.4). What may be done to groups says nothing of those that roles may be given to (1.4). */
export const entraGroupTechniques: readonly DirectoryTechnique[] = directoryTable('azure.md 3.4', [
  memberRow('entra-group-member', 'groups', [holds('not-role-assignable')]),
  memberRow('entra-group-member-security', 'groups.security', [holds('security-group'), holds('not-role-assignable')]),
  memberRow('entra-group-member-m365', 'groups.unified', [holds('unified-group'), holds('not-role-assignable')]),
  memberRow('entra-group-rag', 'groupsAssignableToRoles', [holds('role-assignable')]),
  {
    slug: 'entra-group-rule',
    title: 'Rewrites the rule of the dynamic group so that it matches',
    attack: ['T1098.003'],
    target: GROUP,
    requires: all(
      any(
        allowed('microsoft.directory/groups/dynamicMembershipRule/update'),
        all(allowed('microsoft.directory/groups.security/dynamicMembershipRule/update'), holds('security-group')),
      ),
      holds('dynamic-membership'),
      holds('managed-in-cloud'),
    ),
    yields: 'join',
  },
  {
    slug: 'entra-user-attr',
    title: 'Writes attributes of users that the rule of the dynamic group looks at',
    attack: ['T1098.003'],
    target: GROUP,
    requires: all(
      any(onTenant('microsoft.directory/users/create'), {
        anywhere: USER,
        that: anyOf(
          'microsoft.directory/users/basic/update',
          'microsoft.directory/users/userPrincipalName/update',
          'microsoft.directory/users/manager/update',
        ),
      }),
      MATCHING_USERS,
    ),
    yields: 'join',
  },
  {
    slug: 'entra-guest',
    title: 'Invites a guest that the rule of the dynamic group matches',
    attack: ['T1098.003'],
    target: GROUP,
    requires: all(onTenant('microsoft.directory/users/inviteGuest'), MATCHING_USERS),
    yields: 'join',
  },
  {
    slug: 'entra-entitlement',
    title: 'Gives itself an access package that makes it a member of the group',
    attack: ['T1098.003'],
    target: GROUP,
    requires: all(
      onTenant('microsoft.directory/entitlementManagement/basic/update'),
      holds('in-a-catalogue-within-reach'),
      EDITABLE_GROUP,
    ),
    yields: 'join',
  },
  {
    slug: 'entra-lifecycle',
    title: 'Has a workflow add a user to the group',
    attack: ['T1098.003'],
    target: GROUP,
    requires: all(
      onTenant('microsoft.directory/lifecycleWorkflows/workflows/basic/update'),
      holds('controls-a-user'),
      holds('not-role-assignable'),
      EDITABLE_GROUP,
    ),
    yields: 'join',
  },
]);
