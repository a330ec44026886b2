import type { Attachment, Graph, GraphNode, IdentityNode, NodeId, Statement } from '@keyreach/core/graph';
import { GraphBuilder } from '@keyreach/core/graph';
import type { ScopedTechnique } from '@keyreach/core/reach';
import { serviceAccountId } from '../../normalize/gcp-ids.ts';
import type { GcpTechnique } from '../technique-row.ts';
import { type Circumstances, type Place, typesAnywhere, typesBeside } from './technique-ways.ts';

const CRM = '//cloudresourcemanager.googleapis.com';
const ORG = `${CRM}/organizations/1`;
const FOLDER = `${CRM}/folders/2`;
const HOME = `${CRM}/projects/3`;
const ELSEWHERE = `${CRM}/projects/4`;
const account = (name: string): NodeId => serviceAccountId(`${name}@home.iam.gserviceaccount.com`);
const ATTACHED = account('attached');
const PRIZE = account('prize');
const STORED = account('stored');
/** What rows with a limit must not lead to: the identity they act as may take it, but not within the limit. */
export const BEYOND: NodeId = account('beyond');
const SUBJECT = 'principal://iam.googleapis.com/projects/3/locations/global/workloadIdentityPools/p/subject/s';
const GROUP = 'group:target@example.com';
const CUSTOM = 'projects/home/roles/custom';

/** Who tries. It stands in the project of the target, so that guards of its scopes hold for it. */
export const CALLER: NodeId = account('caller');

/** What the test takes as the sign that control, membership and the like are of use. */
const SIGN = 'test.prizes.take';

/** The estate of one row in some circumstances. */
export interface TechniqueEstate {
  readonly graph: Graph;
  /** The identity that is held where the technique works. */
  readonly gain: NodeId;
  /** Rows to derive with beside the one that is tested. */
  readonly signs: readonly ScopedTechnique[];
}

/** What of the target is not as it should be. */
export type Disturbance = 'none' | 'other-node' | 'uncollected';

/** Id of the node that a row is aimed at. */
function targetOf({ target }: GcpTechnique, type: string): NodeId {
  switch (target.kind) {
    case 'identity':
      return type === 'group' ? GROUP : account('target');
    case 'resource':
      return '//example.googleapis.com/target';
    case 'scope':
      return type === 'organization' ? ORG : type === 'folder' ? FOLDER : HOME;
  }
}

/** The smallest estate in which the circumstances hold of a target of the type. */
export function techniqueEstate(
  row: GcpTechnique,
  type: string,
  given: Circumstances,
  disturbance: Disturbance = 'none',
): TechniqueEstate {
  const target = targetOf(row, type);
  const builder = new GraphBuilder();
  const node = (one: GraphNode): void => void builder.node(one);
  const scope = (id: NodeId, kind: string, inside?: NodeId): void =>
    node({ kind: 'scope', id, provider: 'gcp', type: kind, name: id, tags: {}, ...(inside && { scope: inside }) });
  scope(ORG, 'organization');
  scope(FOLDER, 'folder', ORG);
  scope(HOME, 'project', FOLDER);
  scope(ELSEWHERE, 'project', FOLDER);
  const identity = (id: NodeId, kind: string, extra: Partial<IdentityNode> = {}): void =>
    node({ kind: 'identity', id, provider: 'gcp', type: kind, name: id, tags: {}, ...extra });
  identity(CALLER, 'service-account', { scope: HOME });
  identity(ATTACHED, 'service-account', { scope: ELSEWHERE });
  identity(STORED, 'service-account', { scope: ELSEWHERE });
  identity(PRIZE, 'service-account', { scope: HOME });
  identity(BEYOND, 'service-account', { scope: HOME });
  identity(SUBJECT, 'federated-subject', { external: true });
  if (type === 'service-account' || type === 'service-agent') {
    identity(target, type, { scope: HOME });
    identity(account('sibling'), type, { scope: HOME });
  }
  if (type === 'group') identity(GROUP, type, { attributes: given.listed ? { managers: [CALLER] } : {} });
  const resource = (id: NodeId, of: string, extra: { readonly role?: string } = {}): void =>
    node({
      kind: 'resource',
      id,
      provider: 'gcp',
      type: of,
      name: id,
      scope: HOME,
      tags: {},
      attributes: extra,
      ...(disturbance === 'uncollected' ? { uncollected: true } : {}),
    });
  const isResource = row.target.kind === 'resource';
  if (isResource) {
    resource(target, type, row.yields === 'extend' ? { role: CUSTOM } : {});
    node({ kind: 'resource', id: `${target}-2`, provider: 'gcp', type, name: 'sibling', scope: HOME, tags: {} });
  }
  for (const beside of typesBeside(given)) {
    node({
      kind: 'resource',
      id: besideId(beside),
      provider: 'gcp',
      type: beside,
      name: beside,
      scope: HOME,
      tags: {},
    });
  }
  for (const anywhere of typesAnywhere(given)) {
    const id = `//anywhere.googleapis.com/${anywhere}`;
    node({ kind: 'resource', id, provider: 'gcp', type: anywhere, name: id, scope: ELSEWHERE, tags: {} });
  }
  const runsAs = row.yields === 'control' || row.yields === 'retag' ? PRIZE : ATTACHED;
  if (isResource) {
    builder.edge({ type: 'runs-as', from: target, to: runsAs });
    builder.edge({ type: 'vouches-for', from: target, to: SUBJECT });
    builder.node({
      kind: 'credential',
      id: `${STORED}/keys/k`,
      provider: 'gcp',
      type: 'service-account-key',
      name: 'k',
      status: 'active',
      lastUsed: { state: 'unknown' },
    });
    builder.edge({ type: 'authenticates', from: `${STORED}/keys/k`, to: STORED });
    builder.edge({ type: 'stores', from: target, to: `${STORED}/keys/k` });
  }

  const role = (id: string, kind: string, statements: readonly Statement[]): void => {
    const document = builder.document({ provider: 'gcp', statements });
    builder.policy({ id, provider: 'gcp', name: id, type: kind, document });
  };
  const allow = (names: readonly string[]): readonly Statement[] => [
    { effect: 'allow', actions: { include: names, exclude: [] }, index: 0 },
  ];
  const to = (id: NodeId): NonNullable<Attachment['principals']> => ({
    include: [{ match: 'member', id, strength: 'sufficient' }],
    exclude: [],
  });
  const bind = (policy: string, on: NodeId, who: NodeId, extra: Partial<Attachment> = {}): void =>
    builder.attachment({ policy, node: on, role: 'resource-grant', principals: to(who), ...extra });

  for (const place of [...new Set(given.grants.map((one) => one.place))]) {
    const at = disturbance === 'other-node' && place === 'target' ? siblingOf(row, target) : nodeOf(place, target);
    const names = given.grants.filter((one) => one.place === place).map(({ name }) => name);
    role(`roles/${place}`, 'custom', allow([...new Set(names)]));
    bind(`roles/${place}`, at, CALLER);
  }
  if (given.denied.length > 0) {
    role('deny', 'deny', [
      { effect: 'deny', actions: { include: given.denied, exclude: [] }, principals: to(CALLER), index: 0 },
    ]);
    builder.attachment({ policy: 'deny', node: ORG, role: 'resource-grant' });
  }
  role('roles/prize', 'custom', allow([SIGN]));
  if (row.within !== undefined) {
    const actor = row.yields === 'become' ? target : ATTACHED;
    role('roles/within', 'custom', allow([signWithin(row)]));
    bind('roles/within', PRIZE, actor);
    bind('roles/prize', BEYOND, actor);
  }
  switch (row.yields) {
    case 'join':
      bind('roles/prize', HOME, GROUP);
      break;
    case 'extend':
      role(CUSTOM, 'custom', allow(['test.prizes.see']));
      bind(CUSTOM, HOME, CALLER);
      break;
    case 'lift-denies':
      bind('roles/prize', HOME, CALLER);
      role('lifted', 'deny', [
        { effect: 'deny', actions: { include: [SIGN], exclude: [] }, principals: to(CALLER), index: 0 },
      ]);
      builder.attachment({ policy: 'lifted', node: target, role: 'resource-grant' });
      break;
    case 'lift-guards':
      bind('roles/prize', HOME, CALLER);
      role('lifted', 'principal-access-boundary', [
        { effect: 'allow', actions: { include: ['*'], exclude: [SIGN] }, sid: 'rest', index: 0 },
      ]);
      builder.attachment({ policy: 'lifted', node: target, role: 'principal-scope-guard', union: true });
      break;
    case 'retag':
      bind('roles/prize', HOME, CALLER, {
        condition: { language: 'gcp', body: { cel: "resource.matchTag('1/env', 'prod')" } },
      });
      break;
    default:
      break;
  }
  return { graph: builder.build(), gain: gainOf(row, target), signs: signsOf(row, type) };
}

/** An action that a row with a limit leaves. */
function signWithin({ within }: GcpTechnique): string {
  return (within?.actions[0] ?? '').replace('*', 'prizes.take');
}

function signsOf(row: GcpTechnique, type: string): readonly ScopedTechnique[] {
  const sign = signOf(row, type);
  if (row.within === undefined) return [sign];
  return [sign, { ...sign, id: 'gcp-test-within', requires: { allowed: signWithin(row) } }];
}

function besideId(type: string): NodeId {
  return `//beside.googleapis.com/${type}`;
}

function siblingOf({ target }: GcpTechnique, id: NodeId): NodeId {
  switch (target.kind) {
    case 'identity':
      return account('sibling');
    case 'resource':
      return `${id}-2`;
    case 'scope':
      return ELSEWHERE;
  }
}

function nodeOf(place: Place, target: NodeId): NodeId {
  switch (place) {
    case 'target':
      return target;
    case 'home':
      return HOME;
    case 'elsewhere':
      return ELSEWHERE;
    case 'attached':
      return ATTACHED;
    default:
      if (place.startsWith('anywhere:')) return `//anywhere.googleapis.com/${place.slice('anywhere:'.length)}`;
      return besideId(place.slice('beside:'.length));
  }
}

function gainOf({ yields, within, target: { kind } }: GcpTechnique, target: NodeId): NodeId {
  if (within !== undefined) return PRIZE;
  switch (yields) {
    case 'become':
      return target;
    case 'become-runtime':
      return ATTACHED;
    case 'become-subjects':
      return SUBJECT;
    case 'become-stored':
      return STORED;
    default:
      return kind === 'identity' && yields === 'control' ? target : PRIZE;
  }
}

/** Whoever has the permission of the sign gets the account, or what runs as it. */
function signOf({ yields, target }: GcpTechnique, type: string): ScopedTechnique {
  const byResource = target.kind === 'resource' && (yields === 'control' || yields === 'retag');
  return {
    id: 'gcp-test-prize',
    provider: 'gcp',
    title: 'Takes the prize',
    reference: 'test',
    attack: [],
    target: byResource ? { kind: 'resource', types: [type] } : { kind: 'identity', types: ['service-account'] },
    requires: { allowed: SIGN },
    yields: byResource ? 'become-runtime' : 'become',
  };
}
