import type { NodeId } from '@keyreach/core/graph';

/** What hands out principals of a name space (gcp.md 1.5, 2). */
export type PoolName =
  /** `project`: number where known, else id. Pools `P.svc.id.goog` of Kubernetes are among them. */
  | { readonly kind: 'workload'; readonly project: string; readonly pool: string }
  | { readonly kind: 'workforce'; readonly pool: string }
  /** Agents of an organization or project: `agents.global.org-O.system.id.goog`. */
  | { readonly kind: 'agents'; readonly trustDomain: string }
  /** Resources that are principals themselves, by service and project. */
  | { readonly kind: 'resources'; readonly service: string; readonly project: string };

/** A principal, or a set of them, of a pool. */
export type PoolMember =
  /** `subject`: for agents and resources their path. */
  | { readonly is: 'subject'; readonly pool: PoolName; readonly subject: string }
  /** A pod by the uid of its service account. */
  | { readonly is: 'uid'; readonly pool: PoolName; readonly uid: string }
  | { readonly is: 'everyone'; readonly pool: PoolName }
  | { readonly is: 'group'; readonly pool: PoolName; readonly group: string }
  | { readonly is: 'attribute'; readonly pool: PoolName; readonly attribute: string; readonly value: string }
  | { readonly is: 'namespace'; readonly pool: PoolName; readonly namespace: string }
  | { readonly is: 'cluster'; readonly pool: PoolName; readonly cluster: string }
  /** A set of resources by type or ancestor, as written. */
  | { readonly is: 'selection'; readonly pool: PoolName; readonly selection: string };

/** Gives the number of a project by id or number; undefined where it is not known. */
export type ProjectNumberOf = (project: string) => string | undefined;

const IAM = 'iam.googleapis.com/';
const KUBERNETES_SUFFIX = '.svc.id.goog';

/**
 * Reads a `principal://…` or `principalSet://…` of a pool, or the legacy `serviceAccount:P.svc.id.goog[NS/KSA]`, of a binding or a
 * deny rule (gcp.md 1.5). Undefined: it names something else (a Google account, a group, all accounts of a container).
 *
 * @example
 * readPoolMember('principalSet://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/ci/*', () => undefined)?.is; // 'everyone'
 */
export function readPoolMember(text: string, numberOf: ProjectNumberOf): PoolMember | undefined {
  if (text.length > 4000) return undefined;
  const legacy = legacyPod(text, numberOf);
  if (legacy !== undefined) return legacy;
  const set = text.startsWith('principalSet://');
  if (!set && !text.startsWith('principal://')) return undefined;
  const name = text.slice(text.indexOf('//') + 2);
  if (name.startsWith(IAM)) {
    const found = poolIn(name.slice(IAM.length), numberOf);
    if (found !== undefined) return set ? setOf(found.pool, found.rest) : subjectOf(found.pool, found.rest);
  }
  const slash = name.indexOf('/');
  if (slash < 0) return undefined;
  const host = name.slice(0, slash);
  const rest = name.slice(slash + 1);
  if (host.startsWith('agents.global.') && host.endsWith('.system.id.goog')) {
    const pool: PoolName = { kind: 'agents', trustDomain: host };
    return set ? setOf(pool, rest) : { is: 'subject', pool, subject: rest };
  }
  return resourceMember(host, rest, set, numberOf);
}

/** Id of the node of a member: the same for every way to write it. */
export function poolMemberId(member: PoolMember): NodeId {
  const pool = prefixOf(member.pool);
  switch (member.is) {
    case 'subject': {
      const direct = member.pool.kind === 'agents' || member.pool.kind === 'resources';
      return direct ? `principal://${pool}/${member.subject}` : `principal://${pool}/subject/${member.subject}`;
    }
    case 'uid':
      return `principal://${pool}/kubernetes.serviceaccount.uid/${member.uid}`;
    case 'everyone':
      return `principalSet://${pool}/*`;
    case 'group':
      return `principalSet://${pool}/group/${member.group}`;
    case 'attribute':
      return `principalSet://${pool}/attribute.${member.attribute}/${member.value}`;
    case 'namespace':
      return `principalSet://${pool}/namespace/${member.namespace}`;
    case 'cluster':
      return `principalSet://${pool}/kubernetes.cluster/${member.cluster}`;
    case 'selection':
      return `principalSet://${pool}/${member.selection}`;
    default:
      return member satisfies never;
  }
}

/** Id of the resource node of a pool; the name spaces of agents and resources are objects of nobody. */
export function poolResourceId(pool: PoolName): NodeId | undefined {
  return pool.kind === 'workload' || pool.kind === 'workforce' ? `//${prefixOf(pool)}` : undefined;
}

/** A pool by the name of the resource, with or without host: `projects/N/locations/global/workloadIdentityPools/POOL`. */
export function readPoolName(name: string, numberOf: ProjectNumberOf): PoolName | undefined {
  const plain = name.startsWith(`//${IAM}`) ? name.slice(IAM.length + 2) : name;
  return poolIn(plain, numberOf)?.pool;
}

/** The project whose clusters share a pool of Kubernetes service accounts; undefined for other pools. */
export function kubernetesProject(pool: PoolName): string | undefined {
  return pool.kind === 'workload' && pool.pool.endsWith(KUBERNETES_SUFFIX)
    ? pool.pool.slice(0, -KUBERNETES_SUFFIX.length)
    : undefined;
}

/** The pool of Kubernetes service accounts of a project. */
export function kubernetesPool(projectId: string, numberOf: ProjectNumberOf): PoolName {
  return { kind: 'workload', project: numberOf(projectId) ?? projectId, pool: `${projectId}${KUBERNETES_SUFFIX}` };
}

/** The principal of a Kubernetes service account. */
export function kubernetesSubject(pool: PoolName, namespace: string, name: string): PoolMember {
  return { is: 'subject', pool, subject: `ns/${namespace}/sa/${name}` };
}

/** Namespace and name of a subject of a Kubernetes pool. */
export function kubernetesAccount(subject: string): { readonly namespace: string; readonly name: string } | undefined {
  const [, namespace, name] = /^ns\/([^/]+)\/sa\/([^/]+)$/.exec(subject) ?? [];
  return namespace === undefined || name === undefined ? undefined : { namespace, name };
}

function prefixOf(pool: PoolName): string {
  switch (pool.kind) {
    case 'workload':
      return `${IAM}projects/${pool.project}/locations/global/workloadIdentityPools/${pool.pool}`;
    case 'workforce':
      return `${IAM}locations/global/workforcePools/${pool.pool}`;
    case 'agents':
      return pool.trustDomain;
    case 'resources':
      return `${pool.service}/projects/${pool.project}`;
    default:
      return pool satisfies never;
  }
}

function poolIn(
  name: string,
  numberOf: ProjectNumberOf,
): { readonly pool: PoolName; readonly rest: string } | undefined {
  const workload = /^projects\/([^/]+)\/locations\/global\/workloadIdentityPools\/([^/]+)(?:\/(.*))?$/s.exec(name);
  if (workload !== null) {
    const [, project = '', pool = '', rest = ''] = workload;
    // The pool of clusters names its project by id, which may be known where the number is not.
    const ofClusters = pool.endsWith(KUBERNETES_SUFFIX)
      ? numberOf(pool.slice(0, -KUBERNETES_SUFFIX.length))
      : undefined;
    return { pool: { kind: 'workload', project: numberOf(project) ?? ofClusters ?? project, pool }, rest };
  }
  const [, pool, rest = ''] = /^locations\/global\/workforcePools\/([^/]+)(?:\/(.*))?$/s.exec(name) ?? [];
  return pool === undefined ? undefined : { pool: { kind: 'workforce', pool }, rest };
}

function subjectOf(pool: PoolName, rest: string): PoolMember | undefined {
  const subject = after(rest, 'subject/');
  if (subject !== undefined) return { is: 'subject', pool, subject };
  const uid = after(rest, 'kubernetes.serviceaccount.uid/');
  return uid === undefined ? undefined : { is: 'uid', pool, uid };
}

function setOf(pool: PoolName, rest: string): PoolMember | undefined {
  if (rest === '*') return { is: 'everyone', pool };
  const group = after(rest, 'group/');
  if (group !== undefined) return { is: 'group', pool, group };
  const namespace = after(rest, 'namespace/');
  if (namespace !== undefined) return { is: 'namespace', pool, namespace };
  const cluster = after(rest, 'kubernetes.cluster/');
  if (cluster !== undefined) return { is: 'cluster', pool, cluster };
  const attribute = after(rest, 'attribute.');
  const slash = attribute?.indexOf('/') ?? -1;
  if (attribute === undefined || slash <= 0) return undefined;
  return { is: 'attribute', pool, attribute: attribute.slice(0, slash), value: attribute.slice(slash + 1) };
}

function resourceMember(
  service: string,
  rest: string,
  set: boolean,
  numberOf: ProjectNumberOf,
): PoolMember | undefined {
  const [, project, path] = /^projects\/([^/]+)\/(.+)$/s.exec(rest) ?? [];
  // Sets of Resource Manager are the accounts of a container; `goog` is directory and public sets.
  if (project === undefined || path === undefined || service === 'cloudresourcemanager.googleapis.com')
    return undefined;
  if (!service.endsWith('.googleapis.com')) return undefined;
  const pool: PoolName = { kind: 'resources', service, project: numberOf(project) ?? project };
  if (!set) return /^(?:uid|name)\//.test(path) ? { is: 'subject', pool, subject: path } : undefined;
  if (path === '*') return { is: 'everyone', pool };
  return /^(?:type|ancestor\.name)\//.test(path) ? { is: 'selection', pool, selection: path } : undefined;
}

function legacyPod(text: string, numberOf: ProjectNumberOf): PoolMember | undefined {
  const [, project, namespace, name] =
    /^serviceAccount:([^[\]/@\s]+)\.svc\.id\.goog\[([^/[\]]+)\/([^/[\]]+)\]$/.exec(text) ?? [];
  if (project === undefined || namespace === undefined || name === undefined) return undefined;
  return kubernetesSubject(kubernetesPool(project, numberOf), namespace, name);
}

function after(text: string, prefix: string): string | undefined {
  return text.startsWith(prefix) && text.length > prefix.length ? text.slice(prefix.length) : undefined;
}
