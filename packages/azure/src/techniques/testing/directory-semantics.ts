import {
  and,
  CONDITIONAL,
  type ConditionRequest,
  FALSE,
  globMatch,
  literalPrefix,
  type ProviderSemantics,
  TRUE,
  type Truth,
  UNKNOWN,
  withoutZones,
} from '@keyreach/core/authz';
import type { Json } from '@keyreach/core/graph';
import { mayReset } from '../../catalogue/reset-matrix.ts';

/** As much of the semantics of Azure as techniques of the directory need: conditions of docs/graph-azure.md on its objects. */
export const directorySemantics: ProviderSemantics = {
  ...withoutZones,
  provider: 'azure',
  actions: [],
  holdersOf: (resource) => [resource],
  resources: {
    compile: (pattern) => {
      const prefix = literalPrefix(pattern);
      return {
        prefix,
        ...(prefix.length === pattern.length ? { exact: pattern } : {}),
        all: pattern === '*',
        principalKeys: [],
        matches: (resource) => (globMatch(pattern, resource) ? TRUE : FALSE),
        glob: () => pattern,
      };
    },
  },
  conditions: {
    id: 'azure',
    freshValue: '',
    compile: (body) => ({
      evaluate: (request) => truthOf(body, request),
      principalKeys: ['id'],
      readsResource: true,
      chosen: [],
      requestKeys: [],
    }),
    principalFact: (_, { node }) => node.id,
  },
};

function truthOf(body: Json, request: ConditionRequest): Truth {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return UNKNOWN;
  const { all, directory, resets, owner, self, eligible } = body as Readonly<Record<string, Json>>;
  const { attributes } = request.resource.node ?? {};
  if (Array.isArray(all)) return all.reduce<Truth>((least, one) => and(least, truthOf(one, request)), TRUE);
  if (typeof directory === 'string') {
    const isRestricted = attributes?.['managementRestricted'] === true;
    if (!directory.startsWith('/administrativeUnits/')) return isRestricted ? FALSE : TRUE;
    const units = attributes?.['administrativeUnits'];
    return Array.isArray(units) && units.includes(directory.slice('/administrativeUnits/'.length)) ? TRUE : FALSE;
  }
  if (typeof resets === 'string') {
    const roles = attributes?.['directoryRoles'];
    const isProtected = attributes?.['inRoleAssignableGroup'];
    return mayReset(
      resets,
      Array.isArray(roles) ? roles.map(String) : undefined,
      typeof isProtected === 'boolean' ? isProtected : undefined,
    );
  }
  if (owner === true) {
    const owners = attributes?.['owners'];
    return Array.isArray(owners) && owners.includes(request.principal.node.id) ? TRUE : FALSE;
  }
  if (self === true) return request.resource.id === request.principal.node.id ? TRUE : FALSE;
  return eligible === undefined ? UNKNOWN : CONDITIONAL;
}
