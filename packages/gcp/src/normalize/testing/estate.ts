import { AuthorizationModel, can } from '@keyreach/core/authz';
import {
  type Attachment,
  type Gap,
  type Graph,
  GraphIndex,
  type GraphNode,
  type PolicyDocument,
} from '@keyreach/core/graph';
import { gcpSemantics } from '../../authz/gcp-semantics.ts';
import { type GcpInputObjects, gcpInputFromObjects } from '../../bundle/input-from-objects.ts';
import { ABSENT } from '../../bundle/merge-inputs.ts';
import { serviceAccountId } from '../gcp-ids.ts';
import { normalizeGcp } from '../normalize.ts';

export const NOW: string = '2026-06-02T00:00:00.000Z';

const CRM = '//cloudresourcemanager.googleapis.com';
export const ORG: string = `${CRM}/organizations/1`;
export const FOLDER: string = `${CRM}/folders/9`;
export const OTHER_FOLDER: string = `${CRM}/folders/8`;
export const SHOP: string = `${CRM}/projects/123`;
export const LAB: string = `${CRM}/projects/456`;
export const BUCKET = '//storage.googleapis.com/shop-data';
export const APP = 'app@shop.iam.gserviceaccount.com';
export const CI = 'ci@lab.iam.gserviceaccount.com';

/** A binding as a policy has it. */
export interface Bound {
  readonly role: string;
  readonly members: readonly string[];
  readonly condition?: unknown;
}

type Bindings = Readonly<Record<string, readonly Bound[]>>;

const ABOVE: Readonly<Record<string, readonly string[]>> = {
  [ORG]: ['organizations/1'],
  [FOLDER]: ['folders/9', 'organizations/1'],
  [OTHER_FOLDER]: ['folders/8', 'organizations/1'],
  [SHOP]: ['projects/123', 'folders/9', 'organizations/1'],
  [LAB]: ['projects/456', 'folders/8', 'organizations/1'],
};

function scopeAsset(name: string, type: string, data: object, bindings: readonly Bound[] = []): object {
  return {
    name,
    assetType: `cloudresourcemanager.googleapis.com/${type}`,
    ancestors: ABOVE[name],
    resource: { version: 'v3', data },
    iamPolicy: { bindings },
  };
}

export function account(email: string, extra: object = {}): object {
  const lab = email.includes('@lab.');
  const projectId = lab ? 'lab' : 'shop';
  return {
    name: `//iam.googleapis.com/projects/${projectId}/serviceAccounts/${email}`,
    assetType: 'iam.googleapis.com/ServiceAccount',
    ancestors: ABOVE[lab ? LAB : SHOP],
    resource: {
      version: 'v1',
      data: { email, projectId, uniqueId: email.startsWith('app') ? '111' : '222', ...extra },
    },
  };
}

/**
 * Records of an organization 1 with folders 9 and 8, projects `shop` (123, in 9) and `lab` (456, in 8), a bucket, and two service
 * accounts; with bindings by the node they are set on.
 */
export function records(bindings: Bindings = {}, extra: readonly object[] = []): readonly object[] {
  return [
    scopeAsset(
      ORG,
      'Organization',
      { name: 'organizations/1', displayName: 'example.com', directoryCustomerId: 'C01' },
      bindings[ORG],
    ),
    scopeAsset(
      FOLDER,
      'Folder',
      { name: 'folders/9', displayName: 'products', parent: 'organizations/1' },
      bindings[FOLDER],
    ),
    scopeAsset(
      OTHER_FOLDER,
      'Folder',
      { name: 'folders/8', displayName: 'labs', parent: 'organizations/1' },
      bindings[OTHER_FOLDER],
    ),
    scopeAsset(
      SHOP,
      'Project',
      { name: 'projects/123', projectId: 'shop', parent: 'folders/9', state: 'ACTIVE' },
      bindings[SHOP],
    ),
    scopeAsset(
      LAB,
      'Project',
      { name: 'projects/456', projectId: 'lab', parent: 'folders/8', state: 'ACTIVE' },
      bindings[LAB],
    ),
    {
      name: BUCKET,
      assetType: 'storage.googleapis.com/Bucket',
      ancestors: ABOVE[SHOP],
      resource: { version: 'v1', data: { name: 'shop-data' } },
      iamPolicy: { bindings: bindings[BUCKET] ?? [] },
    },
    { ...account(APP), iamPolicy: { bindings: bindings[APP] ?? [] } },
    { ...account(CI), iamPolicy: { bindings: bindings[CI] ?? [] } },
    ...extra,
  ];
}

/** Roles that tests give. */
export const ROLES: readonly object[] = [
  {
    name: 'roles/storage.objectViewer',
    title: 'Viewer',
    includedPermissions: ['storage.objects.get', 'storage.objects.list'],
  },
  { name: 'roles/iam.serviceAccountUser', includedPermissions: ['iam.serviceAccounts.actAs'] },
  {
    name: 'roles/owner',
    includedPermissions: ['resourcemanager.projects.setIamPolicy', 'resourcemanager.projects.delete'],
  },
  { name: 'roles/editor', includedPermissions: ['pubsub.topics.create'] },
  { name: 'roles/viewer', includedPermissions: ['resourcemanager.projects.get'] },
  { name: 'roles/marker' },
];

/** Files that say that there is nothing of their kind. */
export const NOTHING_ELSE: GcpInputObjects = {
  roles: ROLES,
  denyPolicies: [],
  boundaries: { principalAccessBoundaryPolicies: [], policyBindings: [] },
  groups: {},
  serviceAccountKeys: [],
  hmacKeys: [],
  apiKeys: [],
  pools: { pools: [], providers: [] },
  activities: [],
  insights: [],
  delegations: [],
};

/** A graph with what tests ask of it; what it has can be taken out of it. */
export class Estate {
  readonly graph: Graph;
  readonly index: GraphIndex;
  readonly #model: AuthorizationModel;

  constructor(graph: Graph) {
    this.graph = graph;
    this.index = new GraphIndex(graph);
    this.#model = new AuthorizationModel(this.index, [gcpSemantics]);
  }

  readonly node = (id: string): GraphNode => {
    const node = this.index.node(id);
    if (node === undefined) throw new Error(`no node ${id}`);
    return node;
  };

  readonly account = (email: string): GraphNode => this.node(serviceAccountId(email));

  /** Edges as `type from -> to`, with the certainty where it is not plain. */
  readonly edges = (...types: readonly string[]): readonly string[] =>
    this.graph.edges
      .filter(({ type }) => types.length === 0 || types.includes(type))
      .map(
        ({ type, from, to, certainty }) =>
          `${type} ${from} -> ${to}${certainty === undefined ? '' : ` (${certainty})`}`,
      );

  readonly document = (policyId: string): PolicyDocument => {
    const policy = this.graph.policies.find(({ id }) => id === policyId);
    const found = this.graph.documents.find(({ id }) => id === policy?.document);
    if (found === undefined) throw new Error(`no document of ${policyId}`);
    return found;
  };

  readonly attachments = (node: string): readonly Attachment[] =>
    this.graph.attachments.filter((attachment) => attachment.node === node);

  /** Gaps about something, but those for files that are simply not there. */
  readonly gaps = (what: string): readonly Gap[] =>
    this.graph.gaps.filter((gap) => gap.what === what && gap.why !== ABSENT);

  /** Whether somebody may do something. */
  readonly can = (principal: string, action: string, resource: string): string =>
    can(this.#model, { principal, action, resource, context: new Map(), now: Date.parse(NOW) }).verdict;
}

/** The graph of an input; without files of its own it says that there is nothing else. */
export function estate(objects: GcpInputObjects, rest: GcpInputObjects = NOTHING_ELSE): Estate {
  return new Estate(normalizeGcp(gcpInputFromObjects({ ...rest, ...objects }), { now: NOW }));
}
