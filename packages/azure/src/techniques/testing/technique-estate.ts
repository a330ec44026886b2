import {
  type Attachment,
  type Graph,
  GraphBuilder,
  type IdentityNode,
  type Json,
  type NodeId,
  type ResourceNode,
  type Statement,
} from '@keyreach/core/graph';
import type { ScopedTechnique } from '@keyreach/core/reach';
import {
  armRootId,
  entraId,
  managementGroupId,
  resourceKeyId,
  roleDefinitionId,
  sharedKeyIdentityId,
  tenantId,
} from '../../normalize/azure-ids.ts';
import { UNCOLLECTED } from '../arm-types.ts';
import { type Circumstances, type Place, typesAnywhere } from './technique-ways.ts';

const T = '11111111-0000-0000-0000-000000000001';
const TENANT = tenantId(T);
const ARM = armRootId(T);
const ROOT_GROUP = managementGroupId(T);
const OTHER_GROUP = managementGroupId('other');
const SUB = '/subscriptions/22222222-0000-0000-0000-000000000001';
const OTHER_SUB = '/subscriptions/22222222-0000-0000-0000-000000000002';
const FAR_SUB = '/subscriptions/22222222-0000-0000-0000-000000000003';
const HOME = `${SUB}/resourcegroups/home`;
const SIBLING = `${SUB}/resourcegroups/sibling`;
const ELSEWHERE = `${OTHER_SUB}/resourcegroups/elsewhere`;
const FAR = `${FAR_SUB}/resourcegroups/far`;
const OBJECT = entraId(T, 'target');
const SIBLING_OBJECT = entraId(T, 'sibling');
const ATTACHED = entraId(T, 'attached');
const OTHERS = entraId(T, 'others');
const SOMEBODY = entraId(T, 'somebody');
const PRIZE = entraId(T, 'prize');
const CUSTOM = roleDefinitionId('custom');

/** Who tries. */
export const CALLER: NodeId = entraId(T, 'caller');

/** What the test takes as the sign that control, membership and the like are of use. */
const SIGN = 'Microsoft.Test/prizes/take/action';
const PRIZES = 'microsoft.test/prizes';

/** The estate of one row in some circumstances. */
export interface TechniqueEstate {
  readonly graph: Graph;
  /** The identity that is held where the technique works. */
  readonly gain: NodeId;
  /** A row to derive with beside the one that is tested. */
  readonly sign: ScopedTechnique;
}

/** What is not as it should be. */
export type Disturbance =
  | 'none'
  /** What is asked of the target is granted beside it: on another resource group, or another object. */
  | 'other-node'
  | 'granted-above'
  | 'uncollected'
  /** A deny assignment of all that is granted names the caller, or everybody. */
  | 'denied'
  | 'denied-to-all'
  /** Deny assignments of all that is granted that name others, spare the caller, or hold on a scope above the target alone. */
  | 'denied-to-others';

/** Id of the node that a row is aimed at. */
function targetOf({ target }: ScopedTechnique, type: string): NodeId {
  switch (target.kind) {
    case 'identity':
      return OBJECT;
    case 'resource':
      return resourceIn(HOME, type, OBJECT, 'target');
    case 'scope':
      return { tenant: TENANT, 'arm-root': ARM, 'management-group': ROOT_GROUP, subscription: SUB }[type] ?? HOME;
  }
}

/** Where what is asked of the target is granted. */
function placed(row: ScopedTechnique, type: string, disturbance: Disturbance): NodeId {
  if (disturbance === 'other-node') return besideOf(row, type);
  if (disturbance !== 'granted-above') return targetOf(row, type);
  if (row.target.kind === 'resource' && !isOfDirectory(row.target.types)) return SUB;
  return { 'management-group': ARM, subscription: ROOT_GROUP, 'resource-group': SUB }[type] ?? TENANT;
}

/** Where something is granted that misses the target. */
function besideOf({ target: { kind, types } }: ScopedTechnique, type: string): NodeId {
  switch (kind) {
    case 'identity':
      return SIBLING_OBJECT;
    case 'resource':
      return isOfDirectory(types) ? SIBLING_OBJECT : SIBLING;
    case 'scope':
      return type === 'tenant'
        ? SOMEBODY
        : ({ subscription: OTHER_SUB, 'resource-group': SIBLING }[type] ?? OTHER_GROUP);
  }
}

function isOfDirectory(types: readonly string[]): boolean {
  return types.every((type) => type === 'application' || type === 'directory-role');
}

/** Id of a resource of the type in a group; of one in the directory, that of the object. */
function resourceIn(group: NodeId, type: string, object: NodeId, name: string): NodeId {
  if (isOfDirectory([type])) return object;
  if (type === UNCOLLECTED) return `${group}/uncollected`;
  const [namespace, ...types] = type.split('/');
  return `${group}/providers/${namespace}/${types.map((one) => `${one}/${name}`).join('/')}`;
}

/** The smallest estate in which the circumstances hold of a target of the type, as `normalizeAzure` would make it. */
export function techniqueEstate(
  row: ScopedTechnique,
  type: string,
  given: Circumstances,
  disturbance: Disturbance = 'none',
): TechniqueEstate {
  const builder = new GraphBuilder();
  const target = targetOf(row, type);
  const scope = (id: NodeId, of: string, inside?: NodeId): void =>
    void builder.node({
      kind: 'scope',
      id,
      provider: 'azure',
      type: of,
      name: id,
      ...(inside === undefined ? {} : { scope: inside }),
    });
  scope(TENANT, 'tenant');
  scope(ARM, 'arm-root', TENANT);
  scope(ROOT_GROUP, 'management-group', ARM);
  scope(OTHER_GROUP, 'management-group', ARM);
  scope(SUB, 'subscription', ROOT_GROUP);
  scope(OTHER_SUB, 'subscription', ARM);
  scope(FAR_SUB, 'subscription', OTHER_GROUP);
  scope(HOME, 'resource-group', SUB);
  scope(SIBLING, 'resource-group', SUB);
  scope(ELSEWHERE, 'resource-group', OTHER_SUB);
  scope(FAR, 'resource-group', FAR_SUB);
  const identity = (id: NodeId, of: string, attributes: IdentityNode['attributes'] = {}): void =>
    void builder.node({ kind: 'identity', id, provider: 'azure', type: of, name: id, scope: TENANT, attributes });
  const free = { managementRestricted: false };
  identity(CALLER, given.interactive ? 'user' : 'service-principal', free);
  identity(ATTACHED, 'managed-identity');
  identity(OTHERS, 'managed-identity');
  identity(PRIZE, 'managed-identity');
  identity(SOMEBODY, 'user', free);
  const resource = (id: NodeId, of: string, inside: NodeId, extra: Partial<ResourceNode> = {}): void =>
    void builder.node({ kind: 'resource', id, provider: 'azure', type: of, name: id, scope: inside, ...extra });
  resource(`${HOME}/providers/${PRIZES}/prize`, PRIZES, HOME);
  builder.edge({ type: 'runs-as', from: `${HOME}/providers/${PRIZES}/prize`, to: PRIZE });

  const lists = Object.fromEntries(
    given.lists.map((one) => [one, disturbance === 'other-node' ? [SOMEBODY] : [CALLER]]),
  );
  if (row.target.kind === 'identity') {
    identity(OBJECT, type, { managementRestricted: given.restricted, ...lists });
    identity(SIBLING_OBJECT, type, free);
  }
  const byResource = row.target.kind === 'resource' && row.yields === 'control';
  if (row.target.kind === 'resource') {
    const [home, aside] = isOfDirectory([type]) ? [TENANT, TENANT] : [HOME, SIBLING];
    const attributes: Json = { ...lists, ...(row.yields === 'extend' ? { role: CUSTOM } : {}) };
    const extra = disturbance === 'uncollected' ? { uncollected: true as const } : {};
    resource(target, type, home, { attributes, ...extra });
    const sibling = resourceIn(SIBLING, type, SIBLING_OBJECT, 'sibling');
    resource(sibling, type, aside, {
      attributes: row.yields === 'extend' ? { role: roleDefinitionId('another') } : {},
    });
    builder.edge({ type: 'runs-as', from: target, to: byResource ? PRIZE : ATTACHED });
    builder.edge({ type: 'runs-as', from: sibling, to: OTHERS });
    addKey(builder, target);
  }
  for (const one of typesAnywhere(row.requires)) {
    if (one.includes('/')) resource(nodeAnywhere(one), one, FAR);
  }

  const role = (id: NodeId, kind: string, statements: readonly Statement[]): void => {
    const document = builder.document({ provider: 'azure', statements });
    builder.policy({ id, provider: 'azure', name: id, type: kind, document });
  };
  const assign = (policy: NodeId, node: NodeId, to: NodeId, condition?: Json): void =>
    builder.attachment({
      policy,
      node,
      role: 'resource-grant',
      principals: named(to),
      ...(condition === undefined ? {} : { condition: { language: 'azure', body: condition } }),
    });
  given.grants.forEach(({ name, place, eligible }, index) => {
    const id = roleDefinitionId(`granted-${index}`);
    role(id, 'role-definition', [allow(name)]);
    const node = place === 'target' ? placed(row, type, disturbance) : nodeOf(place, target);
    const bodies: Json[] = [
      ...(name.startsWith('microsoft.')
        ? [{ directory: '/' }]
        : name.startsWith('graph:')
          ? [{ directory: 'graph' }]
          : []),
      ...(eligible === true ? [{ eligible: {} }] : []),
    ];
    assign(id, node, CALLER, bodies.length > 1 ? { all: bodies } : bodies[0]);
  });
  addDenies(builder, [...given.denied, ...deniedBy(given, disturbance)], disturbance, target === ARM ? TENANT : ARM);

  role(roleDefinitionId('prize'), 'role-definition', [allow(SIGN)]);
  if (row.yields === 'join') assign(roleDefinitionId('prize'), HOME, OBJECT);
  if (row.yields === 'extend') {
    role(CUSTOM, 'role-definition', [allow('Microsoft.Test/prizes/read')]);
    assign(CUSTOM, isOfDirectory([type]) ? TENANT : HOME, CALLER);
  }
  if (row.yields === 'lift-denies') {
    assign(roleDefinitionId('prize'), HOME, CALLER);
    role('lifted', 'deny-assignment', [{ ...allow(SIGN), effect: 'deny' }]);
    builder.attachment({ policy: 'lifted', node: target, role: 'resource-grant', principals: named(CALLER) });
  }
  const gains: Partial<Record<ScopedTechnique['yields'], NodeId>> = {
    become: target,
    'become-runtime': ATTACHED,
    'become-stored': sharedKeyIdentityId(target),
  };
  return {
    graph: builder.build(),
    gain: gains[row.yields] ?? PRIZE,
    sign: {
      id: 'azure-test-prize',
      provider: 'azure',
      title: 'Takes the prize',
      reference: 'test',
      attack: [],
      target: { kind: 'resource', types: [byResource ? type : PRIZES] },
      requires: { allowed: SIGN },
      yields: 'become-runtime',
    },
  };
}

function allow(name: string): Statement {
  return { effect: 'allow', actions: { include: [name], exclude: [] }, index: 0 };
}

function named(id: NodeId): NonNullable<Attachment['principals']> {
  return { include: [{ match: 'member', id, strength: 'sufficient' }], exclude: [] };
}

/** A static key that the resource hands out. */
function addKey(builder: GraphBuilder, resource: NodeId): void {
  const key = resourceKeyId(T, resource, 'key1');
  const identity = sharedKeyIdentityId(resource);
  builder.node({ kind: 'identity', id: identity, provider: 'azure', type: 'shared-key', name: 'key', scope: TENANT });
  builder.node({
    kind: 'credential',
    id: key,
    provider: 'azure',
    type: 'storage-key',
    name: 'key1',
    status: 'active',
    lastUsed: { state: 'unknown' },
  });
  builder.edge({ type: 'authenticates', from: key, to: identity });
  builder.edge({ type: 'stores', from: resource, to: key });
}

/** Actions that a deny assignment can name: those of the directory it cannot. */
export function isDeniable(name: string): boolean {
  return name.startsWith('Microsoft.') || name.startsWith('data:');
}

function deniedBy({ grants }: Circumstances, disturbance: Disturbance): readonly string[] {
  return disturbance.startsWith('denied') ? grants.map(({ name }) => name).filter(isDeniable) : [];
}

function addDenies(builder: GraphBuilder, names: readonly string[], disturbance: Disturbance, above: NodeId): void {
  if (names.length === 0) return;
  const document = builder.document({
    provider: 'azure',
    statements: [{ effect: 'deny', actions: { include: [...new Set(names)], exclude: [] }, index: 0 }],
  });
  const deny = (id: NodeId, principals: Attachment['principals'], exactly?: NodeId): void => {
    builder.policy({ id, provider: 'azure', name: id, type: 'deny-assignment', document });
    builder.attachment({
      policy: id,
      node: exactly ?? ARM,
      role: 'resource-grant',
      ...(principals === undefined ? {} : { principals }),
      ...(exactly === undefined ? {} : { condition: { language: 'azure', body: { exactly } } }),
    });
  };
  const everybody: Attachment['principals'] = { include: [{ match: 'anyone', strength: 'sufficient' }], exclude: [] };
  switch (disturbance) {
    case 'denied-to-others':
      deny('deny-others', named(SOMEBODY));
      deny('deny-sparing', { ...everybody, exclude: named(CALLER).include });
      deny('deny-exactly', everybody, above);
      break;
    case 'denied-to-all':
      deny('deny', everybody);
      break;
    default:
      deny('deny', named(CALLER));
  }
}

function nodeAnywhere(type: string): NodeId {
  return resourceIn(FAR, type, SOMEBODY, 'far');
}

function nodeOf(place: Place, target: NodeId): NodeId {
  switch (place) {
    case 'target':
      return target;
    case 'attached':
      return ATTACHED;
    case 'elsewhere':
      return ELSEWHERE;
    case 'tenant':
      return TENANT;
    default: {
      const type = place.slice('anywhere:'.length);
      return type === 'user' ? SOMEBODY : type === 'management-group' ? OTHER_GROUP : nodeAnywhere(type);
    }
  }
}
