import { CONTROL_ACTIONS, DATA_ACTIONS, DIRECTORY_ACTIONS, SERVICE_ACTIONS } from './action-table.ts';
import { GRAPH_PERMISSIONS_WITHOUT_ID, graphPermissionIds } from './graph-permissions.ts';

/**
 * Every action that Keyreach knows by itself, in the spelling of docs/graph-azure.md, sorted by name, case aside: those that
 * techniques and access rows need. Role definitions of an input bring the rest.
 */
export const knownActions: readonly string[] = [
  ...CONTROL_ACTIONS,
  ...DATA_ACTIONS.map((name) => `data:${name}`),
  ...DIRECTORY_ACTIONS.map((name) => `microsoft.directory/${name}`),
  ...SERVICE_ACTIONS,
  ...[...Object.keys(graphPermissionIds), ...GRAPH_PERMISSIONS_WITHOUT_ID].map((name) => `graph:${name}`),
].sort((left, right) => (left.toLowerCase() < right.toLowerCase() ? -1 : 1));
