import type { IdentityNode } from '@keyreach/core/graph';
import { CEL_UNKNOWN, type CelValue, celText } from './cel/cel-value.ts';

const TYPES = 'iam.googleapis.com/';
const SERVICE_ACCOUNT = '/serviceAccounts/';

/** `principal.type` and `principal.subject` of an identity, as conditions of boundary bindings ask for them (gcp.md 1.7). */
export function principalAttribute(attribute: 'type' | 'subject', node: IdentityNode): CelValue {
  const value = attribute === 'type' ? typeOf(node) : subjectOf(node);
  return value === undefined ? CEL_UNKNOWN : celText(attribute === 'type' ? `${TYPES}${value}` : value);
}

function typeOf({ type, id }: IdentityNode): string | undefined {
  switch (type) {
    case 'service-account':
      return 'ServiceAccount';
    case 'user':
      return 'WorkspaceIdentity';
    case 'federated-subject':
    case 'principal-set':
      if (id.includes('/workforcePools/')) return 'WorkforcePoolIdentity';
      if (id.includes('/workloadIdentityPools/')) return 'WorkloadPoolIdentity';
      return id.includes('://agents.') ? 'AgentPoolIdentity' : undefined;
    default:
      return undefined;
  }
}

function subjectOf({ type, id }: IdentityNode): string | undefined {
  switch (type) {
    case 'service-account': {
      const at = id.indexOf(SERVICE_ACCOUNT);
      return at < 0 ? undefined : id.slice(at + SERVICE_ACCOUNT.length);
    }
    case 'user':
      return id.startsWith('user:') ? id.slice('user:'.length) : undefined;
    case 'federated-subject': {
      const agent = id.startsWith('principal://agents.') ? id.indexOf('/resources/') : -1;
      if (agent >= 0) return id.slice(agent + 1);
      const at = id.indexOf('/subject/');
      return at < 0 ? undefined : id.slice(at + '/subject/'.length);
    }
    default:
      return undefined;
  }
}
