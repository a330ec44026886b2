import type { GraphPermission } from '../catalogue/graph-permissions.ts';
import { graphSlug } from './graph-techniques.ts';

/** A row of azure.md 3.4 or 3.5 that leads to no identity, membership or control of the graph by itself, and why. */
export interface InertDirectoryTechnique {
  readonly slug: string;
  /** Section of the row. */
  readonly reference: string;
  /** Why it is no technique, and where what it does counts instead. */
  readonly reason: string;
}

const CUSTOMERS = 'what it reaches is in the directories of customers, which are in no input';
const AVAILABILITY = 'takes things away from others and gives nothing';
const GUARD = 'changes when others have to prove more to sign in, which is no part of reach';
const SERVICE_DATA = 'reads and writes data of a service whose objects are no nodes';
const ELIGIBLE = 'roles and memberships somebody may activate count as conditional, whatever activation asks for';

const entra = (rows: readonly (readonly [slug: string, reason: string])[]): readonly InertDirectoryTechnique[] =>
  rows.map(([slug, reason]) => ({ slug, reference: 'azure.md 3.4', reason }));

const graph = (
  rows: readonly (readonly [permission: GraphPermission, reason: string])[],
): readonly InertDirectoryTechnique[] =>
  rows.map(([permission, reason]) => ({ slug: graphSlug(permission), reference: 'azure.md 3.5', reason }));

/** Rows of azure.md 3.4 and 3.5 without a technique of their own. With the techniques they are all rows, each once. */
export const inertDirectoryTechniques: readonly InertDirectoryTechnique[] = [
  ...entra([
    [
      'entra-consent-app',
      'gives app roles of APIs other than Microsoft Graph and Azure AD Graph, which lead to data of those APIs and to no node; what it has users consent to is entra-oauth-grant',
    ],
    [
      'entra-app-assign',
      'assigns people to applications they sign in to; application permissions need consent as well',
    ],
    ['entra-csa', 'conditions on attributes of principals are decided from the attributes as collected'],
    ['entra-auth-policy', 'switches ways to sign in on: counts as an alternative where rows need one to be on'],
    ['entra-ca', GUARD],
    ['entra-xtenant', GUARD],
    ['entra-au', 'who has it by a built-in role controls the directory (entra-role-assign); no custom role holds it'],
    ['entra-exchange', `${SERVICE_DATA}; groups of Microsoft 365 are entra-group-member-m365`],
    ['entra-gdap', CUSTOMERS],
    ['entra-provision', 'credentials of connectors to other systems, which sign in to nothing here'],
    ['entra-user-dos', AVAILABILITY],
    ['runs-as', 'an edge of the graph: an application runs as its service principal'],
    ['fic', 'an edge of the graph: the subject federates to what trusts it'],
    ['attached', 'an edge of the graph: a resource runs as its managed identities'],
    ['agent-parent', 'edges of the graph: a blueprint runs as its agents, an agent federates to its user'],
    ['member', 'an edge of the graph: membership'],
    ['pim-eligible', 'a grant or membership of the graph that is conditional'],
    ['pim-approver', ELIGIBLE],
    ['stored-secret', 'an edge of the graph: a resource stores credentials'],
  ]),
  ...graph([
    ['CustomSecAttributeAssignment.ReadWrite.All', 'as entra-csa'],
    ['DelegatedAdminRelationship.ReadWrite.All', CUSTOMERS],
    [
      'Policy.ReadWrite.AuthenticationMethod',
      'switches ways to sign in on: counts as an alternative where rows need one to be on',
    ],
    ['Policy.ReadWrite.ConditionalAccess', GUARD],
    ['Policy.ReadWrite.AuthenticationFlows', GUARD],
    ['Policy.ReadWrite.CrossTenantAccess', GUARD],
    ['Policy.ReadWrite.FedTokenValidation', GUARD],
    ['RoleManagement.ReadWrite.CloudPC', 'gives roles of a service whose objects are no nodes'],
    ['RoleManagement.ReadWrite.Defender', 'gives roles of a service whose objects are no nodes'],
    ['RoleManagement.ReadWrite.Exchange', 'gives roles of a service whose objects are no nodes'],
    ['RoleManagementPolicy.ReadWrite.AzureADGroup', ELIGIBLE],
    ['RoleManagementPolicy.ReadWrite.Directory', ELIGIBLE],
    ['SecurityIdentitiesActions.ReadWrite.All', AVAILABILITY],
    ['Synchronization.ReadWrite.All', 'credentials of connectors to other systems, which sign in to nothing here'],
    ['User.DeleteRestore.All', AVAILABILITY],
    ['User.EnableDisableAccount.All', `${AVAILABILITY}; that it switches accounts on counts in rows about users`],
    ['Files.ReadWrite.All', SERVICE_DATA],
    ['Mail.ReadWrite', SERVICE_DATA],
    ['Sites.FullControl.All', SERVICE_DATA],
  ]),
];
