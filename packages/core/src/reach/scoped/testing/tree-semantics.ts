import type {
  ChosenKey,
  CompiledCondition,
  ConditionLanguage,
  ConditionRequest,
  ProviderSemantics,
} from '../../../authz/semantics.ts';
import { CONDITIONAL, FALSE, not, TRUE, type Truth, UNKNOWN } from '../../../authz/truth.ts';
import { withoutZones } from '../../../authz/without-zones.ts';
import type { Json } from '../../../graph/model.ts';

/**
 * Conditions of a provider of the tests: `{ tag: [key, value] }`, `{ under: [ids] }`, `{ from: prefix of an id }`, `{ now: true
 * or false }`, `{ asked: true }` (depends on the request), `{ hands: [policies], by: [actions] }` (all
 * actions where absent), `{ not: condition }`.
 */
const conditions: ConditionLanguage = {
  id: 'tree',
  compile: (body) => compiled(body as Readonly<Record<string, Json>>),
  principalFact: () => '',
  handsOut: (bodies) => {
    const limits = (bodies as readonly Readonly<Record<string, Json>>[]).filter(({ hands }) => Array.isArray(hands));
    const [first, ...others] = limits;
    if (first === undefined) return undefined;
    const isAmong = (policy: Json, list: Json | undefined): boolean => Array.isArray(list) && list.includes(policy);
    const policies = (first['hands'] as readonly Json[]).filter((one) =>
      others.every(({ hands }) => isAmong(one, hands)),
    );
    return {
      gives: policies.length === 0 ? [] : [{ policies: policies.map(String), to: undefined }],
      holdsFor: (action) => limits.some(({ by }) => !Array.isArray(by) || by.includes(action)),
    };
  },
  freshValue: 'fresh',
};

function compiled(body: Readonly<Record<string, Json>>): CompiledCondition {
  const readsResource = ['tag', 'under', 'from', 'not'].some((key) => body[key] !== undefined);
  return {
    evaluate: (request) => truthOf(body, request),
    principalKeys: [],
    readsResource,
    readsAction: false,
    chosen: tagsOf(body),
    requestKeys: [],
  };
}

/** Tags that a condition looks at, wherever in it. */
function tagsOf(body: Readonly<Record<string, Json>>): readonly ChosenKey[] {
  if (body['not'] !== undefined) return tagsOf(body['not'] as Readonly<Record<string, Json>>);
  if (body['tag'] === undefined) return [];
  const [key, value] = body['tag'] as readonly [string, string];
  return [{ key: `tag/${key}`, values: [value], when: 'resource-tags' }];
}

function truthOf(body: Readonly<Record<string, Json>>, request: ConditionRequest): Truth {
  const { resource, context } = request;
  if (body['tag'] !== undefined) {
    const [key, value] = body['tag'] as readonly [string, string];
    const chosen = context.get(`tag/${key}`);
    if (chosen !== undefined) return chosen?.includes(value) === true ? TRUE : FALSE;
    if (resource.chosenTags === true) return CONDITIONAL;
    const { tags } = resource.node ?? {};
    return tags === undefined ? UNKNOWN : tags[key] === value ? TRUE : FALSE;
  }
  if (body['under'] !== undefined) {
    const around = [resource.id, ...resource.scopes.map(({ id }) => id)];
    return (body['under'] as readonly string[]).some((id) => around.includes(id)) ? TRUE : FALSE;
  }
  if (body['from'] !== undefined) return resource.id.startsWith(String(body['from'])) ? TRUE : FALSE;
  if (body['now'] !== undefined) return body['now'] === true ? TRUE : FALSE;
  if (body['asked'] !== undefined) return CONDITIONAL;
  if (body['hands'] !== undefined) return TRUE;
  if (body['not'] !== undefined) return not(truthOf(body['not'] as Readonly<Record<string, Json>>, request));
  return UNKNOWN;
}

/** A provider without zones for tests; `actions` in any order. */
export function treeSemantics(actions: readonly string[]): ProviderSemantics {
  return {
    ...withoutZones,
    provider: 'tree',
    actions: [...new Set(actions)].sort((left, right) => (left.toLowerCase() < right.toLowerCase() ? -1 : 1)),
    resources: {
      compile: (pattern) => ({
        prefix: pattern === '*' ? '' : pattern,
        all: pattern === '*',
        principalKeys: [],
        matches: (id) => (pattern === '*' || pattern === id ? TRUE : FALSE),
        glob: () => pattern,
      }),
    },
    conditions,
    holdersOf: (resource) => [resource],
    mayBeMember: ({ type }) => type !== 'principal-set' && type !== 'federated-subject',
    outsider: () => ({
      node: { kind: 'identity', id: 'user:outsider', provider: 'tree', type: 'user', name: 'somebody outside' },
      scopes: [],
    }),
  };
}
