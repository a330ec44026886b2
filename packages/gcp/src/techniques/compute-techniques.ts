import {
  ACT_AS,
  ACT_AS_ATTACHED,
  all,
  allowed,
  any,
  beside,
  launch,
  onHome,
  resources,
  SERVICE_ACCOUNT,
  somewhere,
  takeOver,
  workloads,
} from './requirements.ts';
import type { ResourceType } from './target-types.ts';
import { type GcpRequirement, type GcpTechnique, type GcpTechniqueRow, tableOf } from './technique-row.ts';

const INSTANCE: ResourceType = 'compute.googleapis.com/Instance';
const NEW_INSTANCE = ['compute.instances.create', 'compute.disks.create', 'compute.subnetworks.use'] as const;

/** Runs code in an instance whose identity it may act as. Tokens have the OAuth scopes of the instance. */
const inInstance = (
  slug: string,
  title: string,
  attack: GcpTechniqueRow['attack'],
  ...requires: readonly GcpRequirement[]
): GcpTechniqueRow => ({
  slug,
  title,
  attack,
  target: workloads(INSTANCE),
  requires: all(...requires, ACT_AS_ATTACHED, { holds: 'full-token-scopes' }),
  yields: 'become-runtime',
});

const restart: GcpRequirement = any(
  allowed('compute.instances.reset'),
  all(allowed('compute.instances.stop'), allowed('compute.instances.start')),
);

const byAgent = (slug: string, title: string, ...requires: readonly GcpRequirement[]): GcpTechniqueRow =>
  takeOver(slug, title, ['T1651'], [INSTANCE], all(any(...requires), { holds: 'os-config-agent' }));

/** Compute Engine (gcp.md 3.C). */
export const computeTechniques: readonly GcpTechnique[] = tableOf('gcp.md 3.C', [
  launch('gce-create', 'Creates an instance that runs as the service account', ['T1578'], NEW_INSTANCE),
  {
    slug: 'gce-set-sa',
    title: 'Gives an instance it can run code on the service account',
    attack: ['T1578'],
    target: SERVICE_ACCOUNT,
    requires: all(
      ACT_AS,
      beside(
        [INSTANCE],
        all(
          allowed('compute.instances.setServiceAccount'),
          // The account changes only while the instance is stopped.
          allowed('compute.instances.stop'),
          allowed('compute.instances.start'),
          any(
            // Its start-up script is the caller's: no way in is needed.
            allowed('compute.instances.setMetadata'),
            all(
              any(allowed('compute.instances.osLogin'), allowed('compute.instances.osAdminLogin')),
              { holds: 'os-login-on' },
              { holds: 'network-path' },
            ),
          ),
        ),
      ),
    ),
    yields: 'become',
  },
  inInstance(
    'gce-metadata-ssh',
    'Puts an SSH key of its own into the metadata of the instance',
    ['T1021.007', 'T1552.005'],
    allowed('compute.instances.setMetadata'),
    { holds: 'os-login-not-required' },
    { holds: 'network-path' },
  ),
  inInstance(
    'gce-metadata-startup',
    'Puts a start-up script into the metadata of the instance and restarts it',
    ['T1651', 'T1552.005'],
    allowed('compute.instances.setMetadata'),
    restart,
  ),
  inInstance(
    'gce-project-metadata',
    'Puts an SSH key or a start-up script of its own into the metadata of the project',
    ['T1021.007', 'T1552.005'],
    onHome('compute.projects.setCommonInstanceMetadata'),
    any(
      all({ holds: 'honours-project-ssh-keys' }, { holds: 'os-login-not-required' }, { holds: 'network-path' }),
      // A start-up script of the project is run by instances that have none of their own.
      all({ holds: 'no-startup-script' }, restart),
    ),
  ),
  takeOver(
    'gce-start',
    'Starts an instance whose start-up script it has under control',
    ['T1578'],
    [INSTANCE],
    all(
      any(allowed('compute.instances.start'), allowed('compute.instances.reset')),
      { holds: 'startup-script-there' },
      { holds: 'code-in-use-can-be-steered' },
    ),
  ),
  inInstance(
    'gce-oslogin',
    'Signs in to the instance',
    ['T1021.007', 'T1552.005'],
    allowed('compute.instances.osLogin'),
    { holds: 'os-login-on' },
    { holds: 'network-path' },
  ),
  inInstance(
    'gce-osadminlogin',
    'Signs in to the instance as an administrator',
    ['T1021.007', 'T1552.005'],
    allowed('compute.instances.osAdminLogin'),
    { holds: 'os-login-on' },
    { holds: 'network-path' },
  ),
  {
    slug: 'gce-mig',
    title: 'Creates a template and instances of it that run as the service account',
    attack: ['T1578'],
    target: SERVICE_ACCOUNT,
    requires: all(
      ACT_AS,
      somewhere(
        ['compute.instanceTemplates.create', 'compute.instanceGroupManagers.create'],
        ['compute.instanceTemplates.create', 'compute.instances.create'],
      ),
    ),
    yields: 'become',
  },
  {
    slug: 'gce-mig-update',
    title: 'Gives a group of instances a template that runs as the service account',
    attack: ['T1578'],
    target: SERVICE_ACCOUNT,
    requires: all(
      ACT_AS,
      onHome('compute.instanceTemplates.create'),
      beside(['compute.googleapis.com/InstanceGroupManager'], allowed('compute.instanceGroupManagers.update')),
    ),
    yields: 'become',
  },
  byAgent('osconfig-patch-job', 'Runs a patch job with a script on the instance', onHome('osconfig.patchJobs.exec')),
  byAgent(
    'osconfig-patch-deployment',
    'Schedules a patch job with a script on the instance',
    onHome('osconfig.patchDeployments.create'),
    // For these two there has to be one, and none are listed.
    all(any(onHome('osconfig.patchDeployments.update'), onHome('osconfig.patchDeployments.execute')), {
      holds: 'unverified',
    }),
  ),
  byAgent(
    'osconfig-policy',
    'Assigns the instance a policy that runs a script',
    onHome('osconfig.osPolicyAssignments.create'),
    onHome('osconfig.guestPolicies.create'),
    all(any(onHome('osconfig.osPolicyAssignments.update'), onHome('osconfig.guestPolicies.update')), {
      holds: 'unverified',
    }),
  ),
  {
    slug: 'gce-disk-read',
    title: 'Copies the disk and reads credentials on it',
    attack: ['T1578.005', 'T1552.001'],
    target: resources('compute.googleapis.com/Disk'),
    requires: any(
      all(allowed('compute.disks.createSnapshot'), onHome('compute.snapshots.create')),
      all(allowed('compute.disks.useReadOnly'), beside([INSTANCE], allowed('compute.instances.attachDisk'))),
    ),
    yields: 'become-stored',
  },
  {
    slug: 'gce-disk-read',
    variant: 'snapshot',
    title: 'Makes a disk of the snapshot and reads credentials on it',
    attack: ['T1578.005', 'T1552.001'],
    target: resources('compute.googleapis.com/Snapshot'),
    requires: allowed('compute.snapshots.useReadOnly'),
    yields: 'become-stored',
  },
  {
    slug: 'gce-disk-read',
    variant: 'image',
    title: 'Makes a disk of the image and reads credentials on it',
    attack: ['T1578.005', 'T1552.001'],
    target: resources('compute.googleapis.com/Image'),
    requires: allowed('compute.images.useReadOnly'),
    yields: 'become-stored',
  },
  {
    slug: 'gce-output-read',
    title: 'Reads credentials in the metadata or the output of the instance',
    attack: ['T1552.001'],
    target: resources(INSTANCE),
    requires: any(
      allowed('compute.instances.getSerialPortOutput'),
      allowed('compute.instances.getGuestAttributes'),
      allowed('compute.instances.get'),
    ),
    yields: 'become-stored',
  },
]);
