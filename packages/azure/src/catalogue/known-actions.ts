import { CONTROL_ACTIONS, DATA_ACTIONS, DIRECTORY_ACTIONS, GRAPH_PERMISSIONS } from './action-table.ts';

/**
 * Every action that Keyreach knows by itself, in the spelling of docs/graph-azure.md, sorted by name, case aside: those that
 * techniques and access rows need. Role definitions of an input bring the rest.
 */
export const knownActions: readonly string[] = [
  ...CONTROL_ACTIONS,
  ...DATA_ACTIONS.map((name) => `data:${name}`),
  ...DIRECTORY_ACTIONS.map((name) => `microsoft.directory/${name}`),
  ...GRAPH_PERMISSIONS.map((name) => `graph:${name}`),
].sort((left, right) => (left.toLowerCase() < right.toLowerCase() ? -1 : 1));
