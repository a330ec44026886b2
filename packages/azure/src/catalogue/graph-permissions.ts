/** Day on which {@link graphPermissionIds} was written down. */
export const GRAPH_PERMISSIONS_AS_OF = '2026-11-23';

/**
 * Ids of app roles of Microsoft Graph, by the value that tokens carry (azure.md 3.5, 4). Far from all of them: one that is
 * not here is unknown, and nothing follows from that.
 */
export const graphPermissionIds = {
  'AdministrativeUnit.ReadWrite.All': '5eb59dd3-1da2-4329-8733-9dabdc435916',
  'AgentIdentityBlueprint.AddRemoveCreds.All': '0510736e-bdfb-4b37-9a1f-89b4a074763a',
  'AgentIdentityBlueprint.ReadWrite.All': '7fddd33b-d884-4ec0-8696-72cff90ff825',
  'Application.Read.All': '9a5d68dd-52b0-4cc2-bd40-abcf44ac3a30',
  'Application.ReadUpdate.All': 'fc023787-fd04-4e44-9bc7-d454f00c0f0a',
  'Application.ReadWrite.All': '1bfefb4e-e0b5-418b-a88f-73c46d2cc8e9',
  'Application.ReadWrite.OwnedBy': '18a4783c-866b-4cc7-a460-3d5e5662c884',
  'AppRoleAssignment.ReadWrite.All': '06b708a9-e830-4db3-a914-8e69da51d44f',
  'AuditLog.Read.All': 'b0afded3-3588-46d8-8b3d-9842eff778da',
  'CustomSecAttributeAssignment.ReadWrite.All': 'de89b5e4-5b8f-48eb-8925-29c2b33bd8bd',
  'DelegatedAdminRelationship.ReadWrite.All': 'cc13eba4-8cd8-44c6-b4d4-f93237adce58',
  'DelegatedPermissionGrant.ReadWrite.All': '8e8e4742-1d95-4f68-9d56-6ee75648c72a',
  'DeviceManagementConfiguration.ReadWrite.All': '9241abd9-d0e6-425a-bd4f-47ba86e767a4',
  'DeviceManagementRBAC.ReadWrite.All': 'e330c4f0-4170-414e-a55a-2f022ec2b57b',
  'DeviceManagementScripts.ReadWrite.All': '9255e99d-faf5-445e-bbf7-cb71482737c4',
  'Directory.Read.All': '7ab1d382-f21e-4acd-a863-ba3e13f7da61',
  'Directory.ReadWrite.All': '19dbc75e-c2e2-444c-a770-ec69d8559fc7',
  'Domain.ReadWrite.All': '7e05723c-0bb0-42da-be95-ae9f08a6e53c',
  'EntitlementManagement.ReadWrite.All': '9acd699f-1e81-4958-b001-93b1d2506e19',
  'Files.ReadWrite.All': '75359482-378d-4052-8f01-80520e7db3cd',
  'Group-OnPremisesSyncBehavior.ReadWrite.All': '2d9bd318-b883-40be-9df7-63ec4fcdc424',
  'Group.Read.All': '5b567255-7703-4780-807c-7be8301ae99b',
  'Group.ReadWrite.All': '62a82d76-70ea-41e2-9197-370581804d09',
  'GroupMember.Read.All': '98830695-27a2-44f7-8c18-0c3ebc9698f6',
  'GroupMember.ReadWrite.All': 'dbaae8cf-10b5-4b86-a4a1-f871c94c6695',
  'LifecycleWorkflows.ReadWrite.All': '5c505cf4-8424-4b8e-aa14-ee06e3bb23e3',
  'Mail.Read': '810c84a8-4a9e-49e6-bf7d-12d183f40d01',
  'Mail.ReadWrite': 'e2a3a72e-5f79-4c64-b1b1-878b674786c9',
  'Mail.Send': 'b633e1c5-b582-4048-a93e-9f11b44c7e96',
  'Organization.ReadWrite.All': '292d869f-3427-49a8-9dab-8c70152b74e9',
  'Policy.Read.All': '246dd0d5-5bd0-4def-940b-0421030a5b68',
  'Policy.ReadWrite.AuthenticationMethod': '29c18626-4985-4dcd-85c0-193eef327366',
  'Policy.ReadWrite.ConditionalAccess': '01c0a623-fc9b-48e9-b794-0756f8e8f067',
  'Policy.ReadWrite.PermissionGrant': 'a402ca1c-2696-4531-972d-6e5ee4aa11ea',
  'PrivilegedAccess.ReadWrite.AzureAD': '854d9ab1-6657-4ec8-be45-823027bcd009',
  'PrivilegedAccess.ReadWrite.AzureADGroup': '2f6817f8-7b12-4f0f-bc18-eeaf60705a9e',
  'PrivilegedAccess.ReadWrite.AzureResources': '6f9d5abc-2db6-400b-a267-7de22a40fb87',
  'PrivilegedAssignmentSchedule.ReadWrite.AzureADGroup': '41202f2c-f7ab-45be-b001-85c9728b9d69',
  'PrivilegedEligibilitySchedule.ReadWrite.AzureADGroup': '618b6020-bca8-4de6-99f6-ef445fa4d857',
  'RoleAssignmentSchedule.ReadWrite.Directory': 'dd199f4a-f148-40a4-a2ec-f0069cc799ec',
  'RoleEligibilitySchedule.ReadWrite.Directory': 'fee28b28-e1f3-4841-818e-2704dc62245f',
  'RoleManagement.Read.Directory': '483bed4a-2ad3-4361-a73b-c83ccdbdc53c',
  'RoleManagement.ReadWrite.Directory': '9e3f62cf-ca93-4989-b6ce-bf83c28f9fe8',
  'RoleManagementPolicy.ReadWrite.AzureADGroup': 'b38dcc4d-a239-4ed6-aa84-6c65b284f97c',
  'RoleManagementPolicy.ReadWrite.Directory': '31e08e0a-d3f7-4ca2-ac39-7343fb83e8ad',
  'SecurityIdentitiesActions.ReadWrite.All': 'af2bf46f-7bf1-4be3-8bad-e17e279e8462',
  'ServicePrincipalEndpoint.ReadWrite.All': '89c8469c-83ad-45f7-8ff2-6e3d4285709e',
  'SignInIdentifier.ReadWrite.All': '7fc588a2-ea2d-4d1f-bcf7-33c324b149b8',
  'Sites.FullControl.All': 'a82116e5-55eb-4c41-a434-62fe8a61c773',
  'Sites.ReadWrite.All': '9492366f-7969-46a4-8d15-ed1a20078fff',
  'Synchronization.ReadWrite.All': '9b50c33d-700f-43b1-b2eb-87e89b703581',
  'User-PasswordProfile.ReadWrite.All': 'cc117bb9-00cf-4eb8-b580-ea2a878fe8f7',
  'User.DeleteRestore.All': 'eccc023d-eccf-4e7b-9683-8813ab36cecc',
  'User.EnableDisableAccount.All': '3011c876-62b7-4ada-afa2-506cbbecc68c',
  'User.Read.All': 'df021288-bdef-4463-88db-98f22de89214',
  'User.ReadWrite.All': '741f803b-c850-494e-b5df-cde7c675a1ca',
  'UserAuthenticationMethod.ReadWrite.All': '50483e42-d915-4231-9639-7fdb7fd190e5',
  'UserAuthMethod-HardwareOATH.ReadWrite.All': '7e9ebcc1-90aa-4471-8051-e68d6b4e9c89',
  'UserAuthMethod-Phone.ReadWrite.All': '6e85d483-7092-4375-babe-0a94a8213a58',
  'UserAuthMethod-QR.ReadWrite.All': '4869299f-18c3-40c8-98f2-222657e67db1',
  'UserAuthMethod-TAP.ReadWrite.All': '627169a8-8c15-451c-861a-5b80e383de5c',
} as const;

/** Application permissions of Microsoft Graph that techniques speak of and whose ids no source here gives. */
export const GRAPH_PERMISSIONS_WITHOUT_ID = [
  'DeviceManagementApps.ReadWrite.All',
  'DeviceManagementManagedDevices.PrivilegedOperations.All',
  'OnPremDirectorySynchronization.ReadWrite.All',
  'Policy.ReadWrite.AuthenticationFlows',
  'Policy.ReadWrite.CrossTenantAccess',
  'Policy.ReadWrite.FedTokenValidation',
  'PublicKeyInfrastructure.ReadWrite.All',
  'RoleManagement.ReadWrite.CloudPC',
  'RoleManagement.ReadWrite.Defender',
  'RoleManagement.ReadWrite.Exchange',
  'User.ManageIdentities.All',
  'UserAuthMethod-Passkey.ReadWrite.All',
  'UserAuthMethod-Password.ReadWrite.All',
  'UserAuthMethod-SoftwareOATH.ReadWrite.All',
] as const;

/** Value of an application permission of Microsoft Graph that the catalogue has. */
export type GraphPermission = keyof typeof graphPermissionIds | (typeof GRAPH_PERMISSIONS_WITHOUT_ID)[number];

const byId: ReadonlyMap<string, string> = new Map(
  Object.entries(graphPermissionIds).map(([value, id]) => [id, value] as const),
);

/**
 * The value of an app role of Microsoft Graph, from its id in whatever case. Undefined: not known here, which says nothing of
 * what it gives.
 *
 * @example
 * graphPermission('9E3F62CF-CA93-4989-B6CE-BF83C28F9FE8'); // 'RoleManagement.ReadWrite.Directory'
 */
export function graphPermission(id: string): string | undefined {
  return byId.get(id.toLowerCase());
}
