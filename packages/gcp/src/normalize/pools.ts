import { kubernetesPool, kubernetesSubject } from './federation/pool-member.ts';
import { addPoolNodes, type PoolCluster } from './federation/pool-nodes.ts';
import { fieldText } from './field-values.ts';
import { KUBERNETES_ACCOUNT, kubernetesObject } from './kubernetes-object.ts';
import type { NormalizeContext } from './normalize-context.ts';

const CLUSTER = 'container.googleapis.com/Cluster';

/** Adds pools, their providers, and every subject and set of a pool that is named anywhere (gcp.md 2). */
export function addPools(context: NormalizeContext): void {
  const { builder, nodes, directory, members, pools } = context;
  addKubernetesAccounts(context);
  addPoolNodes({
    builder,
    nodes,
    pools,
    members: members.poolMembers,
    clusters: clustersOf(context),
    scopeOf: (project) => directory.projectScope(project),
    organizationOf: (name) => directory.known(directory.scopeIdOf(name)),
  });
}

/** Service accounts of Kubernetes that are listed: each is a principal of the pool of its project. */
function addKubernetesAccounts({ input, directory, members }: NormalizeContext): void {
  const numberOf = (project: string): string | undefined => directory.numberOf(project);
  for (const { assetType, name } of input.assets?.items ?? []) {
    if (assetType !== KUBERNETES_ACCOUNT) continue;
    const object = kubernetesObject(name);
    const project = object === undefined ? undefined : directory.projectIdOf(object.project);
    if (object === undefined || project === undefined) continue;
    members.poolMember(kubernetesSubject(kubernetesPool(project, numberOf), object.namespace, object.name));
  }
}

/** Clusters whose pods are principals of a pool. */
function clustersOf({ input, directory }: NormalizeContext): readonly PoolCluster[] {
  return (input.assets?.items ?? []).flatMap(({ assetType, name, resource }): readonly PoolCluster[] => {
    const workloadPool =
      assetType === CLUSTER ? fieldText(resource?.data, 'workloadIdentityConfig.workloadPool') : undefined;
    if (workloadPool === undefined) return [];
    const url = urlOf(name, resource?.location, directory);
    return [{ id: directory.canonicalId(name), workloadPool, ...(url === undefined ? {} : { url }) }];
  });
}

/** How sets name a cluster: with the id of its project, and `locations` whether it is in a zone or a region. */
function urlOf(
  name: string,
  location: string | undefined,
  directory: NormalizeContext['directory'],
): string | undefined {
  const [, project, place, cluster] =
    /^\/\/container\.googleapis\.com\/projects\/([^/]+)\/(?:zones|regions|locations)\/([^/]+)\/clusters\/([^/]+)$/.exec(
      name,
    ) ?? [];
  const id = project === undefined ? undefined : directory.projectIdOf(project);
  if (id === undefined || cluster === undefined) return undefined;
  return `https://container.googleapis.com/v1/projects/${id}/locations/${location ?? place}/clusters/${cluster}`;
}
