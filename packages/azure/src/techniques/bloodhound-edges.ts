/** Edge of BloodHound in its Azure part. */
export type BloodHoundEdge = (typeof BLOODHOUND_EDGES)[number];

/** All edges of BloodHound that azure.md 3.6 lists, by name. */
export const BLOODHOUND_EDGES = [
  'AZAKSContributor',
  'AZAddMembers',
  'AZAddOwner',
  'AZAddSecret',
  'AZAppAdmin',
  'AZAuthenticatesTo',
  'AZAutomationContributor',
  'AZAvereContributor',
  'AZCloudAppAdmin',
  'AZContains',
  'AZContributor',
  'AZExecuteCommand',
  'AZGetCertificates',
  'AZGetKeys',
  'AZGetSecrets',
  'AZGlobalAdmin',
  'AZGrant',
  'AZGrantSelf',
  'AZHasRole',
  'AZKeyVaultContributor',
  'AZLogicAppContributor',
  'AZMGAddMember',
  'AZMGAddOwner',
  'AZMGAddSecret',
  'AZMGAppRoleAssignment_ReadWrite_All',
  'AZMGApplication_ReadWrite_All',
  'AZMGDirectory_ReadWrite_All',
  'AZMGGrantAppRoles',
  'AZMGGrantRole',
  'AZMGGroupMember_ReadWrite_All',
  'AZMGGroup_ReadWrite_All',
  'AZMGRoleManagement_ReadWrite_Directory',
  'AZMGServicePrincipalEndpoint_ReadWrite_All',
  'AZManageEntraDS',
  'AZManagedIdentity',
  'AZMemberOf',
  'AZNodeResourceGroup',
  'AZOwner',
  'AZOwns',
  'AZPrivilegedAuthAdmin',
  'AZPrivilegedRoleAdmin',
  'AZResetPassword',
  'AZRoleApprover',
  'AZRoleEligible',
  'AZRunsAs',
  'AZScopedTo',
  'AZUserAccessAdministrator',
  'AZVMAdminLogin',
  'AZVMContributor',
  'AZWebsiteContributor',
  'SyncedToADUser',
] as const;

/** What an edge of BloodHound is here. */
export interface BloodHoundParity {
  /**
   * Rows of azure.md 3 that say what the edge says: those of techniques, whose ids begin with `azure-` and one of these, and those that are
   * none by themselves, with their reason (`inertArmTechniques`): what gives data is a row of access.
   */
  readonly techniques: readonly string[];
  /** Facts of the graph that say it: edges, grants, attributes. */
  readonly facts: readonly (
    | 'attributes'
    | 'contains'
    | 'federates'
    | 'grants'
    | 'member-of'
    | 'owned-by'
    | 'runs-as'
  )[];
  /** Where we are stricter, or see more. */
  readonly rule: string;
}

const ROLE_FACT = 'the role is active, on the directory as a whole; by a group only for its direct members';
const PERMISSION_FACT = 'the grant itself; what it leads to is a technique';
const EFFECTIVE = 'from what the grants allow: inherited and custom roles, conditions, denies';

const PARITY: Readonly<Record<BloodHoundEdge, readonly [string, BloodHoundParity['facts'], string]>> = {
  AZAKSContributor: ['arm-aks-run arm-aks-admin arm-aks-user arm-aks-write', [], EFFECTIVE],
  AZAddMembers: [
    'entra-group-member entra-group-member-security entra-group-member-m365 entra-group-rag',
    [],
    'by permission; not synchronised, dynamic or restricted groups, nor those of the other kinds',
  ],
  AZAddOwner: ['entra-app-owner', [], 'by permission and scope; not of managed identities and locked ones'],
  AZAddSecret: [
    'entra-app-cred entra-sp-cred',
    [],
    'by permission and scope; not of managed identities, of Microsoft, or locked',
  ],
  AZAppAdmin: ['entra-app-cred entra-sp-cred entra-app-owner', ['grants'], 'the role is active, at its scope'],
  AZAuthenticatesTo: ['', ['federates'], 'of service principals and user-assigned identities as well'],
  AZAutomationContributor: ['arm-automation-job arm-automation-indirect', [], EFFECTIVE],
  AZAvereContributor: ['arm-vm-run', [], EFFECTIVE],
  AZCloudAppAdmin: ['entra-app-cred entra-sp-cred entra-app-owner', ['grants'], 'the role is active, at its scope'],
  AZContains: ['', ['contains'], 'the tree of scopes'],
  AZContributor: ['arm-vm-run arm-web-deploy arm-automation-job arm-logic-edit arm-storage-key', [], EFFECTIVE],
  AZExecuteCommand: ['entra-intune', [], 'unknown: who uses which device is in no input'],
  AZGetCertificates: ['arm-kv-read arm-kv-policy', [], 'vaults in the mode of roles as well'],
  AZGetKeys: ['arm-kv-sign arm-kv-policy', [], 'vaults in the mode of roles as well'],
  AZGetSecrets: ['arm-kv-read arm-kv-policy', [], 'vaults in the mode of roles as well'],
  AZGlobalAdmin: ['entra-role-assign', ['grants'], ROLE_FACT],
  AZGrant: ['entra-consent', [], 'no longer written by BloodHound; by permission here'],
  AZGrantSelf: ['entra-consent', [], 'no longer written by BloodHound; by permission here'],
  AZHasRole: ['', ['grants'], 'with the scope of the assignment'],
  AZKeyVaultContributor: ['arm-kv-policy', [], EFFECTIVE],
  AZLogicAppContributor: ['arm-logic-edit', [], EFFECTIVE],
  AZMGAddMember: [
    'graph-group-readwrite-all graph-groupmember-readwrite-all graph-directory-readwrite-all graph-rolemanagement-readwrite-directory',
    [],
    'not synchronised, dynamic or restricted groups',
  ],
  AZMGAddOwner: [
    'graph-application-readwrite-all graph-rolemanagement-readwrite-directory graph-serviceprincipalendpoint-readwrite-all graph-group-readwrite-all graph-directory-readwrite-all',
    [],
    'not of restricted groups',
  ],
  AZMGAddSecret: [
    'graph-application-readwrite-all graph-rolemanagement-readwrite-directory',
    [],
    'not of managed identities, of Microsoft, or locked',
  ],
  AZMGAppRoleAssignment_ReadWrite_All: ['', ['grants'], PERMISSION_FACT],
  AZMGApplication_ReadWrite_All: ['', ['grants'], PERMISSION_FACT],
  AZMGDirectory_ReadWrite_All: ['', ['grants'], PERMISSION_FACT],
  AZMGGrantAppRoles: [
    'graph-approleassignment-readwrite-all graph-rolemanagement-readwrite-directory',
    [],
    'as there: control of the directory',
  ],
  AZMGGrantRole: ['graph-rolemanagement-readwrite-directory', [], 'as there: control of the directory'],
  AZMGGroupMember_ReadWrite_All: ['', ['grants'], PERMISSION_FACT],
  AZMGGroup_ReadWrite_All: ['', ['grants'], PERMISSION_FACT],
  AZMGRoleManagement_ReadWrite_Directory: ['', ['grants'], PERMISSION_FACT],
  AZMGServicePrincipalEndpoint_ReadWrite_All: ['', ['grants'], PERMISSION_FACT],
  AZManageEntraDS: ['arm-entra-ds', [], 'no edge: the managed domain is a directory of its own, in no input'],
  AZManagedIdentity: ['', ['runs-as'], 'as there'],
  AZMemberOf: ['', ['member-of'], 'roles of the directory and app roles reach direct members only'],
  AZNodeResourceGroup: ['', ['attributes', 'grants'], 'from the role assignments of the identity of the cluster'],
  AZOwner: ['arm-role-assign', [], EFFECTIVE],
  AZOwns: [
    'own-app own-sp own-group',
    ['owned-by'],
    'not of managed identities, locked ones, synchronised or restricted groups',
  ],
  AZPrivilegedAuthAdmin: ['entra-pw-reset entra-auth-method', ['grants'], ROLE_FACT],
  AZPrivilegedRoleAdmin: ['entra-role-assign', ['grants'], ROLE_FACT],
  AZResetPassword: [
    'entra-pw-reset',
    [],
    'by permission and the roles of the target; not owners of groups that roles may be given to, nor members of restricted units',
  ],
  AZRoleApprover: ['', ['attributes'], 'approvers of a role; an eligible principal is needed as well'],
  AZRoleEligible: ['', ['grants'], 'a grant that is conditional, with its scope'],
  AZRunsAs: ['', ['runs-as'], 'in every directory of the input that has the application'],
  AZScopedTo: ['', ['grants'], 'the scope of each assignment'],
  AZUserAccessAdministrator: ['arm-role-assign', [], EFFECTIVE],
  AZVMAdminLogin: ['arm-vm-login', [], EFFECTIVE],
  AZVMContributor: ['arm-vm-run arm-vmss-run', [], EFFECTIVE],
  AZWebsiteContributor: ['arm-web-deploy arm-web-keys', [], EFFECTIVE],
  SyncedToADUser: ['', ['attributes'], 'users tell that they are synchronised; the other directory is in no input'],
};

/** Every edge of BloodHound, with what says the same here (azure.md 3.6), in the order of {@link BLOODHOUND_EDGES}. */
export const bloodHoundEdges: ReadonlyMap<BloodHoundEdge, BloodHoundParity> = new Map(
  BLOODHOUND_EDGES.map((edge) => {
    const [techniques, facts, rule] = PARITY[edge];
    return [edge, { techniques: techniques.split(' ').filter((slug) => slug !== ''), facts, rule }];
  }),
);
