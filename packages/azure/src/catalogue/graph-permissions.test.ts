import { describe, expect, test } from 'vitest';
import { GRAPH_PERMISSIONS_WITHOUT_ID, graphPermission, graphPermissionIds } from './graph-permissions.ts';

describe('application permissions of Microsoft Graph', () => {
  test('have ids of their own, each one value', () => {
    const ids = Object.values(graphPermissionIds);
    expect(ids).toEqual([...new Set<string>(ids)]);
    expect(ids.filter((id) => !/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id))).toEqual([]);
    for (const [value, id] of Object.entries(graphPermissionIds)) expect(graphPermission(id.toUpperCase())).toBe(value);
  });

  test('one that is not here stays unknown', () => {
    expect(graphPermission('00000000-0000-0000-0000-000000000001')).toBeUndefined();
    expect(graphPermission('toString')).toBeUndefined();
    expect(GRAPH_PERMISSIONS_WITHOUT_ID.filter((value) => Object.hasOwn(graphPermissionIds, value))).toEqual([]);
  });
});
