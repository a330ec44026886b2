import {
  AuthorizationModel,
  and,
  CONDITIONAL,
  decideQuery,
  FALSE,
  type PrincipalFacts,
  type RequestContext,
  servicePrincipal,
  TRUE,
  type Truth,
  UNKNOWN,
} from '@keyreach/core/authz';
import { type Certainty, GraphIndex, type NodeId } from '@keyreach/core/graph';
import { awsSemantics } from '../authz/aws-semantics.ts';
import { AWS } from './aws-ids.ts';
import type { NormalizeContext } from './normalize-context.ts';
import { podIdentityBindings } from './pod-identity.ts';
import { rolesAnywhereBindings } from './roles-anywhere.ts';
import type { ServiceBinding } from './service-binding.ts';

/**
 * Adds the subjects that services hand credentials to (aws.md 2.1, EKS Pod Identity and Roles Anywhere), with an edge to
 * the role where its trust policy, and what else governs the call, lets the service in for them. Comes last: these calls
 * are decided like any other, so everything that decides must be there.
 */
export function addServiceSubjects(context: NormalizeContext): void {
  const bindings = [...podIdentityBindings(context), ...rolesAnywhereBindings(context)].filter(
    ({ role, next }) => context.builder.has(role) && (next === undefined || context.builder.has(next.role)),
  );
  if (bindings.length === 0) return;
  const calls = new ServiceCalls(context);
  for (const binding of bindings) addBinding(binding, calls, context);
}

function addBinding(binding: ServiceBinding, calls: ServiceCalls, { builder, policies }: NormalizeContext): void {
  const { subject, next, sessionPolicy, vouchedBy } = binding;
  let truth = and(calls.byService(binding), binding.worth);
  if (next !== undefined) truth = and(truth, calls.byRole(binding.role, next.role, next.context));
  if (truth === FALSE || (binding.onlyIfSure === true && truth !== TRUE)) return;
  if (!builder.has(subject.id)) {
    builder.node({
      kind: 'identity',
      id: subject.id,
      provider: AWS,
      type: 'federated-subject',
      name: subject.name,
      nature: 'machine',
      external: true,
      attributes: subject.attributes,
    });
  }
  // What the sessions of the subject are restricted to.
  if (sessionPolicy !== undefined) policies.attach(sessionPolicy.id, subject.id, 'identity-guard');
  const role = next?.role ?? binding.role;
  builder.edge({ type: 'federates', from: subject.id, to: role, ...certaintyOf(truth) });
  if (vouchedBy === undefined || !builder.has(vouchedBy)) return;
  builder.edge({ type: 'vouches-for', from: vouchedBy, to: subject.id, ...certaintyOf(binding.worth) });
}

function certaintyOf(truth: Truth): { readonly certainty?: Certainty } {
  if (truth === TRUE) return {};
  return { certainty: truth === CONDITIONAL ? 'conditional' : 'unknown' };
}

/** Decides calls on the graph as it is so far. */
class ServiceCalls {
  readonly #model: AuthorizationModel;
  readonly #now: number;

  constructor({ builder, now }: NormalizeContext) {
    this.#model = new AuthorizationModel(new GraphIndex(builder.build()), [awsSemantics]);
    this.#now = Date.parse(now);
  }

  /** Whether the role lets the service in for all calls of a binding. */
  byService({ service, actions, context, role }: ServiceBinding): Truth {
    const principal = servicePrincipal(AWS, service);
    return actions.reduce<Truth>((truth, action) => and(truth, this.#decide(principal, action, role, context)), TRUE);
  }

  /** Whether one role may take another. */
  byRole(caller: NodeId, role: NodeId, context: RequestContext): Truth {
    const identity = this.#model.graph.identity(caller);
    if (identity === undefined) return UNKNOWN;
    return this.#decide(this.#model.factsOf(identity), 'sts:AssumeRole', role, context, caller);
  }

  #decide(principal: PrincipalFacts, action: string, role: NodeId, context: RequestContext, caller?: NodeId): Truth {
    const provider = this.#model.provider(AWS);
    if (provider === undefined) return UNKNOWN;
    const identity = caller === undefined ? undefined : this.#model.graph.identity(caller);
    return decideQuery(this.#model, {
      principal,
      class: identity === undefined ? undefined : this.#model.classOf(identity),
      action: provider.catalogue.ref(action),
      resource: this.#model.resourceFacts(role, provider),
      provider,
      context,
      now: this.#now,
    });
  }
}
