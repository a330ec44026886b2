import { METHODS } from '../methods.ts';
import type { GcpCollectPart } from '../part.ts';

const query = { view: 'FULL', showDeleted: 'true', pageSize: '1000' };

/** Predefined roles, and those of organizations and projects, with their permissions. */
export const ROLE_PARTS: readonly GcpCollectPart[] = [
  {
    name: 'predefined-roles',
    what: 'predefined roles',
    owners: 'all',
    files: ['roles.json'],
    methods: [METHODS.predefinedRoles],
    run: async (calls) => {
      const path = '/v1/roles';
      const roles = await calls.listed('predefined roles', { method: METHODS.predefinedRoles, path, query }, 'roles');
      return roles && { 'roles.json': { '': roles } };
    },
  },
  ...(['organizations', 'projects'] as const).map(
    (owners): GcpCollectPart => ({
      name: `custom-roles-of-${owners}`,
      what: 'custom roles',
      owners,
      files: ['roles.json'],
      methods: [METHODS.customRoles],
      run: async (calls, { name, projectId }) => {
        const path = `/v1/${projectId === undefined ? name : `projects/${projectId}`}/roles`;
        const roles = await calls.listed('custom roles', { method: METHODS.customRoles, path, query }, 'roles');
        return roles && { 'roles.json': { '': roles } };
      },
    }),
  ),
];
