import type { Json, NodeId } from '@keyreach/core/graph';
import { type RawRecord, readTimestamp } from '@keyreach/core/input';
import type { GcpAsset } from '../bundle/gcp-input.ts';
import { API_KEY_TYPE, addApiKeyStrings } from './api-key-strings.ts';
import { conditionAttributes, type ProjectNames } from './condition-attributes.ts';
import { type FeedingBucket, feedingBuckets } from './feeding-buckets.ts';
import { fieldText } from './field-values.ts';
import { GCP } from './gcp-ids.ts';
import type { NormalizeContext } from './normalize-context.ts';
import { kindOf, type ProjectDirectory } from './project-directory.ts';
import { resourceFacts } from './resource-facts.ts';
import { WorkloadEdges } from './workload-edges.ts';

/** Types of assets that are no resources of the graph: identities, credentials, policies and what others are made of. */
const NO_RESOURCES: ReadonlySet<string> = new Set([
  API_KEY_TYPE,
  'cloudbilling.googleapis.com/ProjectBillingInfo',
  'cloudresourcemanager.googleapis.com/TagBinding',
  'iam.googleapis.com/Role',
  'iam.googleapis.com/ServiceAccount',
  'iam.googleapis.com/ServiceAccountKey',
  'iam.googleapis.com/WorkforcePool',
  'iam.googleapis.com/WorkforcePoolProvider',
  'iam.googleapis.com/WorkloadIdentityPool',
  'iam.googleapis.com/WorkloadIdentityPoolProvider',
  'orgpolicy.googleapis.com/Policy',
  'serviceusage.googleapis.com/Service',
]);

/** Whether an asset becomes a resource node. */
export function isResource({ assetType }: Pick<GcpAsset, 'assetType'>): boolean {
  return kindOf(assetType) === undefined && !NO_RESOURCES.has(assetType);
}

/** Adds a node for every asset that is a resource, and what runs as whom (docs/graph-gcp.md, Resources). */
export function addResources(context: NormalizeContext): void {
  const { input, directory, builder } = context;
  const assets = (input.assets?.items ?? []).filter(isResource);
  const fed = feedingOf(assets, directory);
  const workloads = new WorkloadEdges(context);
  const computeProjects = new Map(
    assets.flatMap((asset) => {
      const scope = asset.assetType === COMPUTE_PROJECT ? directory.scopeOfAsset(asset) : undefined;
      return scope === undefined || asset.resource === undefined ? [] : [[scope, asset.resource.data] as const];
    }),
  );
  for (const asset of assets) {
    const id = directory.canonicalId(asset.name);
    const feeding = fed.get(id) ?? [];
    const runtime = workloads.read(asset);
    addResource(asset, { id, feeding, scopes: runtime.scopes, computeProjects }, context);
    for (const { to, certainty } of runtime.identities) {
      builder.edge({ type: 'runs-as', from: id, to, ...(certainty === 'allow' ? {} : { certainty }) });
    }
    for (const { workload, certainty } of feeding) workloads.feed(id, workload, certainty);
  }
  addApiKeyStrings(context);
  workloads.addUncollected();
}

/** What other assets tell of a resource. */
interface FoundFacts {
  readonly id: NodeId;
  readonly feeding: readonly FeedingBucket[];
  /** OAuth scopes; undefined: not told. */
  readonly scopes: readonly string[] | undefined;
  /** Data of Compute Engine of each project, by scope. */
  readonly computeProjects: ReadonlyMap<NodeId, RawRecord>;
}

const COMPUTE_PROJECT = 'compute.googleapis.com/Project';

function addResource(
  asset: GcpAsset,
  { id, feeding, scopes, computeProjects }: FoundFacts,
  { nodes, directory }: NormalizeContext,
): void {
  const { assetType, name, resource } = asset;
  const scope = directory.scopeOfAsset(asset);
  const attributes: Record<string, Json> = {
    ...conditionAttributes(assetType, name, projectNames(scope, directory)),
    ...(resource === undefined ? {} : resourceFacts(assetType, resource.data, computeProjects.get(scope ?? ''))),
  };
  if (resource?.location !== undefined) attributes['location'] = resource.location;
  for (const { part } of feeding) attributes[part] = true;
  if (scopes !== undefined) {
    attributes['scopes'] = [...scopes];
    attributes['oauthScopes'] = scopes.some((one) => FULL_SCOPES.has(one)) ? 'full' : 'limited';
  }
  const created = resource === undefined ? undefined : createdAt(asset);
  nodes.add({
    kind: 'resource',
    id,
    provider: GCP,
    type: assetType,
    name: id.slice(id.lastIndexOf('/') + 1),
    ...(scope === undefined ? {} : { scope }),
    ...(created === undefined ? {} : { created }),
    ...(Object.keys(attributes).length === 0 ? {} : { attributes }),
  });
}

/** Scopes that cover all of Google Cloud. */
const FULL_SCOPES: ReadonlySet<string> = new Set(['https://www.googleapis.com/auth/cloud-platform', 'cloud-platform']);

/** Both names of the project that a scope is. */
export function projectNames(scope: NodeId | undefined, directory: ProjectDirectory): ProjectNames {
  const known = scope === undefined ? undefined : directory.scope(scope);
  if (known?.kind !== 'projects') return {};
  return {
    ...(known.projectId === undefined ? {} : { id: known.projectId }),
    ...(known.projectNumber === undefined ? {} : { number: known.projectNumber }),
  };
}

function createdAt({ resource }: GcpAsset): string | undefined {
  if (resource === undefined) return undefined;
  return readTimestamp(
    fieldText(resource.data, 'createTime', 'creationTimestamp', 'timeCreated', 'metadata.creationTimestamp'),
  );
}

function feedingOf(
  assets: readonly GcpAsset[],
  directory: ProjectDirectory,
): ReadonlyMap<NodeId, readonly FeedingBucket[]> {
  const found = new Map<NodeId, FeedingBucket[]>();
  for (const asset of assets) {
    for (const one of feedingBuckets(asset)) {
      const id = directory.canonicalId(one.bucket);
      const of = found.get(id) ?? [];
      of.push(one);
      found.set(id, of);
    }
  }
  return found;
}
