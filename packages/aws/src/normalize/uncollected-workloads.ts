import type { GraphBuilder, NodeId } from '@keyreach/core/graph';
import type { AwsAccountInput } from '../bundle/aws-input.ts';
import { listsAllOf } from '../bundle/resource-list.ts';
import { AWS, trustPolicyId, uncollectedId } from './aws-ids.ts';
import { type NormalizeContext, scopeOf } from './normalize-context.ts';
import { serviceTrust } from './service-trust.ts';
import { INSTANCE_PROFILE_TYPE, PLACEHOLDER_TYPES, WORKLOAD_TYPES } from './workload-roles.ts';

/**
 * Where an account's resources were not collected in full, one placeholder for each type that techniques act on stands for
 * those that may exist; where only some types were not, one for each of these. Of other types the account itself says that some may be missing. It may run as any role whose trust policy lets
 * the service in; whether it does is unknown.
 */
export function addUncollectedWorkloads(account: AwsAccountInput, { builder, policies }: NormalizeContext): void {
  const details = account.authorizationDetails;
  // Instance profiles are listed with the roles in them.
  if (details?.roles.complete !== true) addPlaceholder(INSTANCE_PROFILE_TYPE, account, builder);
  for (const type of PLACEHOLDER_TYPES) {
    if (listsAllOf(type, account.resources)) continue;
    const id = addPlaceholder(type, account, builder);
    const services = WORKLOAD_TYPES.find((row) => row.type === type)?.roles.map(({ service }) => service) ?? [];
    for (const to of rolesFor(services, account, policies)) {
      builder.edge({ type: 'runs-as', from: id, to, certainty: 'unknown' });
    }
  }
}

/** Roles of an account that a workload of some services may run as, where nothing tells which: those that let one in. */
export function rolesFor(
  services: readonly (string | undefined)[],
  account: AwsAccountInput,
  policies: NormalizeContext['policies'],
): readonly NodeId[] {
  return (account.authorizationDetails?.roles.items ?? []).flatMap(({ Arn }) => {
    const trust = policies.compiled(trustPolicyId(Arn));
    // A trust policy that could not be read may let any service in.
    const trusted = trust === undefined || 'unreadable' in trust || serviceTrust(trust, services) === 'allow';
    return trusted ? [Arn] : [];
  });
}

function addPlaceholder(type: string, account: AwsAccountInput, builder: GraphBuilder): NodeId {
  const id = uncollectedId(type, account.accountId);
  const name = `any ${type}`;
  builder.node({ kind: 'resource', id, provider: AWS, type, name, scope: scopeOf(account), uncollected: true });
  return id;
}
