import { all, allOf, allowed, any, anyOf, holds, resources, run } from './arm-requirements.ts';
import { type ArmTechnique, armTable } from './arm-row.ts';

const VM = 'microsoft.compute/virtualmachines';
const AKS = 'microsoft.containerservice/managedclusters';
const ARC_CLUSTER = 'microsoft.kubernetes/connectedclusters';
const ARC = 'microsoft.hybridcompute/machines';
const SITE = 'microsoft.web/sites';
const SLOT = 'microsoft.web/sites/slots';
const AUTOMATION = 'microsoft.automation/automationaccounts';

/** A job of the runbook can be begun, at once or later (START of azure.md 3.2). */
const START = anyOf(
  'Microsoft.Automation/automationAccounts/jobs/write',
  'Microsoft.Automation/automationAccounts/jobSchedules/write',
  'Microsoft.Automation/automationAccounts/webhooks/write',
);

/** The next text of a runbook is written. */
const DRAFT = anyOf(
  'Microsoft.Automation/automationAccounts/runbooks/draft/write',
  'Microsoft.Automation/automationAccounts/runbooks/draft/content/write',
);

/** Code execution on workloads (azure.md 3.2). */
export const armRuntimeTechniques: readonly ArmTechnique[] = armTable('azure.md 3.2', [
  run(
    'arm-vm-run',
    'Runs commands on the machine',
    ['T1651', 'T1552.005'],
    [VM],
    all(
      anyOf(
        'Microsoft.Compute/virtualMachines/runCommand/action',
        'Microsoft.Compute/virtualMachines/runCommands/write',
        'Microsoft.Compute/virtualMachines/extensions/write',
      ),
      holds('running'),
    ),
  ),
  run(
    'arm-vm-app',
    'Has the machine install an application of its making',
    ['T1651', 'T1552.005'],
    [VM],
    all(
      allowed('Microsoft.Compute/virtualMachines/write'),
      { somewhere: ['Microsoft.Compute/galleries/applications/versions/write'] },
      holds('running'),
    ),
  ),
  run(
    'arm-vm-login',
    'Signs in to the machine with its own Entra identity',
    ['T1021.007', 'T1552.005'],
    [VM],
    all(
      anyOf(
        'data:Microsoft.Compute/virtualMachines/login/action',
        'data:Microsoft.Compute/virtualMachines/loginAsAdmin/action',
        'data:Microsoft.Compute/virtualMachines/WACloginAsAdmin/action',
      ),
      // The extension for it and a way through the network are not in the input.
      holds('depends-on-what-runs'),
    ),
  ),
  {
    ...run(
      'arm-vm-login',
      'Signs in to the machine with its own Entra identity',
      ['T1021.007', 'T1552.005'],
      [ARC],
      all(
        anyOf(
          'data:Microsoft.HybridCompute/machines/login/action',
          'data:Microsoft.HybridCompute/machines/loginAsAdmin/action',
          'data:Microsoft.HybridCompute/machines/WACLoginAsAdmin/action',
        ),
        holds('depends-on-what-runs'),
      ),
    ),
    variant: 'arc',
  },
  run(
    'arm-vm-serial',
    'Signs in to the machine at its serial console',
    ['T1021.007'],
    [VM],
    all(
      allowed('Microsoft.SerialConsole/serialPorts/connect/action'),
      holds('boot-diagnostics-on'),
      // A user of the operating system is needed.
      holds('depends-on-what-runs'),
    ),
  ),
  run(
    'arm-vmss-run',
    'Runs code on machines of the scale set',
    ['T1651', 'T1552.005'],
    ['microsoft.compute/virtualmachinescalesets'],
    anyOf(
      'Microsoft.Compute/virtualMachineScaleSets/write',
      'Microsoft.Compute/virtualMachineScaleSets/extensions/write',
      'Microsoft.Compute/virtualMachineScaleSets/virtualMachines/runCommand/action',
      'Microsoft.Compute/virtualMachineScaleSets/virtualMachines/runCommands/write',
    ),
  ),
  run(
    'arm-arc-run',
    'Runs commands on the connected machine',
    ['T1651', 'T1552.005'],
    [ARC],
    any(
      all(
        anyOf(
          'Microsoft.HybridCompute/machines/extensions/write',
          'Microsoft.HybridCompute/machines/runCommands/write',
        ),
        // An agent may be set to monitor only.
        holds('depends-on-what-runs'),
      ),
      all(allowed('Microsoft.HybridConnectivity/endpoints/listCredentials/action'), holds('depends-on-what-runs')),
    ),
  ),
  run(
    'arm-guestconfig',
    'Assigns a configuration that the machine applies',
    ['T1651', 'T1552.005'],
    [VM, ARC],
    all(allowed('Microsoft.GuestConfiguration/guestConfigurationAssignments/write'), holds('depends-on-what-runs')),
  ),
  run(
    'arm-aks-run',
    'Runs commands in the cluster',
    ['T1651', 'T1610'],
    [AKS],
    all(
      allowed('Microsoft.ContainerService/managedClusters/runCommand/action'),
      any(holds('not-entra-integrated'), holds('depends-on-what-runs')),
    ),
  ),
  run(
    'arm-aks-admin',
    'Fetches the administrator credential of the cluster',
    ['T1552.007', 'T1610'],
    [AKS],
    all(
      anyOf(
        'Microsoft.ContainerService/managedClusters/listClusterAdminCredential/action',
        'Microsoft.ContainerService/managedClusters/accessProfiles/listCredential/action',
      ),
      // Who may write the cluster switches local accounts on.
      any(holds('accepts-local-accounts'), allowed('Microsoft.ContainerService/managedClusters/write')),
    ),
  ),
  run(
    'arm-aks-user',
    'Fetches the user credential of the cluster',
    ['T1552.007', 'T1610'],
    [AKS],
    all(
      allowed('Microsoft.ContainerService/managedClusters/listClusterUserCredential/action'),
      // With Entra integration the rights are those of the caller in the cluster.
      any(all(holds('not-entra-integrated'), holds('accepts-local-accounts')), holds('depends-on-what-runs')),
    ),
  ),
  {
    ...run(
      'arm-aks-user',
      'Fetches the user credential of the connected cluster',
      ['T1552.007', 'T1610'],
      [ARC_CLUSTER],
      all(
        allowed('Microsoft.Kubernetes/connectedClusters/listClusterUserCredential/action'),
        holds('depends-on-what-runs'),
      ),
    ),
    variant: 'arc',
  },
  run(
    'arm-aks-data',
    'Starts or enters pods of the cluster',
    ['T1610', 'T1552.005'],
    [AKS],
    all(
      anyOf(
        'data:Microsoft.ContainerService/managedClusters/pods/exec/action',
        'data:Microsoft.ContainerService/managedClusters/pods/write',
        'data:Microsoft.ContainerService/managedClusters/apps/deployments/write',
        'data:Microsoft.ContainerService/managedClusters/apps/daemonsets/write',
        'data:Microsoft.ContainerService/managedClusters/apps/statefulsets/write',
        'data:Microsoft.ContainerService/managedClusters/batch/jobs/write',
        'data:Microsoft.ContainerService/managedClusters/batch/cronjobs/write',
        'data:Microsoft.ContainerService/managedClusters/rbac.authorization.k8s.io/clusterrolebindings/write',
        'data:Microsoft.ContainerService/managedClusters/rbac.authorization.k8s.io/rolebindings/write',
      ),
      holds('asks-azure-roles'),
    ),
  ),
  {
    ...run(
      'arm-aks-data',
      'Starts or enters pods of the connected cluster',
      ['T1610', 'T1552.005'],
      [ARC_CLUSTER],
      all(
        anyOf(
          'data:Microsoft.Kubernetes/connectedClusters/pods/exec/action',
          'data:Microsoft.Kubernetes/connectedClusters/pods/write',
          'data:Microsoft.Kubernetes/connectedClusters/apps/deployments/write',
          'data:Microsoft.Kubernetes/connectedClusters/apps/daemonsets/write',
          'data:Microsoft.Kubernetes/connectedClusters/apps/statefulsets/write',
          'data:Microsoft.Kubernetes/connectedClusters/batch/jobs/write',
          'data:Microsoft.Kubernetes/connectedClusters/batch/cronjobs/write',
          'data:Microsoft.Kubernetes/connectedClusters/rbac.authorization.k8s.io/clusterrolebindings/write',
          'data:Microsoft.Kubernetes/connectedClusters/rbac.authorization.k8s.io/rolebindings/write',
        ),
        holds('depends-on-what-runs'),
      ),
    ),
    variant: 'arc',
  },
  {
    ...run(
      'arm-aks-data',
      'Has the clusters of the fleet start pods of its making',
      ['T1610'],
      ['microsoft.containerservice/fleets'],
      all(
        anyOf(
          'data:Microsoft.ContainerService/fleets/apps/deployments/write',
          'data:Microsoft.ContainerService/fleets/apps/daemonsets/write',
          'data:Microsoft.ContainerService/fleets/apps/statefulsets/write',
          'data:Microsoft.ContainerService/fleets/batch/jobs/write',
          'data:Microsoft.ContainerService/fleets/batch/cronjobs/write',
        ),
        // What is placed where is decided in the fleet.
        holds('depends-on-what-runs'),
      ),
    ),
    variant: 'fleet',
  },
  run(
    'arm-aks-trusted',
    'Binds roles in the cluster to a workspace or vault that it controls',
    ['T1098.003', 'T1610'],
    [AKS],
    all(
      allowed('Microsoft.ContainerService/managedClusters/trustedAccessRoleBindings/write'),
      holds('depends-on-what-runs'),
    ),
  ),
  run(
    'arm-aks-write',
    'Makes a group that it controls administrator of the cluster',
    ['T1098.003', 'T1610'],
    [AKS],
    all(
      anyOf(
        'Microsoft.ContainerService/managedClusters/write',
        'Microsoft.ContainerService/managedClusters/agentPools/write',
      ),
      holds('depends-on-what-runs'),
    ),
  ),
  run(
    'arm-aks-gitops',
    'Has the cluster deploy manifests of its making',
    ['T1610'],
    [AKS, ARC_CLUSTER],
    anyOf(
      'Microsoft.KubernetesConfiguration/fluxConfigurations/write',
      'Microsoft.KubernetesConfiguration/extensions/write',
    ),
  ),
  run(
    'arm-web-deploy',
    'Replaces the code of the app',
    ['T1648', 'T1552.005'],
    [SITE],
    any(
      anyOf(
        'Microsoft.Web/sites/write',
        'Microsoft.Web/sites/config/write',
        'Microsoft.Web/sites/publish/action',
        'Microsoft.Web/sites/functions/write',
        'Microsoft.Web/sites/sourcecontrols/write',
        'Microsoft.Web/sites/extensions/write',
        'Microsoft.Web/sites/hostruntime/vfs/write',
      ),
      all(
        allowed('Microsoft.Web/sites/publishxml/action'),
        // Publishing credentials are taken where basic authentication is on.
        any(allowed('Microsoft.Web/sites/basicPublishingCredentialsPolicies/write'), holds('depends-on-what-runs')),
      ),
      all(
        anyOf(
          'Microsoft.Web/sites/slots/write',
          'Microsoft.Web/sites/slots/config/write',
          'Microsoft.Web/sites/slots/publish/action',
          'Microsoft.Web/sites/slots/sourcecontrols/write',
          'Microsoft.Web/sites/slots/extensions/write',
        ),
        // A slot runs as itself; its code is that of the app once they are swapped, which some slots are without being asked.
        any(
          allowed('Microsoft.Web/sites/slotsswap/action'),
          allowed('Microsoft.Web/sites/slots/slotsswap/action'),
          holds('depends-on-what-runs'),
        ),
      ),
    ),
  ),
  {
    ...run(
      'arm-web-deploy',
      'Replaces the code of the slot',
      ['T1648', 'T1552.005'],
      [SLOT],
      any(
        anyOf(
          'Microsoft.Web/sites/slots/write',
          'Microsoft.Web/sites/slots/config/write',
          'Microsoft.Web/sites/slots/publish/action',
          'Microsoft.Web/sites/slots/functions/write',
          'Microsoft.Web/sites/slots/sourcecontrols/write',
          'Microsoft.Web/sites/slots/extensions/write',
          'Microsoft.Web/sites/slots/hostruntime/vfs/write',
        ),
        all(
          allowed('Microsoft.Web/sites/slots/publishxml/action'),
          any(
            allowed('Microsoft.Web/sites/slots/basicPublishingCredentialsPolicies/write'),
            holds('depends-on-what-runs'),
          ),
        ),
      ),
    ),
    variant: 'slot',
  },
  run(
    'arm-web-keys',
    'Reads settings or master keys of the app and replaces its code with them',
    ['T1552.001', 'T1648'],
    [SITE],
    all(
      anyOf('Microsoft.Web/sites/config/list/action', 'Microsoft.Web/sites/host/listkeys/action'),
      // What settings hold, and whether the app has a host with keys, differs from app to app.
      holds('depends-on-what-runs'),
    ),
  ),
  {
    ...run(
      'arm-web-keys',
      'Reads settings or master keys of the slot and replaces its code with them',
      ['T1552.001', 'T1648'],
      [SLOT],
      all(
        anyOf('Microsoft.Web/sites/slots/config/list/action', 'Microsoft.Web/sites/slots/host/listkeys/action'),
        holds('depends-on-what-runs'),
      ),
    ),
    variant: 'slot',
  },
  run(
    'arm-swa',
    'Publishes to the static site with its deployment token',
    ['T1552.001', 'T1648'],
    ['microsoft.web/staticsites'],
    anyOf(
      'Microsoft.Web/staticSites/listSecrets/action',
      'Microsoft.Web/staticSites/write',
      'Microsoft.Web/staticSites/resetapikey/action',
    ),
  ),
  run(
    'arm-automation-job',
    'Runs a runbook of its making as the account',
    ['T1648', 'T1552.005'],
    [AUTOMATION],
    any(
      all(
        any(
          allowed('Microsoft.Automation/automationAccounts/runbooks/write'),
          all(DRAFT, allowed('Microsoft.Automation/automationAccounts/runbooks/publish/action')),
        ),
        // A runbook that a schedule starts needs nobody else to.
        any(START, holds('depends-on-what-runs')),
      ),
      all(DRAFT, allowed('Microsoft.Automation/automationAccounts/runbooks/draft/testJob/write')),
    ),
  ),
  run(
    'arm-automation-indirect',
    'Changes what runbooks of the account load or are made of',
    ['T1648'],
    [AUTOMATION],
    all(
      anyOf(
        'Microsoft.Automation/automationAccounts/modules/write',
        'Microsoft.Automation/automationAccounts/python3Packages/write',
        'Microsoft.Automation/automationAccounts/sourceControls/write',
        'Microsoft.Automation/automationAccounts/hybridRunbookWorkerGroups/write',
      ),
      holds('depends-on-what-runs'),
    ),
  ),
  run(
    'arm-automation-start',
    'Starts existing runbooks of the account with parameters of its choice',
    ['T1648'],
    [AUTOMATION],
    all(allowed('Microsoft.Automation/automationAccounts/jobs/write'), holds('depends-on-what-runs')),
  ),
  run(
    'arm-logic-edit',
    'Rewrites the workflow to send its token out',
    ['T1648', 'T1528'],
    ['microsoft.logic/workflows'],
    allowed('Microsoft.Logic/workflows/write'),
  ),
  run(
    'arm-logic-trigger',
    'Triggers the workflow with content of its choice',
    ['T1648'],
    ['microsoft.logic/workflows'],
    all(
      anyOf(
        'Microsoft.Logic/workflows/triggers/listCallbackUrl/action',
        'Microsoft.Logic/workflows/triggers/run/action',
      ),
      holds('depends-on-what-runs'),
    ),
  ),
  run(
    'arm-aci-run',
    'Runs code in containers of the group',
    ['T1610', 'T1552.005'],
    ['microsoft.containerinstance/containergroups'],
    anyOf(
      'Microsoft.ContainerInstance/containerGroups/write',
      'Microsoft.ContainerInstance/containerGroups/containers/exec/action',
    ),
  ),
  run(
    'arm-aca-run',
    'Runs code in the container app',
    ['T1610', 'T1552.005'],
    ['microsoft.app/containerapps'],
    any(
      allowed('Microsoft.App/containerApps/write'),
      all(
        anyOf(
          'Microsoft.App/containerApps/exec/action',
          'Microsoft.App/containerApps/debug/action',
          'data:Microsoft.App/containerApps/exec/action',
          'data:Microsoft.App/containerApps/debug/action',
        ),
        allowed('Microsoft.App/containerApps/getAuthToken/action'),
      ),
    ),
  ),
  {
    ...run(
      'arm-aca-run',
      'Runs code in the job, whose start may name another image and command',
      ['T1610', 'T1552.005'],
      ['microsoft.app/jobs'],
      anyOf('Microsoft.App/jobs/write', 'Microsoft.App/jobs/start/action'),
    ),
    variant: 'job',
  },
  run(
    'arm-acr-task',
    'Runs a task of the registry',
    ['T1610', 'T1552.005'],
    ['microsoft.containerregistry/registries'],
    anyOf(
      'Microsoft.ContainerRegistry/registries/tasks/write',
      'Microsoft.ContainerRegistry/registries/runs/write',
      'Microsoft.ContainerRegistry/registries/scheduleRun/action',
    ),
  ),
  run(
    'arm-batch',
    'Runs tasks on pools of the account',
    ['T1651', 'T1552.005'],
    ['microsoft.batch/batchaccounts'],
    any(
      anyOf('Microsoft.Batch/batchAccounts/pools/write', 'Microsoft.Batch/batchAccounts/write'),
      all(allowed('Microsoft.Batch/batchAccounts/listkeys/action'), holds('accepts-keys')),
    ),
  ),
  run(
    'arm-ml',
    'Runs code on computes or endpoints of the workspace',
    ['T1651', 'T1552.005'],
    ['microsoft.machinelearningservices/workspaces'],
    anyOf(
      'Microsoft.MachineLearningServices/workspaces/computes/write',
      'Microsoft.MachineLearningServices/workspaces/jobs/write',
      'Microsoft.MachineLearningServices/workspaces/onlineEndpoints/deployments/write',
    ),
  ),
  run(
    'arm-adf',
    'Runs a pipeline of its making as the factory',
    ['T1648', 'T1528'],
    ['microsoft.datafactory/factories'],
    any(
      allOf(
        'Microsoft.DataFactory/factories/pipelines/write',
        'Microsoft.DataFactory/factories/pipelines/createrun/action',
      ),
      anyOf(
        'Microsoft.DataFactory/factories/linkedservices/write',
        'Microsoft.DataFactory/factories/integrationruntimes/write',
      ),
    ),
  ),
  run(
    'arm-hdinsight',
    'Runs scripts on nodes of the cluster',
    ['T1651', 'T1552.005'],
    ['microsoft.hdinsight/clusters'],
    allowed('Microsoft.HDInsight/clusters/executeScriptActions/action'),
  ),
  run(
    'arm-cluster-cred',
    'Fetches the administrator credential of the cluster',
    ['T1552.007'],
    ['microsoft.redhatopenshift/openshiftclusters', 'microsoft.avs/privateclouds'],
    all(
      anyOf(
        'Microsoft.RedHatOpenShift/openShiftClusters/listCredentials/action',
        'Microsoft.RedHatOpenShift/openShiftClusters/listAdminCredentials/action',
        'Microsoft.AVS/privateClouds/listAdminCredentials/action',
      ),
      holds('unverified'),
    ),
  ),
  run(
    'arm-apim',
    'Writes a policy that sends the token of the gateway out',
    ['T1648', 'T1528'],
    ['microsoft.apimanagement/service'],
    anyOf('Microsoft.ApiManagement/service/policies/write', 'Microsoft.ApiManagement/service/apis/policies/write'),
  ),
  {
    slug: 'arm-avd-token',
    title: 'Registers a host of its own with the pool, to which people sign in',
    attack: ['T1199'],
    target: resources('microsoft.desktopvirtualization/hostpools'),
    requires: all(
      allowed('Microsoft.DesktopVirtualization/hostPools/retrieveRegistrationToken/action'),
      holds('depends-on-what-runs'),
    ),
    yields: 'become-runtime',
  },
]);
