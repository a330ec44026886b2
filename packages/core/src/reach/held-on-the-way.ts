import type { AuthorizationModel } from '../authz/authorization-model.ts';
import type { DecisionTrace } from '../authz/decision-trace.ts';
import type { HeldPolicy, PrincipalClass } from '../authz/principal-class.ts';
import type { AttachmentRole, IdentityNode, NodeId } from '../graph/model.ts';
import type { HopChange } from './hop-change.ts';

/** A policy that can take part in a decision, with the layers it can speak in. */
type CitedPolicy = DecisionTrace['policies'][number];

/**
 * Policies that an identity holds by what was done to it on the way, and those of an identity that was made there: what
 * the graph alone does not say, so that evidence cites them by name and not as something added.
 */
export function heldOnTheWay(
  model: AuthorizationModel,
  holder: IdentityNode,
  principalClass: PrincipalClass,
  changes: readonly HopChange[],
): readonly CitedPolicy[] {
  const held: CitedPolicy[] = [];
  const grant = (one: HeldPolicy | undefined): void => {
    if (one !== undefined) held.push({ held: one, layers: ['identity-grant', 'explicit-deny'] });
  };
  const guard = (one: HeldPolicy | undefined): void => {
    if (one !== undefined) held.push({ held: one, layers: ['identity-guard', 'explicit-deny'] });
  };
  const policy = (id: string, role: AttachmentRole): HeldPolicy | undefined => placed(model, holder, id, role);
  const group = (id: NodeId): void => {
    const joined = model.graph.identity(id);
    if (joined !== undefined) for (const one of model.holdingsOf(joined).grants) grant({ ...one, through: id });
  };
  for (const change of changes) {
    switch (change.change) {
      case 'grant':
        for (const id of change.policies ?? []) grant(policy(id, 'identity-grant'));
        break;
      case 'guard':
        if (change.policy !== undefined) guard(policy(change.policy, 'identity-guard'));
        break;
      case 'replace':
        if (change.guards === true) guard(policy(change.by, 'identity-guard'));
        else grant(policy(change.by, 'identity-grant'));
        break;
      case 'join':
        for (const id of change.groups) group(id);
        break;
      case 'make':
        for (const id of change.policies ?? []) grant(policy(id, 'identity-grant'));
        for (const id of change.groups ?? []) group(id);
        if (change.guard !== undefined) guard(policy(change.guard, 'identity-guard'));
        break;
      default:
        break;
    }
  }
  const zone = principalClass.zone === undefined ? undefined : model.graph.node(principalClass.zone);
  if (zone?.kind === 'scope' && model.graph.identity(holder.id) === undefined) {
    for (const level of model.principalGuardsOn(zone))
      for (const one of level) held.push({ held: one, layers: ['principal-scope-guard', 'explicit-deny'] });
  }
  return held;
}

function placed(
  model: AuthorizationModel,
  { id: node, provider: name }: IdentityNode,
  id: string,
  role: AttachmentRole,
): HeldPolicy | undefined {
  const policy = model.graph.policy(id);
  const provider = model.provider(name);
  const document =
    policy === undefined || provider === undefined ? undefined : model.document(policy.document, provider);
  return policy === undefined || document === undefined
    ? undefined
    : { policy, document, attachment: { policy: id, node, role } };
}
