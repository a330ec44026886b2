import { all, allOf, allowed, any, anyOf, anywhere, holds, resources } from './arm-requirements.ts';
import { type ArmRow, type ArmTarget, type ArmTechnique, armTable } from './arm-row.ts';
import { ARM_RESOURCES, ARM_SCOPES } from './arm-types.ts';

const SCOPES: ArmTarget = { kind: 'scope', types: ARM_SCOPES };
const EVERY_RESOURCE: ArmTarget = { kind: 'resource', types: ARM_RESOURCES };

const GIVES_ROLES = allowed('Microsoft.Authorization/roleAssignments/write');

/** The same right on scopes and on single resources, each an own row. */
const onBoth = (row: Omit<ArmRow, 'target'>): readonly ArmRow[] => [
  { ...row, target: SCOPES },
  { ...row, variant: 'resource', target: EVERY_RESOURCE },
];

/** Authorization and hierarchy (azure.md 3.1). */
export const armAuthorizationTechniques: readonly ArmTechnique[] = armTable('azure.md 3.1', [
  ...onBoth({
    slug: 'arm-role-assign',
    title: 'Assigns itself roles on the scope, as far as the condition of its own role lets it',
    attack: ['T1098.003'],
    requires: GIVES_ROLES,
    yields: 'control',
  }),
  {
    slug: 'arm-role-def-edit',
    title: 'Adds actions to a custom role that it holds',
    attack: ['T1098.003'],
    target: resources('microsoft.authorization/roledefinitions'),
    // The right is needed in every scope where the role can be assigned; the node lies in one of them.
    requires: all(allowed('Microsoft.Authorization/roleDefinitions/write'), holds('assignable-in-one-scope')),
    yields: 'extend',
  },
  ...onBoth({
    slug: 'arm-pim-assign',
    title: 'Assigns itself roles on the scope for a time, by Privileged Identity Management',
    attack: ['T1098.003'],
    // Whether the tenant has the licence is not in any list.
    requires: all(allowed('Microsoft.Authorization/roleAssignmentScheduleRequests/write'), holds('unverified')),
    yields: 'control',
  }),
  ...onBoth({
    slug: 'arm-pim-eligible',
    title: 'Makes a user that it controls eligible for roles on the scope, who then activates them',
    attack: ['T1098.003'],
    requires: all(allowed('Microsoft.Authorization/roleEligibilityScheduleRequests/write'), holds('unverified')),
    yields: 'control',
  }),
  {
    slug: 'arm-deny-delete',
    title: 'Takes deny assignments off the scope',
    attack: ['T1556.009'],
    target: SCOPES,
    // Those of managed applications and of Azure itself cannot be taken off; which these are is not told of all of them.
    requires: all(
      anyOf(
        'Microsoft.Authorization/denyAssignments/delete',
        'Microsoft.Resources/deploymentStacks/manageDenySetting/action',
        'Microsoft.Resources/deploymentStacks/delete',
      ),
      holds('unverified'),
    ),
    yields: 'lift-denies',
  },
  {
    slug: 'arm-mg-move',
    title: 'Moves the subscription below a management group whose assignments it controls',
    attack: ['T1484.002'],
    target: { kind: 'scope', types: ['subscription'] },
    requires: all(
      allowed('Microsoft.Management/managementGroups/subscriptions/write'),
      {
        anywhere: { kind: 'scope', types: ['management-group'] },
        that: all(allowed('Microsoft.Management/managementGroups/subscriptions/write'), GIVES_ROLES),
      },
      // Rights of an owner on the subscription are said to be asked for as well.
      holds('unverified'),
    ),
    yields: 'control',
  },
  {
    slug: 'arm-mg-move',
    variant: 'group',
    title: 'Moves the management group below one whose assignments it controls',
    attack: ['T1484.002'],
    target: { kind: 'scope', types: ['management-group'] },
    requires: all(
      allowed('Microsoft.Management/managementGroups/write'),
      {
        anywhere: { kind: 'scope', types: ['management-group'] },
        that: all(allowed('Microsoft.Management/managementGroups/write'), GIVES_ROLES),
      },
      holds('unverified'),
    ),
    yields: 'control',
  },
  {
    slug: 'arm-policy-deploy',
    title: 'Has a policy deploy a template of its making as a managed identity that it may attach',
    attack: ['T1548.005', 'T1651'],
    target: resources('microsoft.managedidentity/userassignedidentities'),
    requires: all(
      allowed('Microsoft.ManagedIdentity/userAssignedIdentities/assign/action'),
      any(
        {
          somewhere: [
            'Microsoft.Authorization/policyAssignments/write',
            'Microsoft.Authorization/policyDefinitions/write',
          ],
        },
        // There may be a definition already that deploys what is of use.
        all({ somewhere: ['Microsoft.Authorization/policyAssignments/write'] }, holds('depends-on-what-runs')),
      ),
    ),
    yields: 'become-runtime',
  },
  {
    slug: 'arm-policy-deploy',
    variant: 'existing',
    title: 'Rewrites what an assigned policy deploys, as the identity of the assignment',
    attack: ['T1548.005', 'T1651'],
    target: resources('microsoft.authorization/policyassignments'),
    // Only a custom definition can be rewritten, and it may be defined further up.
    requires: all(allowed('Microsoft.Authorization/policyDefinitions/write'), holds('depends-on-what-runs')),
    yields: 'become-runtime',
  },
  {
    slug: 'arm-lighthouse',
    title: 'Gives principals of another tenant roles on the scope',
    attack: ['T1199'],
    target: { kind: 'scope', types: ['subscription', 'resource-group'] },
    // Who delegates has to be somebody who can give roles, and no guest.
    requires: allOf(
      'Microsoft.ManagedServices/registrationDefinitions/write',
      'Microsoft.ManagedServices/registrationAssignments/write',
      'Microsoft.Authorization/roleAssignments/write',
    ),
    yields: 'control',
  },
  {
    slug: 'arm-blueprint',
    title: 'Assigns a blueprint that holds role assignments',
    attack: ['T1098.003'],
    target: { kind: 'scope', types: ['subscription'] },
    requires: all(allowed('Microsoft.Blueprint/blueprintAssignments/write'), holds('unverified')),
    yields: 'control',
  },
  {
    slug: 'arm-deploy-script',
    title: 'Runs a deployment script as a managed identity that it may attach',
    attack: ['T1651', 'T1552.005'],
    target: resources('microsoft.managedidentity/userassignedidentities'),
    requires: all(allowed('Microsoft.ManagedIdentity/userAssignedIdentities/assign/action'), {
      somewhere: [
        'Microsoft.Resources/deploymentScripts/write',
        'Microsoft.ContainerInstance/containerGroups/write',
        'Microsoft.Storage/storageAccounts/write',
      ],
    }),
    yields: 'become-runtime',
  },
  {
    slug: 'arm-image-template',
    title: 'Has an image built on a machine with a managed identity that it may attach',
    attack: ['T1651', 'T1552.005'],
    target: resources('microsoft.managedidentity/userassignedidentities'),
    requires: all(allowed('Microsoft.ManagedIdentity/userAssignedIdentities/assign/action'), {
      somewhere: ['Microsoft.VirtualMachineImages/imageTemplates/write'],
    }),
    yields: 'become-runtime',
  },
  {
    slug: 'arm-uami-attach',
    title: 'Attaches the managed identity to a workload of its making',
    attack: ['T1548.005', 'T1552.005'],
    target: resources('microsoft.managedidentity/userassignedidentities'),
    requires: all(
      allowed('Microsoft.ManagedIdentity/userAssignedIdentities/assign/action'),
      any(
        { somewhere: ['Microsoft.ContainerInstance/containerGroups/write'] },
        { somewhere: ['Microsoft.App/containerApps/write'] },
        { somewhere: ['Microsoft.App/jobs/write'] },
        { somewhere: ['Microsoft.Logic/workflows/write'] },
        { somewhere: ['Microsoft.Web/sites/write'] },
        {
          somewhere: [
            'Microsoft.ContainerRegistry/registries/write',
            'Microsoft.ContainerRegistry/registries/tasks/write',
          ],
        },
        {
          somewhere: [
            'Microsoft.Automation/automationAccounts/write',
            'Microsoft.Automation/automationAccounts/runbooks/write',
            'Microsoft.Automation/automationAccounts/jobs/write',
          ],
        },
        { somewhere: ['Microsoft.Batch/batchAccounts/write', 'Microsoft.Batch/batchAccounts/pools/write'] },
        {
          somewhere: [
            'Microsoft.Compute/virtualMachineScaleSets/write',
            'Microsoft.Network/virtualNetworks/subnets/join/action',
          ],
        },
        // A machine of one's own needs a network to be put on.
        {
          somewhere: [
            'Microsoft.Compute/virtualMachines/write',
            'Microsoft.Compute/disks/write',
            'Microsoft.Network/networkInterfaces/write',
            'Microsoft.Network/networkInterfaces/join/action',
            'Microsoft.Network/virtualNetworks/subnets/join/action',
          ],
        },
      ),
    ),
    yields: 'become-runtime',
  },
  {
    slug: 'arm-uami-attach',
    variant: 'existing',
    title: 'Attaches the managed identity to an existing workload in which it runs code',
    attack: ['T1548.005', 'T1552.005'],
    target: resources('microsoft.managedidentity/userassignedidentities'),
    requires: all(
      allowed('Microsoft.ManagedIdentity/userAssignedIdentities/assign/action'),
      any(
        anywhere(
          ['microsoft.compute/virtualmachines'],
          all(
            allowed('Microsoft.Compute/virtualMachines/write'),
            anyOf(
              'Microsoft.Compute/virtualMachines/runCommand/action',
              'Microsoft.Compute/virtualMachines/runCommands/write',
              'Microsoft.Compute/virtualMachines/extensions/write',
            ),
            holds('running'),
          ),
        ),
        anywhere(
          ['microsoft.compute/virtualmachinescalesets'],
          allowed('Microsoft.Compute/virtualMachineScaleSets/write'),
        ),
        anywhere(['microsoft.web/sites'], allowed('Microsoft.Web/sites/write')),
        anywhere(['microsoft.web/sites/slots'], allowed('Microsoft.Web/sites/slots/write')),
        anywhere(
          ['microsoft.automation/automationaccounts'],
          allOf(
            'Microsoft.Automation/automationAccounts/write',
            'Microsoft.Automation/automationAccounts/runbooks/write',
            'Microsoft.Automation/automationAccounts/jobs/write',
          ),
        ),
        anywhere(
          ['microsoft.containerregistry/registries'],
          allowed('Microsoft.ContainerRegistry/registries/tasks/write'),
        ),
        anywhere(['microsoft.logic/workflows'], allowed('Microsoft.Logic/workflows/write')),
        anywhere(
          ['microsoft.containerinstance/containergroups'],
          allowed('Microsoft.ContainerInstance/containerGroups/write'),
        ),
        anywhere(['microsoft.app/containerapps'], allowed('Microsoft.App/containerApps/write')),
        anywhere(['microsoft.app/jobs'], allowed('Microsoft.App/jobs/write')),
        anywhere(
          ['microsoft.batch/batchaccounts'],
          all(allowed('Microsoft.Batch/batchAccounts/pools/write'), holds('depends-on-what-runs')),
        ),
        anywhere(
          ['microsoft.machinelearningservices/workspaces'],
          allOf(
            'Microsoft.MachineLearningServices/workspaces/write',
            'Microsoft.MachineLearningServices/workspaces/computes/write',
          ),
        ),
      ),
    ),
    yields: 'become-runtime',
  },
  {
    slug: 'arm-uami-fic',
    title: 'Lets a workload of its own elsewhere sign in as the managed identity',
    attack: ['T1098.001'],
    target: resources('microsoft.managedidentity/userassignedidentities'),
    requires: allowed('Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials/write'),
    yields: 'become-runtime',
  },
]);
