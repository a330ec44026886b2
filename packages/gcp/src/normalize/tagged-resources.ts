import type { NodeId } from '@keyreach/core/graph';
import type { GcpAsset } from '../bundle/gcp-input.ts';
import { fieldText } from './field-values.ts';
import type { ProjectDirectory } from './project-directory.ts';

const COMPUTE = '//compute.googleapis.com/';
const BUCKETS = '//storage.googleapis.com/projects/_/buckets/';

/** Hosts of APIs, whose names tags are bound to, where assets go by another (gcp.md 1.2). */
const HOSTS: readonly (readonly [api: string, asset: string])[] = [
  ['//sqladmin.googleapis.com/', '//cloudsql.googleapis.com/'],
  ['//bigtableadmin.googleapis.com/', '//bigtable.googleapis.com/'],
];

/**
 * Nodes by the names that tags are bound to. Those are names of the APIs: a bucket as `projects/_/buckets/B`, a resource of
 * Compute Engine by its numeric id, a cluster by its location, an instance of Cloud SQL under the host of the API.
 */
export class TaggedResources {
  readonly #directory: ProjectDirectory;
  readonly #ids = new Map<string, NodeId>();

  constructor(assets: readonly GcpAsset[], directory: ProjectDirectory) {
    this.#directory = directory;
    for (const { name, resource } of assets) {
      const id = directory.canonicalId(name);
      if (name.startsWith('//container.googleapis.com/')) this.#ids.set(located(id), id);
      if (!name.startsWith(COMPUTE)) continue;
      const number = numberOf(resource?.data['id']) ?? fieldText(resource?.data, 'id');
      if (number !== undefined) this.#ids.set(`${id.slice(0, id.lastIndexOf('/') + 1)}${number}`, id);
    }
  }

  /** The id of the node of the resource that a tag is bound to. */
  idOf(name: string): NodeId {
    if (name.startsWith(BUCKETS)) return `//storage.googleapis.com/${name.slice(BUCKETS.length)}`;
    const [api = '', asset = ''] = HOSTS.find(([prefix]) => name.startsWith(prefix)) ?? [];
    const id = this.#directory.canonicalId(`${asset}${name.slice(api.length)}`);
    return this.#ids.get(located(id)) ?? id;
  }
}

/** Assets of zonal and regional clusters say `zones` or `regions` where the API says `locations`. */
function located(id: string): string {
  return id.startsWith('//container.googleapis.com/') ? id.replace(/\/(?:zones|regions)\//, '/locations/') : id;
}

function numberOf(value: unknown): string | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : undefined;
}

/**
 * Beginning of the ids of the resources of which one is meant by a name with a numeric id that is known of none; undefined for
 * other names.
 */
export function namedByNumber(id: NodeId): string | undefined {
  if (!id.startsWith(COMPUTE)) return undefined;
  const end = id.lastIndexOf('/') + 1;
  return /^\d{1,30}$/.test(id.slice(end)) ? id.slice(0, end) : undefined;
}
