import { ACT_AS, all, allowed, any, beside, launch, resources, SERVICE_ACCOUNT, takeOver } from './requirements.ts';
import type { ResourceType } from './target-types.ts';
import {
  type GcpRequirement,
  type GcpTechnique,
  type GcpTechniqueRow,
  type PermissionName,
  tableOf,
} from './technique-row.ts';

const CLUSTER: readonly ResourceType[] = ['container.googleapis.com/Cluster'];
const NODES: GcpRequirement = { holds: 'nodes-give-their-token' };
const RUNNING: GcpRequirement = { holds: 'something-is-running-there' };

/** Kinds of Kubernetes objects that make pods. */
const POD_MAKERS = [
  'pods',
  'deployments',
  'daemonSets',
  'statefulSets',
  'replicaSets',
  'replicationControllers',
  'jobs',
  'cronJobs',
  'scheduledJobs',
] as const;

const MAKES_PODS: GcpRequirement = any(
  ...POD_MAKERS.flatMap((kind) => [
    allowed(`container.${kind}.create`),
    // There has to be one to change.
    all(allowed(`container.${kind}.update`), RUNNING),
  ]),
);

/** Acts as Kubernetes service accounts of the cluster: principals of the pool of its project. */
const subjects = (
  slug: string,
  title: string,
  attack: GcpTechniqueRow['attack'],
  requires: GcpRequirement,
): GcpTechniqueRow => ({ slug, title, attack, target: resources(...CLUSTER), requires, yields: 'become-subjects' });

/** Has code on a node, and so its token, unless the metadata server of Kubernetes stands before it. */
const onNodes = (row: GcpTechniqueRow): GcpTechniqueRow => ({
  ...takeOver(row.slug, row.title, row.attack, CLUSTER, all(row.requires, NODES)),
  variant: 'node',
});

/** Rights inside the cluster that amount to all of it: every account of it, and its nodes. */
function administers(slug: string, title: string, requires: GcpRequirement): readonly GcpTechniqueRow[] {
  const row = subjects(slug, title, ['T1098.003'], requires);
  return [row, onNodes(row)];
}

/** Rights of some accounts in the cluster, which only the cluster itself tells. */
const inside = (slug: string, title: string, requires: GcpRequirement): readonly GcpTechniqueRow[] =>
  administers(slug, title, all(requires, { holds: 'rights-inside-the-cluster' }));

const either = (...permissions: readonly PermissionName[]): GcpRequirement => any(...permissions.map(allowed));

const podCreate = subjects(
  'gke-pod-create',
  'Starts a pod that runs as any Kubernetes service account of the cluster',
  ['T1552.007'],
  MAKES_PODS,
);
const podExec = subjects(
  'gke-exec',
  'Runs commands in a pod of the cluster',
  ['T1651'],
  all(
    either(
      'container.pods.exec',
      'container.pods.attach',
      'container.pods.portForward',
      'container.pods.proxy',
      'container.nodes.proxy',
    ),
    RUNNING,
  ),
);

/** Kubernetes Engine (gcp.md 3.F): what IAM gives inside a cluster is beside what the cluster's own roles give. */
export const gkeTechniques: readonly GcpTechnique[] = tableOf('gcp.md 3.F', [
  launch(
    'gke-create',
    'Creates a cluster whose nodes run as the service account',
    ['T1578'],
    ['container.clusters.create'],
  ),
  {
    slug: 'gke-nodepool',
    title: 'Adds nodes that run as the service account to a cluster',
    attack: ['T1578'],
    target: SERVICE_ACCOUNT,
    requires: all(
      ACT_AS,
      beside(
        CLUSTER,
        all(
          allowed('container.clusters.update'),
          // To have nodes is not to run something on them; whether their configuration is a way to is not documented.
          any(MAKES_PODS, { holds: 'unverified' }),
        ),
      ),
    ),
    yields: 'become',
  },
  podCreate,
  onNodes(podCreate),
  podExec,
  onNodes(podExec),
  subjects(
    'gke-ksa-token',
    'Makes a token of a Kubernetes service account',
    ['T1550.001'],
    all(allowed('container.serviceAccounts.createToken'), { holds: 'unverified' }),
  ),
  subjects(
    'gke-secrets',
    'Reads tokens of Kubernetes service accounts among the secrets of the cluster',
    ['T1552.007'],
    // Accounts have had no token there by default since Kubernetes 1.24.
    all(either('container.secrets.get', 'container.secrets.list'), { holds: 'rights-inside-the-cluster' }),
  ),
  ...administers(
    'gke-escalate',
    'Gives a role of the cluster rights that it does not have itself',
    any(
      // Some roles of every cluster are held by whoever is signed in.
      all(allowed('container.clusterRoles.escalate'), allowed('container.clusterRoles.update')),
      // Else it must hold the role that it changes, or the one that it makes must be bound to it.
      all(
        any(
          all(allowed('container.roles.escalate'), either('container.roles.create', 'container.roles.update')),
          all(allowed('container.clusterRoles.escalate'), allowed('container.clusterRoles.create')),
        ),
        { holds: 'rights-inside-the-cluster' },
      ),
    ),
  ),
  ...administers(
    'gke-bind',
    'Binds itself to the administrator role of the cluster',
    any(
      all(
        allowed('container.clusterRoles.bind'),
        either('container.clusterRoleBindings.create', 'container.clusterRoleBindings.update'),
      ),
      // In one namespace at a time, which is any of them.
      all(
        allowed('container.clusterRoles.bind'),
        either('container.roleBindings.create', 'container.roleBindings.update'),
      ),
      // What roles of a namespace hold the cluster alone tells.
      all(allowed('container.roles.bind'), either('container.roleBindings.create', 'container.roleBindings.update'), {
        holds: 'rights-inside-the-cluster',
      }),
    ),
  ),
  ...administers(
    'gke-webhook',
    'Has a webhook change pods as they are made',
    any(
      all(either('container.mutatingWebhookConfigurations.create', 'container.mutatingWebhookConfigurations.update'), {
        holds: 'next-deploy-loads-it',
      }),
      // One that only looks sees what is written, which may have secrets in it.
      all(
        either('container.validatingWebhookConfigurations.create', 'container.validatingWebhookConfigurations.update'),
        { holds: 'rights-inside-the-cluster' },
      ),
    ),
  ),
  ...inside(
    'gke-csr',
    'Approves a certificate for a user or group of the cluster',
    either('container.certificateSigningRequests.approve', 'container.certificateSigningRequests.updateStatus'),
  ),
  ...inside('gke-impersonate', 'Acts as a user or group of the cluster', allowed('container.clusters.impersonate')),
]);
