/** Lists of a Microsoft Entra directory that was read whole and in which nobody has anything, for `azureInputFromObjects`. */
export const EMPTY_DIRECTORY = {
  applications: [],
  servicePrincipals: [],
  groups: [],
  administrativeUnits: [],
  directoryRoleDefinitions: [],
  directoryRoleAssignments: [],
  directoryRoleEligibilities: [],
  directoryRoleSchedules: [],
  groupEligibilities: [],
  appRoleAssignments: [],
  permissionGrants: [],
  federatedCredentials: [],
} as const;
