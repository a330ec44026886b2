export { evaluateRequest } from './evaluate-request.ts';
export type { PolicyPlace, PolicyProblem } from './policy-set.ts';
export { type PreparedPolicies, preparePolicies } from './prepared-policies.ts';
export type { PolicyInput, PolicyPart, SimulatedPolicies, SimulatedPolicy } from './simulated-policies.ts';
export type {
  ContextValue,
  FederatedPrincipal,
  NamedPrincipal,
  OrganizationFacts,
  SimulatedPrincipal,
  SimulatedRequest,
} from './simulated-request.ts';
export type { GuardrailState } from './simulation-estate.ts';
export type { SimulationLayer, SimulationReason, SimulationResult } from './simulation-result.ts';
