import type { Json } from '@keyreach/core/graph';
import { describe, expect, it } from 'vitest';
import { azureConditionLanguage } from './condition-language.ts';

const language = azureConditionLanguage('roles');

const ID = '/subscriptions/s/resourcegroups/g/providers/microsoft.storage/storageaccounts/logs';

const lines = (body: Json) =>
  language
    .describe?.(body, {
      principal: { node: { kind: 'identity', id: 'u', provider: 'azure', type: 'user', name: 'u' }, scopes: [] },
      action: 'data:Microsoft.Storage/x/read',
      resource: { id: ID, scopes: [] },
      context: new Map(),
      now: 0,
    })
    .map(({ asks, outcome }) => `${outcome}: ${asks}`);

describe('describe', () => {
  it('tells each part of a condition with its outcome', () => {
    const text =
      "@Resource[Microsoft.Storage/storageAccounts:name] StringEquals 'logs' AND !(ActionMatches{'Microsoft.Storage/x/read'}) AND @Environment[isPrivateLink] BoolEquals true";
    expect(lines({ all: [{ eligible: {} }, { abac: text }] })).toEqual([
      'conditional: the role is activated first',
      'holds: @resource[microsoft.storage/storageaccounts:name] stringequals {logs}',
      'fails: not the action is Microsoft.Storage/x/read',
      'conditional: @environment[isprivatelink] boolequals {true}',
    ]);
  });

  it('tells what it cannot read as one unknown line', () => {
    expect(lines({ abac: 'nonsense(' })).toEqual(['unknown: nonsense(']);
    expect(lines({ unknown: 'why' })).toEqual([]);
  });
});
