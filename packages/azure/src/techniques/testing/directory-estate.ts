import { type Graph, GraphBuilder, type GraphNode, type IdentityNode, type NodeId } from '@keyreach/core/graph';
import type { ScopedTechnique } from '@keyreach/core/reach';
import { armRootId, entraId, tenantId } from '../../normalize/azure-ids.ts';
import type { DirectoryTechnique } from '../directory-row.ts';
import type { Circumstances, Place } from './directory-ways.ts';

const T = '11111111-0000-0000-0000-000000000001';
const TENANT = tenantId(T);
const ARM = armRootId(T);
const TARGET = entraId(T, 'target');
const SIBLING = entraId(T, 'sibling');
const ATTACHED = entraId(T, 'attached');
const SOMEBODY = entraId(T, 'somebody');
const PRIZE = entraId(T, 'prize');
const CUSTOM = 'custom';

/** Who tries. */
export const CALLER: NodeId = entraId(T, 'caller');

/** What the test takes as the sign that control and membership are of use. */
const SIGN = 'Microsoft.Test/prizes/take';

/** The estate of one row in some circumstances. */
export interface DirectoryEstate {
  readonly graph: Graph;
  /** The identity that is held where the technique works. */
  readonly gain: NodeId;
  readonly sign: ScopedTechnique;
}

/** The smallest estate in which the circumstances hold of a target of the type; `misplaced`: of another node beside it. */
export function directoryEstate(
  { target, yields }: DirectoryTechnique,
  type: string,
  given: Circumstances,
  misplaced = false,
): DirectoryEstate {
  const builder = new GraphBuilder();
  const common = { provider: 'azure', tags: {} } as const;
  const node = (one: GraphNode): void => void builder.node(one);
  node({ ...common, kind: 'scope', id: TENANT, type: 'tenant', name: 'tenant' });
  node({ ...common, kind: 'scope', id: ARM, type: 'arm-root', name: '/', scope: TENANT });
  const identity = (id: NodeId, of: string, extra: Partial<IdentityNode> = {}): void =>
    node({ ...common, kind: 'identity', id, type: of, name: id, scope: TENANT, ...extra });
  identity(CALLER, 'service-principal');
  identity(ATTACHED, 'service-principal');
  identity(SOMEBODY, 'user');
  identity(PRIZE, 'test-prize', { scope: ARM });
  const attributes = {
    ...Object.fromEntries(given.lists.map((name) => [name, misplaced ? [SOMEBODY] : [CALLER]])),
    ...(yields === 'extend' ? { role: CUSTOM } : {}),
  };
  if (target.kind === 'identity') {
    identity(TARGET, type, { attributes });
    identity(SIBLING, type);
  }
  if (target.kind === 'resource') {
    for (const id of [TARGET, SIBLING]) {
      node({
        ...common,
        kind: 'resource',
        id,
        type,
        name: id,
        scope: TENANT,
        attributes: id === TARGET ? attributes : {},
      });
    }
    builder.edge({ type: 'runs-as', from: TARGET, to: ATTACHED });
  }
  const scope = type === 'tenant' ? TENANT : ARM;
  const places: Readonly<Record<Place, NodeId>> = {
    attached: ATTACHED,
    target: target.kind === 'scope' ? scope : TARGET,
    tenant: TENANT,
    user: SOMEBODY,
  };
  const grant = (id: string, names: readonly string[], on: NodeId, to: NodeId): void => {
    const statements = [{ effect: 'allow', actions: { include: names, exclude: [] }, index: 0 }] as const;
    const document = builder.document({ provider: 'azure', statements });
    builder.policy({ id, provider: 'azure', name: id, type: 'directory-role', document });
    builder.attachment({
      policy: id,
      node: on,
      role: 'resource-grant',
      principals: { include: [{ match: 'member', id: to, strength: 'sufficient' }], exclude: [] },
    });
  };
  given.grants.forEach(({ name, place }, index) => {
    const elsewhere = target.kind === 'scope' ? SOMEBODY : SIBLING;
    grant(`role ${index}`, [name], misplaced && place === 'target' ? elsewhere : places[place], CALLER);
  });
  if (yields === 'join') grant('prize', [SIGN], ARM, TARGET);
  if (yields === 'extend') grant(CUSTOM, ['Microsoft.Test/prizes/see'], TENANT, CALLER);
  const gain = yields === 'become' ? TARGET : yields === 'become-runtime' ? ATTACHED : PRIZE;
  return {
    graph: builder.build(),
    gain,
    sign: {
      id: 'azure-test-prize',
      provider: 'azure',
      title: 'Takes the prize',
      reference: 'test',
      attack: [],
      target: { kind: 'identity', types: ['test-prize'] },
      requires: { allowed: SIGN },
      yields: 'become',
    },
  };
}
