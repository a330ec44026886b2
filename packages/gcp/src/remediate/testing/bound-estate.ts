import { AuthorizationModel, type ProviderSemantics, UNKNOWN, withoutZones } from '@keyreach/core/authz';
import { type Attachment, GraphBuilder, GraphIndex, type IdentityNode, type NodeId } from '@keyreach/core/graph';
import { scopeId, serviceAccountId } from '../../normalize/gcp-ids.ts';

const provider = 'gcp';

/** Permissions by name alone: conditions and resource patterns are left undecided. */
const semantics: ProviderSemantics = {
  ...withoutZones,
  provider,
  actions: [],
  actionsOf: (graph) =>
    graph.graph.documents.flatMap(({ statements }) => statements.flatMap(({ actions }) => actions.include)),
  resources: {
    compile: () => ({ prefix: '', all: false, principalKeys: [], matches: () => UNKNOWN, glob: () => undefined }),
  },
  conditions: {
    id: 'gcp',
    compile: () => ({ evaluate: () => UNKNOWN, principalKeys: [], readsResource: false, chosen: [], requestKeys: [] }),
    principalFact: () => '',
    freshValue: '',
  },
  holdersOf: (resource) => [resource],
};

export const ci = 'ci@p.iam.gserviceaccount.com';
export const organization: NodeId = scopeId('organizations', '1');
export const folder: NodeId = scopeId('folders', '2');
export const project: NodeId = scopeId('projects', '10');
export const bucket: NodeId = '//storage.googleapis.com/b';

/** An organization with a folder, a project and a bucket; a service account `ci`, in group `group:g@x.io`. */
export class BoundEstate {
  readonly builder: GraphBuilder = new GraphBuilder();

  constructor(account: Partial<IdentityNode> = {}) {
    const node = { provider, name: 'x' } as const;
    this.builder.node({ ...node, kind: 'scope', id: organization, type: 'organization' });
    this.builder.node({ ...node, kind: 'scope', id: folder, type: 'folder', scope: organization });
    const attributes = { projectId: 'p' };
    this.builder.node({ ...node, kind: 'scope', id: project, type: 'project', scope: folder, attributes });
    this.builder.node({ ...node, kind: 'resource', id: bucket, type: 'storage.googleapis.com/Bucket', scope: project });
    this.builder.node({
      ...node,
      name: ci,
      kind: 'identity',
      id: serviceAccountId(ci),
      type: 'service-account',
      scope: project,
      attributes: { email: ci },
      ...account,
    });
    this.builder.node({ ...node, kind: 'identity', id: 'group:g@x.io', type: 'group' });
    this.builder.node({ ...node, kind: 'identity', id: 'projectEditor:p', type: 'convenience' });
    this.builder.edge({ type: 'member-of', from: serviceAccountId(ci), to: 'group:g@x.io' });
  }

  role(id: string, permissions: readonly string[]): this {
    const statements = [{ effect: 'allow', actions: { include: permissions, exclude: [] }, index: 0 }] as const;
    const document = this.builder.document({ provider, statements });
    this.builder.policy({ id, provider, name: id, type: 'custom', document });
    return this;
  }

  bind(role: string, node: NodeId, to: NodeId = serviceAccountId(ci), condition?: string): this {
    const attachment: Attachment = {
      policy: role,
      node,
      role: 'resource-grant',
      principals: { include: [{ match: 'member', id: to, strength: 'sufficient' }], exclude: [] },
      ...(condition === undefined ? {} : { condition: { language: 'gcp', body: { cel: condition } }, name: 't' }),
    };
    this.builder.attachment(attachment);
    return this;
  }

  model(): AuthorizationModel {
    return new AuthorizationModel(new GraphIndex(this.builder.build()), [semantics]);
  }
}
