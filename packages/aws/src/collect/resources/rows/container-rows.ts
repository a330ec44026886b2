import { isRecord, type RawRecord } from '@keyreach/core/input';
import { valuesAt } from '../../../normalize/property-path.ts';
import type { ListCall, ResourceRow } from '../resource-row.ts';
import { listed, withCapitals } from '../resources-file.ts';

const byToken = { reply: 'nextToken', request: 'nextToken' };

/** A task definition as ECS describes it, with what of it the analysis reads. */
function taskDefinition(reply: unknown, tags: unknown, place: Parameters<ResourceRow['resources']>[2]) {
  const definition = isRecord(reply) ? withCapitals(reply) : {};
  const { TaskDefinitionArn, Family, TaskRoleArn, ExecutionRoleArn, ContainerDefinitions, NetworkMode } = definition;
  return listed('AWS::ECS::TaskDefinition', TaskDefinitionArn, place, {
    TaskDefinitionArn,
    Family,
    TaskRoleArn,
    ExecutionRoleArn,
    NetworkMode,
    Status: definition['Status'],
    ContainerDefinitions,
    Tags: tags ?? [],
  });
}

/** The latest active revision of each family; those that services run come with the services. */
const TASK_DEFINITIONS: ResourceRow = {
  type: 'AWS::ECS::TaskDefinition',
  service: 'ecs',
  scope: 'region',
  list: {
    command: 'ListTaskDefinitionFamilies',
    action: 'ecs:ListTaskDefinitionFamilies',
    input: () => ({ status: 'ACTIVE' }),
    paging: byToken,
    items: 'families[]',
  },
  details: [
    {
      name: 'definition',
      command: 'DescribeTaskDefinition',
      action: 'ecs:DescribeTaskDefinition',
      inputs: ({ Id }) => [{ taskDefinition: Id, include: ['TAGS'] }],
      describes: true,
    },
  ],
  resources: (_, told, place) => {
    const reply = told.reply('definition');
    return taskDefinition(reply?.['taskDefinition'], reply?.['tags'], place);
  },
};

const SERVICES: ResourceRow = {
  type: 'AWS::ECS::Service',
  brings: ['AWS::ECS::TaskDefinition'],
  service: 'ecs',
  scope: 'region',
  list: {
    command: 'ListServices',
    action: 'ecs:ListServices',
    input: (_, { clusterArn }) => ({ cluster: clusterArn }),
    paging: byToken,
    items: 'serviceArns[]',
  },
  batch: {
    command: 'DescribeServices',
    action: 'ecs:DescribeServices',
    size: 10,
    input: (services, { clusterArn }) => ({ cluster: clusterArn, services, include: ['TAGS'] }),
    items: 'services[]',
  },
  details: [
    {
      name: 'definition',
      command: 'DescribeTaskDefinition',
      action: 'ecs:DescribeTaskDefinition',
      // A service that deploys by itself names its task definition elsewhere.
      inputs: ({ taskDefinition: name }) =>
        typeof name === 'string' ? [{ taskDefinition: name, include: ['TAGS'] }] : [],
    },
  ],
  resources: (item, told, place) => {
    const {
      ServiceArn,
      ServiceName,
      ClusterArn,
      TaskDefinition,
      DeploymentController,
      EnableExecuteCommand,
      RoleArn,
      Tags,
    } = withCapitals(item);
    const reply = told.reply('definition');
    return [
      ...listed('AWS::ECS::Service', ServiceArn, place, {
        ServiceName,
        Cluster: ClusterArn,
        TaskDefinition,
        // Where it says nothing, ECS deploys it.
        DeploymentController: DeploymentController ?? { type: 'ECS' },
        EnableExecuteCommand,
        RoleArn,
        Tags: Tags ?? [],
      }),
      ...(reply === undefined ? [] : taskDefinition(reply['taskDefinition'], reply['tags'], place)),
    ];
  },
};

const ECS_CLUSTERS: ResourceRow = {
  type: 'AWS::ECS::Cluster',
  service: 'ecs',
  scope: 'region',
  list: { command: 'ListClusters', action: 'ecs:ListClusters', paging: byToken, items: 'clusterArns[]' },
  batch: {
    command: 'DescribeClusters',
    action: 'ecs:DescribeClusters',
    size: 100,
    input: (clusters) => ({ clusters, include: ['TAGS'] }),
    items: 'clusters[]',
  },
  resources: (item, _, place) =>
    item['status'] === 'INACTIVE'
      ? []
      : listed('AWS::ECS::Cluster', item['clusterArn'], place, {
          ClusterName: item['clusterName'],
          Tags: item['tags'] ?? [],
        }),
  children: [SERVICES],
};

const ofCluster = (command: string, items: string): ListCall => ({
  command,
  action: `eks:${command}`,
  input: (_, { Id }) => ({ clusterName: Id }),
  paging: byToken,
  items,
});

/** Name of the cluster that a child belongs to. */
function clusterOf({ Parent }: RawRecord): unknown {
  return isRecord(Parent) ? Parent['Id'] : undefined;
}

/** Properties of a reply that EKS writes in lower case; an external id is for those who agreed on it. */
function described(reply: unknown): RawRecord {
  const { ExternalId: _, ...properties } = withCapitals(isRecord(reply) ? reply : {});
  return properties;
}

const POD_IDENTITIES: ResourceRow = {
  type: 'AWS::EKS::PodIdentityAssociation',
  service: 'eks',
  scope: 'region',
  list: ofCluster('ListPodIdentityAssociations', 'associations[]'),
  details: [
    {
      name: 'association',
      command: 'DescribePodIdentityAssociation',
      action: 'eks:DescribePodIdentityAssociation',
      inputs: (item) => [{ clusterName: clusterOf(item), associationId: item['associationId'] }],
      describes: true,
    },
  ],
  resources: (item, told, place) => {
    const reply = told.reply('association');
    // Who has which role only the description tells.
    if (reply === undefined) return [];
    return listed('AWS::EKS::PodIdentityAssociation', item['associationArn'], place, described(reply['association']));
  },
};

const NODEGROUPS: ResourceRow = {
  type: 'AWS::EKS::Nodegroup',
  service: 'eks',
  scope: 'region',
  list: ofCluster('ListNodegroups', 'nodegroups[]'),
  details: [
    {
      name: 'nodegroup',
      command: 'DescribeNodegroup',
      action: 'eks:DescribeNodegroup',
      inputs: (item) => [{ clusterName: clusterOf(item), nodegroupName: item['Id'] }],
      describes: true,
    },
  ],
  resources: (item, told, place) => {
    const { NodegroupArn, NodegroupName, ClusterName, NodeRole, LaunchTemplate, Status, Tags } = described(
      told.reply('nodegroup')?.['nodegroup'],
    );
    const made = `${String(clusterOf(item))}|${String(item['Id'])}`;
    return listed('AWS::EKS::Nodegroup', NodegroupArn ?? made, place, {
      NodegroupName,
      ClusterName,
      NodeRole,
      LaunchTemplate,
      Status,
      Tags,
    });
  },
};

const ADDONS: ResourceRow = {
  type: 'AWS::EKS::Addon',
  service: 'eks',
  scope: 'region',
  list: ofCluster('ListAddons', 'addons[]'),
  details: [
    {
      name: 'addon',
      command: 'DescribeAddon',
      action: 'eks:DescribeAddon',
      inputs: (item) => [{ clusterName: clusterOf(item), addonName: item['Id'] }],
      describes: true,
    },
  ],
  resources: (item, told, place) => {
    // Its pod identities are associations of the cluster as well, and only named here.
    const { AddonArn, AddonName, ClusterName, ServiceAccountRoleArn, Status, Tags } = described(
      told.reply('addon')?.['addon'],
    );
    const made = `${String(clusterOf(item))}|${String(item['Id'])}`;
    return listed('AWS::EKS::Addon', AddonArn ?? made, place, {
      AddonName,
      ClusterName,
      ServiceAccountRoleArn,
      Status,
      Tags,
    });
  },
};

const ACCESS_ENTRIES: ResourceRow = {
  type: 'AWS::EKS::AccessEntry',
  service: 'eks',
  scope: 'region',
  list: ofCluster('ListAccessEntries', 'accessEntries[]'),
  details: [
    {
      name: 'entry',
      command: 'DescribeAccessEntry',
      action: 'eks:DescribeAccessEntry',
      inputs: (item) => [{ clusterName: clusterOf(item), principalArn: item['Id'] }],
      describes: true,
    },
    {
      name: 'policies',
      command: 'ListAssociatedAccessPolicies',
      action: 'eks:ListAssociatedAccessPolicies',
      paging: byToken,
      inputs: (item) => [{ clusterName: clusterOf(item), principalArn: item['Id'] }],
    },
  ],
  resources: (item, told, place) => {
    const { AccessEntryArn, KubernetesGroups, Username, Type, Tags } = described(told.reply('entry')?.['accessEntry']);
    return listed(
      'AWS::EKS::AccessEntry',
      AccessEntryArn ?? `${String(item['Id'])}|${String(clusterOf(item))}`,
      place,
      {
        ClusterName: clusterOf(item),
        PrincipalArn: item['Id'],
        KubernetesGroups,
        Username,
        Type,
        Tags,
        AccessPolicies: told.replies('policies').flatMap((reply) => valuesAt(reply, 'associatedAccessPolicies[]')),
      },
      told.unread({ policies: 'AccessPolicies' }),
    );
  },
};

const EKS_CLUSTERS: ResourceRow = {
  type: 'AWS::EKS::Cluster',
  service: 'eks',
  scope: 'region',
  list: { command: 'ListClusters', action: 'eks:ListClusters', paging: byToken, items: 'clusters[]' },
  details: [
    {
      name: 'cluster',
      command: 'DescribeCluster',
      action: 'eks:DescribeCluster',
      inputs: ({ Id }) => [{ name: Id }],
      describes: true,
    },
  ],
  resources: ({ Id }, told, place) => {
    const { Arn, AccessConfig, RoleArn, Identity, Status, Version, Tags } = described(
      told.reply('cluster')?.['cluster'],
    );
    return listed('AWS::EKS::Cluster', Arn ?? Id, place, {
      Name: Id,
      Arn,
      RoleArn,
      AccessConfig,
      OpenIdConnectIssuerUrl: valuesAt(Identity, 'oidc.issuer')[0],
      Status,
      Version,
      Tags,
    });
  },
  children: [POD_IDENTITIES, NODEGROUPS, ADDONS, ACCESS_ENTRIES],
};

/** What is read of ECS and EKS. */
export const CONTAINER_ROWS: readonly ResourceRow[] = [TASK_DEFINITIONS, ECS_CLUSTERS, EKS_CLUSTERS];
