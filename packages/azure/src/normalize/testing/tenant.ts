import type { Attachment, CredentialNode, GraphEdge, GraphNode, NodeId, Policy, Statement } from '@keyreach/core/graph';
import { GraphIndex } from '@keyreach/core/graph';
import type { Listed } from '@keyreach/core/input';
import type {
  AzureInput,
  EntraApplication,
  EntraCredential,
  EntraGroup,
  EntraServicePrincipal,
  EntraUser,
} from '../../bundle/azure-input.ts';
import { entraId } from '../azure-ids.ts';
import { normalizeAzure } from '../normalize.ts';

/** Id of the tenant of tests. */
export const TENANT = '11111111-0000-0000-0000-000000000001';

/** The time of tests. */
export const NOW = '2026-01-01T00:00:00.000Z';

/** A list that was read whole. */
export function whole<T>(...items: readonly T[]): Listed<T> {
  return { items, complete: true };
}

/** A list of which a part could not be read. */
export function part<T>(...items: readonly T[]): Listed<T> {
  return { items, complete: false };
}

/** Input in which every list was read whole and is empty, but for what is given. */
export function tenantInput(own: Partial<AzureInput> = {}): AzureInput {
  return {
    managementGroups: whole(),
    subscriptions: whole(),
    resources: whole(),
    roleDefinitions: whole(),
    roleAssignments: whole(),
    denyAssignments: whole(),
    roleEligibilities: whole(),
    roleSchedules: whole(),
    organizations: whole({ id: TENANT.toUpperCase(), displayName: 'Contoso', verifiedDomains: [] }),
    applications: whole(),
    servicePrincipals: whole(),
    users: whole(),
    groups: whole(),
    administrativeUnits: whole(),
    directoryRoleDefinitions: whole(),
    directoryRoleAssignments: whole(),
    directoryRoleEligibilities: whole(),
    directoryRoleSchedules: whole(),
    groupEligibilities: whole(),
    rolePolicies: whole(),
    appRoleAssignments: whole(),
    permissionGrants: whole(),
    federatedCredentials: whole(),
    activityLogs: [],
    signInLogs: [],
    graphActivityLogs: [],
    recordedUse: [],
    gaps: [],
    ...own,
  };
}

export function application(id: string, appId: string, own: Partial<EntraApplication> = {}): EntraApplication {
  return {
    id,
    appId,
    displayName: id,
    credentials: whole(),
    owners: whole(),
    appRoles: whole(),
    tags: [],
    redirectUris: [],
    requiredResourceAccess: [],
    ...own,
  };
}

export function servicePrincipal(
  id: string,
  appId: string,
  own: Partial<EntraServicePrincipal> = {},
): EntraServicePrincipal {
  return {
    id,
    appId,
    displayName: id,
    servicePrincipalType: 'Application',
    appOwnerOrganizationId: TENANT,
    accountEnabled: true,
    credentials: whole(),
    owners: whole(),
    appRoles: whole(),
    tags: [],
    alternativeNames: [],
    oauth2PermissionScopes: [],
    ...own,
  };
}

export function user(id: string, own: Partial<EntraUser> = {}): EntraUser {
  return { id, userPrincipalName: `${id}@contoso.com`, userType: 'Member', accountEnabled: true, ...own };
}

export function group(id: string, own: Partial<EntraGroup> = {}): EntraGroup {
  return {
    id,
    displayName: id,
    securityEnabled: true,
    groupTypes: [],
    isAssignableToRole: false,
    members: whole(),
    owners: whole(),
    ...own,
  };
}

export function secret(keyId: string, own: Partial<EntraCredential> = {}): EntraCredential {
  return {
    kind: 'password',
    keyId,
    startDateTime: '2025-01-01T00:00:00Z',
    endDateTime: '2027-01-01T00:00:00Z',
    ...own,
  };
}

/** Id of the node of an object of the tenant. */
export function object(id: string): NodeId {
  return entraId(TENANT, id);
}

/** What tests ask of a graph. */
export class TenantGraph extends GraphIndex {
  constructor(own: Partial<AzureInput> = {}) {
    super(normalizeAzure(tenantInput(own), { now: NOW }));
  }

  /** Node of an object of the tenant. */
  of(id: string): GraphNode {
    const node = this.node(object(id)) ?? this.node(id);
    if (node === undefined) throw new Error(`no node \`${id}\``);
    return node;
  }

  /** All credentials, by id. */
  credentialNodes(): readonly CredentialNode[] {
    return this.graph.nodes.filter((node): node is CredentialNode => node.kind === 'credential');
  }

  /** Edges of a type, as `from → to`, with their certainty where it is not sure. */
  edgesOf(type: GraphEdge['type']): readonly string[] {
    return this.graph.edges
      .filter((edge) => edge.type === type)
      .map(
        ({ from, to, certainty }) => `${short(from)} → ${short(to)}${certainty === undefined ? '' : ` ${certainty}`}`,
      );
  }

  policies(type: string): readonly Policy[] {
    return this.graph.policies.filter((policy) => policy.type === type);
  }

  statements(policy: string): readonly Statement[] {
    return this.document(this.policy(policy)?.document ?? '')?.statements ?? [];
  }

  attachments(): readonly Attachment[] {
    return this.graph.attachments;
  }

  /** What gaps are about. */
  gapsAbout(): readonly string[] {
    return this.graph.gaps.map(({ what }) => what);
  }
}

/** An id without the tenant. */
export function short(id: string): string {
  return id.replaceAll(`entra:${TENANT}/`, '').replaceAll(`azure:cred:${TENANT}:`, 'cred:');
}
