import type { Gap } from '@keyreach/core/graph';
import type { BundleFile, Listed, RawRecord } from '@keyreach/core/input';

/** One block of a role definition or deny assignment; `NotX` subtracts within the block only (azure.md 1.2). */
export interface AzurePermissionBlock {
  readonly actions: readonly string[];
  readonly notActions: readonly string[];
  readonly dataActions: readonly string[];
  readonly notDataActions: readonly string[];
  readonly condition?: string;
  readonly conditionVersion?: string;
}

/** An Azure role definition, built-in or custom. */
export interface AzureRoleDefinition {
  /** As given; only its last part counts. */
  readonly id: string;
  readonly roleName?: string;
  /** `BuiltInRole`, `CustomRole`. */
  readonly roleType?: string;
  readonly assignableScopes: readonly string[];
  readonly permissions: Listed<AzurePermissionBlock>;
}

/** What role assignments, eligible or active schedule instances have in common. */
export interface AzureRoleGrant {
  readonly id: string;
  /** As given: `/`, `/subscriptions/…`, …; azure.md 1.2 says what forms there are. */
  readonly scope: string;
  readonly roleDefinitionId: string;
  readonly principalId: string;
  /** `User`, `Group`, `ServicePrincipal`, `ForeignGroup`, `Device`; case varies. */
  readonly principalType?: string;
  readonly condition?: string;
  readonly conditionVersion?: string;
  readonly description?: string;
  readonly createdOn?: string;
  readonly updatedOn?: string;
  readonly delegatedManagedIdentityResourceId?: string;
}

/** An Azure role assignment. */
export type AzureRoleAssignment = AzureRoleGrant;

/** A role that somebody has, or may activate, by Privileged Identity Management (azure.md 4.4, armScheduleInstance). */
export interface AzureScheduleInstance extends AzureRoleGrant {
  readonly status?: string;
  readonly startDateTime?: string;
  readonly endDateTime?: string;
  /** `Direct`, `Group`, `Inherited`; case varies. */
  readonly memberType?: string;
  /** `Assigned`, `Activated`; absent for eligible ones. */
  readonly assignmentType?: string;
  /** The role assignment that an active instance shows up as. */
  readonly originRoleAssignmentId?: string;
}

/** A principal that a deny assignment names or spares. */
export interface AzureDenyPrincipal {
  readonly id: string;
  /** `SystemDefined` with the id of zeros: everybody. */
  readonly type?: string;
}

/** A deny assignment (azure.md 1.2). */
export interface AzureDenyAssignment {
  readonly id: string;
  readonly denyAssignmentName?: string;
  readonly scope: string;
  readonly permissions: Listed<AzurePermissionBlock>;
  readonly doNotApplyToChildScopes: boolean;
  readonly principals: Listed<AzureDenyPrincipal>;
  readonly excludePrincipals: Listed<AzureDenyPrincipal>;
  readonly isSystemProtected?: boolean;
  readonly condition?: string;
  readonly conditionVersion?: string;
}

/** A management group. */
export interface AzureManagementGroup {
  /** `/providers/Microsoft.Management/managementGroups/NAME`. */
  readonly id: string;
  readonly name: string;
  readonly displayName?: string;
  readonly tenantId?: string;
  /** Id of the parent; absent: the root group, or not told. */
  readonly parentId?: string;
  /** Children as far as the record names them. Absent: not expanded. */
  readonly children?: readonly { readonly id: string; readonly type?: string; readonly displayName?: string }[];
}

/** A subscription. */
export interface AzureSubscription {
  readonly subscriptionId: string;
  readonly tenantId?: string;
  readonly displayName?: string;
  /** `Enabled`, `Disabled`, `Warned`, `PastDue`, `Deleted`. */
  readonly state?: string;
  /** Nearest management group first, where the record tells (Resource Graph). */
  readonly managementGroups?: readonly string[];
  readonly managedByTenants: readonly string[];
}

/** The `identity` of a resource (azure.md 4.3). */
export interface AzureResourceIdentity {
  readonly type?: string;
  readonly principalId?: string;
  readonly tenantId?: string;
  /** By resource id of the user-assigned identity, as given. */
  readonly userAssigned: readonly { readonly id: string; readonly principalId?: string; readonly clientId?: string }[];
}

/** A resource or resource group of Azure Resource Manager. Values that hold secrets are taken out before. */
export interface AzureResource {
  readonly id: string;
  /** As given; compare in lower case. */
  readonly type: string;
  readonly name: string;
  readonly location?: string;
  readonly kind?: string;
  readonly identity?: AzureResourceIdentity;
  readonly managedBy?: string;
  /** Absent: not told. */
  readonly tags?: Readonly<Record<string, string>>;
  readonly properties: RawRecord;
}

/** A client secret or certificate of an application or service principal; never its material. */
export interface EntraCredential {
  readonly kind: 'password' | 'key';
  readonly keyId: string;
  readonly displayName?: string;
  readonly startDateTime?: string;
  readonly endDateTime?: string;
  /** Of certificates: `AsymmetricX509Cert`, …; usage `Verify` (login), `Sign` (SAML). */
  readonly type?: string;
  readonly usage?: string;
  /** Thumbprint (base64 or hex) of a certificate. */
  readonly customKeyIdentifier?: string;
}

/** An app role or delegated scope that an application or service principal defines. */
export interface EntraAppRole {
  readonly id: string;
  readonly value?: string;
  readonly displayName?: string;
  readonly allowedMemberTypes: readonly string[];
  readonly isEnabled?: boolean;
}

/** The lock on properties of instances of an application in other tenants (azure.md 2). */
export interface EntraLock {
  readonly isEnabled: boolean;
  readonly allProperties: boolean;
  readonly credentialsWithUsageSign: boolean;
  readonly credentialsWithUsageVerify: boolean;
}

/** What applications and service principals have in common. */
export interface EntraAppObject {
  readonly id: string;
  readonly appId: string;
  readonly displayName?: string;
  /** `@odata.type` without `#microsoft.graph.`: `agentIdentityBlueprint`, `agentIdentity`, … where told. */
  readonly odataType?: string;
  readonly createdDateTime?: string;
  readonly credentials: Listed<EntraCredential>;
  /** Ids of owners. `undefined`: not collected. */
  readonly owners?: Listed<string>;
  readonly appRoles: Listed<EntraAppRole>;
  readonly verifiedPublisher?: string;
  readonly tags: readonly string[];
  readonly createdByAppId?: string;
}

/** An application registration. */
export interface EntraApplication extends EntraAppObject {
  readonly signInAudience?: string;
  /** `undefined`: not told. */
  readonly lock?: EntraLock;
  readonly redirectUris: readonly string[];
  /** What it asks for; never a grant. */
  readonly requiredResourceAccess: readonly RawRecord[];
  readonly isDisabled?: boolean;
}

/** A service principal. */
export interface EntraServicePrincipal extends EntraAppObject {
  /** `Application`, `ManagedIdentity`, `Legacy`, `SocialIdp`, `ServiceIdentity`. */
  readonly servicePrincipalType?: string;
  readonly appOwnerOrganizationId?: string;
  readonly accountEnabled?: boolean;
  readonly alternativeNames: readonly string[];
  readonly oauth2PermissionScopes: readonly EntraAppRole[];
  readonly preferredSingleSignOnMode?: string;
  /** Of agent identities: app id of the blueprint. */
  readonly agentIdentityBlueprintId?: string;
  readonly customSecurityAttributes?: RawRecord;
}

/** A user. */
export interface EntraUser {
  readonly id: string;
  readonly userPrincipalName?: string;
  readonly displayName?: string;
  readonly userType?: string;
  readonly accountEnabled?: boolean;
  /** Microsoft Graph says `null` of what was never synchronised: false here. Absent: not told. */
  readonly onPremisesSyncEnabled?: boolean;
  readonly isManagementRestricted?: boolean;
  readonly createdDateTime?: string;
  readonly lastPasswordChangeDateTime?: string;
  readonly lastSignInDateTime?: string;
  /** Of agent users: object id of the agent. */
  readonly identityParentId?: string;
  readonly odataType?: string;
  readonly customSecurityAttributes?: RawRecord;
}

/** A reference to an object of the directory. */
export interface EntraReference {
  readonly id: string;
  /** `user`, `group`, `servicePrincipal`, `device`, … where told. */
  readonly odataType?: string;
}

/** A group. */
export interface EntraGroup {
  readonly id: string;
  readonly displayName?: string;
  readonly securityEnabled?: boolean;
  readonly mailEnabled?: boolean;
  /** `DynamicMembership`, `Unified`. */
  readonly groupTypes: readonly string[];
  readonly membershipRule?: string;
  readonly membershipRuleProcessingState?: string;
  /** `null` of Microsoft Graph is false here. Absent: not told. */
  readonly isAssignableToRole?: boolean;
  readonly isManagementRestricted?: boolean;
  /** Microsoft Graph says `null` of what was never synchronised: false here. Absent: not told. */
  readonly onPremisesSyncEnabled?: boolean;
  /** Direct members. `undefined`: not collected. */
  readonly members?: Listed<EntraReference>;
  /** `undefined`: not collected. */
  readonly owners?: Listed<string>;
}

/** An administrative unit. */
export interface EntraAdministrativeUnit {
  readonly id: string;
  readonly displayName?: string;
  readonly membershipType?: string;
  readonly isMemberManagementRestricted?: boolean;
  readonly members?: Listed<EntraReference>;
}

/** A role definition of the directory. */
export interface EntraRoleDefinition {
  readonly id: string;
  readonly templateId?: string;
  readonly displayName?: string;
  readonly isBuiltIn?: boolean;
  readonly isEnabled?: boolean;
  readonly rolePermissions: Listed<{
    readonly allowedResourceActions: readonly string[];
    readonly excludedResourceActions: readonly string[];
    /** `$SubjectIsOwner`, `$ResourceIsSelf`, … */
    readonly condition?: string;
  }>;
  /** Ids of roles whose permissions it has as well. */
  readonly inheritsFrom: readonly string[];
}

/** A role assignment of the directory, or an active or eligible schedule instance of one. */
export interface EntraRoleAssignment {
  readonly id: string;
  readonly principalId: string;
  readonly roleDefinitionId: string;
  /** `/`, `/administrativeUnits/ID`, `/OBJECT`. */
  readonly directoryScopeId?: string;
  readonly appScopeId?: string;
  readonly condition?: string;
  readonly startDateTime?: string;
  readonly endDateTime?: string;
  /** `Assigned`, `Activated`; absent where not told, and for eligible ones. */
  readonly assignmentType?: string;
  readonly memberType?: string;
}

/** A schedule instance of membership or ownership of a group (group PIM). */
export interface EntraGroupSchedule {
  readonly id: string;
  readonly principalId: string;
  readonly groupId: string;
  readonly accessId: 'member' | 'owner';
  readonly startDateTime?: string;
  readonly endDateTime?: string;
  readonly assignmentType?: string;
}

/** What activation of an eligible role asks for (role management policies with rules). */
export interface EntraRolePolicy {
  readonly scopeId?: string;
  readonly scopeType?: string;
  readonly roleDefinitionId?: string;
  /** `undefined`: not told. */
  readonly approvalRequired?: boolean;
  /** Ids of users and groups. */
  readonly approvers: readonly string[];
  /** `MultiFactorAuthentication`, `Justification`, … on activation. */
  readonly enabledRules: readonly string[];
}

/** An app role given to somebody. */
export interface EntraAppRoleAssignment {
  readonly id: string;
  readonly appRoleId: string;
  readonly principalId: string;
  readonly principalType?: string;
  /** Object id of the service principal whose role it is. */
  readonly resourceId: string;
  readonly createdDateTime?: string;
}

/** Delegated permissions of a client. */
export interface EntraPermissionGrant {
  readonly id: string;
  readonly clientId: string;
  /** `AllPrincipals`, `Principal`. */
  readonly consentType?: string;
  readonly principalId?: string;
  readonly resourceId: string;
  readonly scopes: readonly string[];
}

/** A federated identity credential, with what it is on. */
export interface EntraFederatedCredential {
  /** `applications/OBJECT_ID`, or the id of a user-assigned identity of Azure Resource Manager, as given. */
  readonly parent: string;
  readonly id: string;
  readonly name?: string;
  readonly issuer: string;
  /** Absent where an expression stands in its place. */
  readonly subject?: string;
  readonly audiences: readonly string[];
  readonly claimsMatchingExpression?: { readonly value: string; readonly languageVersion?: number };
}

/** A tenant: `organization` of Microsoft Graph. */
export interface EntraOrganization {
  readonly id: string;
  readonly displayName?: string;
  readonly verifiedDomains: readonly {
    readonly name: string;
    readonly isDefault?: boolean;
    readonly isInitial?: boolean;
  }[];
}

/** One row of a report of last sign-ins, per app or per credential (azure.md 5), raw but for what joins it. */
export interface EntraSignInReport {
  readonly appId?: string;
  readonly keyId?: string;
  readonly appObjectId?: string;
  readonly servicePrincipalObjectId?: string;
  readonly raw: RawRecord;
}

/**
 * Azure input, read and checked for shape. An absent property is a file that could not be read; a gap says why. Times are RFC 3339 in
 * UTC. Conditions, starts and ends that are there and cannot be read are `(unreadable)`, which is no condition and no date: whatever they
 * decide is unknown.
 */
export interface AzureInput {
  readonly managementGroups?: Listed<AzureManagementGroup>;
  readonly subscriptions?: Listed<AzureSubscription>;
  readonly resources?: Listed<AzureResource>;
  readonly roleDefinitions?: Listed<AzureRoleDefinition>;
  readonly roleAssignments?: Listed<AzureRoleAssignment>;
  readonly denyAssignments?: Listed<AzureDenyAssignment>;
  readonly roleEligibilities?: Listed<AzureScheduleInstance>;
  readonly roleSchedules?: Listed<AzureScheduleInstance>;
  readonly organizations?: Listed<EntraOrganization>;
  readonly applications?: Listed<EntraApplication>;
  readonly servicePrincipals?: Listed<EntraServicePrincipal>;
  readonly users?: Listed<EntraUser>;
  readonly groups?: Listed<EntraGroup>;
  readonly administrativeUnits?: Listed<EntraAdministrativeUnit>;
  readonly directoryRoleDefinitions?: Listed<EntraRoleDefinition>;
  readonly directoryRoleAssignments?: Listed<EntraRoleAssignment>;
  readonly directoryRoleEligibilities?: Listed<EntraRoleAssignment>;
  /** Active instances, which tell activated from assigned ones. */
  readonly directoryRoleSchedules?: Listed<EntraRoleAssignment>;
  readonly groupEligibilities?: Listed<EntraGroupSchedule>;
  readonly rolePolicies?: Listed<EntraRolePolicy>;
  readonly appRoleAssignments?: Listed<EntraAppRoleAssignment>;
  readonly permissionGrants?: Listed<EntraPermissionGrant>;
  readonly federatedCredentials?: Listed<EntraFederatedCredential>;
  readonly servicePrincipalSignIns?: Listed<EntraSignInReport>;
  readonly credentialSignIns?: Listed<EntraSignInReport>;
  /** Log files; `withRecordedUse` of usage/ reads them. */
  readonly activityLogs: readonly BundleFile[];
  readonly signInLogs: readonly BundleFile[];
  readonly graphActivityLogs: readonly BundleFile[];
  /** Recorded use, by source: what a collector had added up, and what log files gave. */
  readonly recordedUse: readonly AzureRecordedUse[];
  /** When the files were collected, where the bundle says so. */
  readonly collectedAt?: string;
  readonly gaps: readonly Gap[];
}

/** Use added up from logs of one kind, whatever read them: files or KQL (docs/usage-azure.md). */
export interface AzureRecordedUse {
  /** `activity-logs`, `sign-in-logs`, `graph-activity-logs`, `log-analytics/…`. */
  readonly source: string;
  readonly rows: readonly AzureUseRow[];
  /** What the source could have seen. Empty where nobody knows: then its silence proves nothing. */
  readonly coverage: readonly AzureUseCoverage[];
}

/** Records that name one principal, credential, action and scope. */
export interface AzureUseRow {
  readonly kind: 'arm' | 'sign-in' | 'graph';
  /** Object id of the principal, where told. */
  readonly principalId?: string;
  readonly appId?: string;
  /** Key id of the secret or certificate, or id of the federated credential. */
  readonly credentialId?: string;
  /** Of managed identities: the resource whose token it was. */
  readonly attachedResource?: string;
  /** `arm`: the action; `graph`: method and path with ids replaced, `GET /users/{id}`; `sign-in`: `sign-in`. Lower case but for the method. */
  readonly action: string;
  /** `arm`: the scope, lower case; `sign-in`: object id of the service principal of the API. */
  readonly resource?: string;
  /** Time of the first and last record of success, to the second. Absent where all failed. */
  readonly first?: string;
  readonly last?: string;
  readonly count: number;
  /** Failed calls: no use of a permission, but use of the credential. */
  readonly failed: number;
  /** `graph`: values of app roles in the token. */
  readonly roles?: readonly string[];
}

/** Logs of one kind that were read whole, and for which time. */
export interface AzureUseCoverage {
  readonly kind: 'arm' | 'sign-in' | 'graph';
  /** `/subscriptions/ID`, `/` or a tenant id. */
  readonly scope: string;
  readonly from: string;
  readonly to: string;
}
