import type { Attachment, Condition, Json, NodeId, Statement } from '@keyreach/core/graph';
import type { GcpBoundaryPolicy, GcpPolicyBinding } from '../bundle/gcp-input.ts';
import { DEFAULT_BOUNDARY_VERSION } from '../catalogue/boundary-permissions.ts';
import { boundaryStatement } from '../catalogue/boundary-statements.ts';
import { readPoolMember, readPoolName } from './federation/pool-member.ts';
import { GCP } from './gcp-ids.ts';
import type { NormalizeContext } from './normalize-context.ts';

/** Where a boundary holds: on a scope for who stands in it, on a set of identities for its members. */
interface Placement extends Pick<Attachment, 'node' | 'role'> {
  /** Set where the input does not tell whether the members are of the set that it is bound to. */
  readonly unknown?: string;
}

const KIND = 'PRINCIPAL_ACCESS_BOUNDARY';

/**
 * Adds principal access boundaries, placed on the principal sets they are bound to; all that apply to a principal form one
 * union (gcp.md 1.1, 1.4, 1.5). A policy that nothing is bound to does nothing.
 */
export function addBoundaries(context: NormalizeContext): void {
  const { input, builder } = context;
  if (input.boundaries === undefined) return;
  const policies = new Map(input.boundaries.policies.items.map((policy) => [policy.name, policy]));
  const bindings = input.boundaries.bindings.items.filter(({ policyKind }) => policyKind === KIND || policyKind === '');
  const added = new Set<string>();
  for (const binding of bindings) {
    const placements = placementsOf(binding.principalSet, context);
    if (placements.length === 0) {
      const why = `it is bound to \`${binding.principalSet}\`, which is not in the input or of no known form; it is left out`;
      builder.gap({ scope: binding.name, what: 'principal access boundary', why, kind: 'bad-input' });
      continue;
    }
    if (!added.has(binding.policy)) addPolicy(binding.policy, policies.get(binding.policy), context);
    added.add(binding.policy);
    for (const { node, role, unknown } of placements) {
      builder.attachment({
        policy: binding.policy,
        node,
        role,
        union: true,
        ...conditionOf(binding, policies.get(binding.policy), unknown),
        name: binding.name.slice(binding.name.lastIndexOf('/') + 1),
      });
    }
  }
}

/** A boundary is there for whom the condition of its binding names, and for actions that its version can block (gcp.md 1.1). */
function conditionOf(
  { condition }: GcpPolicyBinding,
  policy: GcpBoundaryPolicy | undefined,
  unknown: string | undefined,
): { readonly condition?: Condition } {
  const bodies: Json[] = unknown === undefined ? [] : [{ unknown }];
  if (condition !== undefined) bodies.push({ cel: condition.expression, for: 'boundary' });
  if (policy !== undefined) bodies.push({ blockableBy: policy.enforcementVersion ?? String(DEFAULT_BOUNDARY_VERSION) });
  const [body] = bodies;
  return body === undefined ? {} : { condition: { language: GCP, body: bodies.length === 1 ? body : { all: bodies } } };
}

function addPolicy(id: string, policy: GcpBoundaryPolicy | undefined, { builder, directory }: NormalizeContext): void {
  const missing = { provider: GCP, statements: [], unreadable: 'the policy is not in the input' };
  const document = builder.document(
    policy === undefined
      ? missing
      : { provider: GCP, statements: statementsOf(policy, directory.scopeIdOf.bind(directory)) },
  );
  const name = policy?.displayName ?? id.slice(id.lastIndexOf('/') + 1);
  builder.policy({ id, provider: GCP, name, type: 'principal-access-boundary', document });
  if (policy !== undefined) return;
  const why = 'it is bound to principals, and its text is not in the input; what it blocks is unknown';
  builder.gap({ scope: id, what: 'principal access boundary', why, kind: 'bad-input' });
}

function statementsOf(
  policy: GcpBoundaryPolicy,
  scopeIdOf: (name: string) => NodeId | undefined,
): readonly Statement[] {
  const readable = policy.rules.items.filter(({ effect }) => effect === 'ALLOW');
  const named = readable.flatMap(({ resources }) => resources);
  const resources = named.map((name) => scopeIdOf(name) ?? name);
  const statement = boundaryStatement(resources);
  if (policy.rules.complete && readable.length === policy.rules.items.length) return [statement];
  const rest: Statement = {
    effect: 'allow',
    actions: { include: ['*'], exclude: [] },
    undecidable: 'a rule of the boundary could not be read',
    index: 1,
  };
  return [statement, rest];
}

/** The nodes that a target set of a binding stands for (gcp.md 1.5). */
function placementsOf(principalSet: string, context: NormalizeContext): readonly Placement[] {
  const { directory, members } = context;
  const scope = directory.known(directory.scopeIdOf(principalSet));
  if (scope !== undefined) {
    const placements: Placement[] = [{ node: scope, role: 'principal-scope-guard' }];
    if (directory.scope(scope)?.kind === 'organizations') placements.push(...ofOrganization(scope, context));
    return placements;
  }
  const customer = /^\/\/iam\.googleapis\.com\/locations\/global\/workspace\/([^/]+)$/.exec(principalSet)?.[1];
  if (customer !== undefined) return [{ node: members.customer(customer), role: 'identity-guard' }];
  const numberOf = (project: string) => directory.numberOf(project);
  const pool = readPoolName(principalSet, numberOf);
  if (pool !== undefined) return [{ node: members.poolMember({ is: 'everyone', pool }), role: 'identity-guard' }];
  const set = readPoolMember(`principalSet:${principalSet}`, numberOf);
  return set === undefined ? [] : [{ node: members.poolMember(set), role: 'identity-guard' }];
}

/** Accounts of its customer stand in no scope, nor do those of workforce pools of which nobody knows the organization. */
function ofOrganization(scope: NodeId, { directory, members, pools }: NormalizeContext): readonly Placement[] {
  const customer = directory.customers.get(scope);
  const found: Placement[] = [
    { node: customer === undefined ? members.customerOf(scope) : members.customer(customer), role: 'identity-guard' },
  ];
  for (const { pool } of [...members.poolMembers.values()]) {
    if (pool.kind !== 'workforce' || pools.of(pool)?.parent !== undefined) continue;
    const unknown = `the organization of the workforce pool \`${pool.pool}\` is not in the input`;
    found.push({ node: members.poolMember({ is: 'everyone', pool }), role: 'identity-guard', unknown });
  }
  return found;
}
