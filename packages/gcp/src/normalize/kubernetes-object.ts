/** A Kubernetes object by the name of its asset (gcp.md 1.5). */
export interface KubernetesObject {
  /** Full name of the cluster. */
  readonly cluster: string;
  readonly project: string;
  readonly namespace: string;
  readonly name: string;
}

/**
 * Reads the name of an asset of a Kubernetes object in a namespace.
 *
 * @example
 * kubernetesObject('//container.googleapis.com/projects/p/locations/l/clusters/c/k8s/namespaces/ns/pods/a')?.namespace; // 'ns'
 */
export function kubernetesObject(name: string): KubernetesObject | undefined {
  const [, cluster, project, namespace, object] =
    /^(\/\/container\.googleapis\.com\/projects\/([^/]+)\/(?:zones|regions|locations)\/[^/]+\/clusters\/[^/]+)\/k8s\/namespaces\/([^/]+)\/(?:[^/]+\/)+([^/]+)$/.exec(
      name,
    ) ?? [];
  if (cluster === undefined || project === undefined || namespace === undefined || object === undefined)
    return undefined;
  return { cluster, project, namespace, name: object };
}

/** Asset types of service accounts of Kubernetes. */
export const KUBERNETES_ACCOUNT = 'k8s.io/ServiceAccount';
