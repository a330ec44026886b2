import type { RawRecord } from '@keyreach/core/input';
import { resourceProperties, withoutSecrets } from '../../bundle/scrub.ts';
import { METHODS } from '../methods.ts';
import type { AzureCollectPart, AzureOwner, OwnerCalls, PartFile } from '../part.ts';

/** Placed on a management group a list says what holds at it and above; on a subscription also what is below (azure.md 4.1). */
function filterOf({ kind }: AzureOwner): { readonly filter?: string } {
  return kind === 'management-group' ? { filter: 'atScope()' } : {};
}

const roleAssignments: AzureCollectPart = {
  name: 'role-assignments',
  what: 'role assignments',
  owners: 'scopes',
  files: ['role-assignments.json'],
  methods: [METHODS.roleAssignments],
  run: async (calls, owner) => {
    const found = await calls.armListed('role assignments', METHODS.roleAssignments, ({ authorization }) =>
      authorization.roleAssignments.listForScope(owner.scope ?? '', filterOf(owner)),
    );
    return found === undefined ? undefined : { 'role-assignments.json': { '': found } };
  },
};

const roleDefinitions: AzureCollectPart = {
  name: 'role-definitions',
  what: 'role definitions',
  owners: 'scopes',
  files: ['role-definitions.json'],
  methods: [METHODS.roleDefinitions],
  // Built-in ones are the same everywhere: once is enough.
  run: async (calls, owner) => {
    const custom = await calls.armListed('role definitions', METHODS.roleDefinitions, ({ authorization }) =>
      authorization.roleDefinitions.list(owner.scope ?? '', { filter: "type eq 'CustomRole'" }),
    );
    return custom === undefined ? undefined : { 'role-definitions.json': { '': custom } };
  },
};

const builtInRoles: AzureCollectPart = {
  name: 'built-in-roles',
  what: 'built-in role definitions',
  owners: 'tenant',
  files: ['role-definitions.json'],
  methods: [METHODS.roleDefinitions],
  run: async (calls) => {
    const path =
      "/providers/Microsoft.Authorization/roleDefinitions?$filter=type%20eq%20'BuiltInRole'&api-version=2022-04-01";
    const found = await calls.listed('built-in role definitions', { method: METHODS.roleDefinitions, path });
    return found === undefined ? undefined : { 'role-definitions.json': { '': found } };
  },
};

const denyAssignments: AzureCollectPart = {
  name: 'deny-assignments',
  what: 'deny assignments',
  owners: 'scopes',
  files: ['deny-assignments.json'],
  methods: [METHODS.denyAssignments],
  run: async (calls, owner) => {
    const found = await calls.armListed('deny assignments', METHODS.denyAssignments, ({ authorization }) =>
      authorization.denyAssignments.listForScope(owner.scope ?? '', filterOf(owner)),
    );
    return found === undefined ? undefined : { 'deny-assignments.json': { '': found } };
  },
};

const eligibleRoles: AzureCollectPart = {
  name: 'eligible-roles',
  what: 'eligible roles of Azure',
  owners: 'scopes',
  files: ['pim.json'],
  methods: [METHODS.roleEligibilities],
  run: async (calls, owner) => {
    const found = await calls.armListed('eligible roles of Azure', METHODS.roleEligibilities, ({ authorization }) =>
      authorization.roleEligibilityScheduleInstances.listForScope(owner.scope ?? '', filterOf(owner)),
    );
    return found === undefined ? undefined : { 'pim.json': { roleEligibilityScheduleInstances: found } };
  },
};

const activeSchedules: AzureCollectPart = {
  name: 'active-schedules',
  what: 'active schedules of roles of Azure',
  owners: 'scopes',
  files: ['pim.json'],
  methods: [METHODS.roleSchedules],
  run: async (calls, owner) => {
    const what = 'active schedules of roles of Azure';
    const found = await calls.armListed(what, METHODS.roleSchedules, ({ authorization }) =>
      authorization.roleAssignmentScheduleInstances.listForScope(owner.scope ?? '', filterOf(owner)),
    );
    return found === undefined ? undefined : { 'pim.json': { roleAssignmentScheduleInstances: found } };
  },
};

const FIELDS = 'id, name, type, location, kind, identity, managedBy, tags, properties';

/** Everything that Resource Graph has of subscriptions, their resource groups among it; a query without `id` has no pages. */
const QUERIES: readonly (readonly [what: string, query: string])[] = [
  ['resources', `resources | project ${FIELDS} | order by id asc`],
  [
    'resource groups',
    `resourcecontainers | where type =~ 'microsoft.resources/subscriptions/resourcegroups' | project ${FIELDS} | order by id asc`,
  ],
  [
    'policy assignments with identities',
    "policyresources | where type =~ 'microsoft.authorization/policyassignments' and isnotnull(identity) | project id, name, type, location, identity, properties | order by id asc",
  ],
];

const resources: AzureCollectPart = {
  name: 'resources',
  what: 'resources',
  owners: 'resources',
  files: ['resources.json'],
  methods: [METHODS.resourceGraph],
  run: async (calls, { subscriptions = [] }) => {
    const all: RawRecord[] = [];
    let isRead = false;
    for (const [what, query] of QUERIES) {
      const rows = await calls.queried(what, query, subscriptions);
      if (rows === undefined) continue;
      isRead = true;
      for (const row of rows) all.push(plainResource(row));
    }
    return isRead ? { 'resources.json': { '': all } } : undefined;
  },
};

/** A resource as the bundle holds it: without values that are secrets. */
function plainResource(row: RawRecord): RawRecord {
  const { id, type, properties, ...rest } = row;
  const known = typeof properties === 'object' && properties !== null && !Array.isArray(properties);
  return {
    ...withoutSecrets(rest),
    id,
    type,
    ...(known ? { properties: resourceProperties(String(type), String(id), properties as RawRecord) } : {}),
  };
}

/** Parts about management groups, subscriptions and resources. */
export const ARM_PARTS: readonly AzureCollectPart[] = [
  builtInRoles,
  roleDefinitions,
  roleAssignments,
  denyAssignments,
  eligibleRoles,
  activeSchedules,
  resources,
];

const IDENTITIES = 'microsoft.managedidentity/userassignedidentities';

/** Federated credentials of user-assigned identities: one call for each, once the resources are known. */
export const identityCredentials: AzureCollectPart = {
  name: 'identity-federated-credentials',
  what: 'federated credentials of user-assigned identities',
  owners: 'last',
  files: ['graph/federatedIdentityCredentials.json'],
  methods: [METHODS.identityCredentials],
  run: async (calls, _, context) => {
    const file: PartFile = 'graph/federatedIdentityCredentials.json';
    const found: RawRecord[] = [];
    for (const resource of await context.given('resources.json')) {
      const { id, type } = resource;
      if (typeof id !== 'string' || String(type).toLowerCase() !== IDENTITIES) continue;
      const value = await credentialsOf(id, calls);
      if (value !== undefined) found.push({ parent: id, value });
    }
    return { [file]: { '': found } };
  },
};

async function credentialsOf(id: string, calls: OwnerCalls): Promise<readonly RawRecord[] | undefined> {
  const words = id.split('/').map(encodeURIComponent).join('/');
  const path = `${words}/federatedIdentityCredentials?api-version=2024-11-30`;
  return calls.listed(`federated credentials of \`${id}\``, { method: METHODS.identityCredentials, path });
}
