import type { ConditionRequest, ResourceFacts, Truth } from '@keyreach/core/authz';
import type { GraphNode, Json, ScopeNode } from '@keyreach/core/graph';
import { describe, expect, it } from 'vitest';
import { gcpConditionLanguage } from './condition-language.ts';

const NOW = Date.parse('2026-06-15T12:00:00Z');

const scope = (id: string, type: string): ScopeNode => ({ kind: 'scope', id, provider: 'gcp', type, name: id });
const ORG = scope('//cloudresourcemanager.googleapis.com/organizations/1', 'organization');
const PROJECT = scope('//cloudresourcemanager.googleapis.com/projects/3', 'project');

function disk(facts: Partial<GraphNode>, scopes: readonly ScopeNode[] = [PROJECT, ORG]): ResourceFacts {
  const node = {
    kind: 'resource',
    id: '//compute.googleapis.com/projects/p/zones/z/disks/d',
    provider: 'gcp',
    type: 'compute.googleapis.com/Disk',
    name: 'd',
    ...facts,
  } as GraphNode;
  return { id: node.id, node, scopes };
}

function evaluate(
  body: Json,
  resource: ResourceFacts,
  action: string = 'compute.disks.get',
  context: Readonly<Record<string, readonly string[] | null>> = {},
): Truth {
  const request: ConditionRequest = {
    principal: {
      node: { kind: 'identity', id: 'user:a@x', provider: 'gcp', type: 'user', name: 'a' },
      scopes: [],
    },
    action,
    resource,
    context: new Map(Object.entries(context)),
    now: NOW,
  };
  return gcpConditionLanguage.compile(body).evaluate(request);
}

const TAG = "resource.matchTag('1/env', 'prod')";
const TAG_ID = "resource.matchTagId('tagKeys/7', 'tagValues/8')";

describe('tags', () => {
  const ids = { tagKeys: ['tagKeys/7'], tagValues: ['tagValues/8'] };

  it.each([
    [TAG, { tags: { '1/env': 'prod' } }, 3],
    [TAG, { tags: { '1/env': 'test' } }, 0],
    [TAG, { tags: {} }, 0],
    [TAG, {}, 1],
    [`!${TAG}`, {}, 1],
    ["resource.hasTagKey('1/env')", { tags: { '1/env': 'x' } }, 3],
    ["resource.hasTagKey('1/team')", { tags: { '1/env': 'x' } }, 0],
    [TAG_ID, { tags: { '1/env': 'prod' }, attributes: ids }, 3],
    [TAG_ID, { tags: { '1/env': 'prod' }, attributes: { ...ids, tagValues: ['tagValues/9'] } }, 0],
    [TAG_ID, { tags: { '1/env': 'prod' } }, 1],
    [TAG_ID, { tags: {} }, 0],
    ["resource.hasTagKeyId('tagKeys/7')", { tags: { a: 'b' }, attributes: ids }, 3],
    ["resource.hasTagKeyId('tagKeys/1')", { tags: { a: 'b' }, attributes: ids }, 0],
  ] as const)('%s with %j: %i', (cel, facts, expected) => {
    expect(evaluate({ cel }, disk(facts))).toBe(expected);
  });

  it('are what the caller likes where it may set them, and then the ones that the engine tries', () => {
    const resource: ResourceFacts = { ...disk({ tags: {} }), chosenTags: true };
    expect(evaluate({ cel: TAG }, resource)).toBe(2);
    expect(evaluate({ cel: TAG }, resource, 'compute.disks.get', { 'resource.tag/1/env': ['prod'] })).toBe(3);
    expect(evaluate({ cel: TAG }, resource, 'compute.disks.get', { 'resource.tag/1/env': null })).toBe(0);
    expect(gcpConditionLanguage.compile({ cel: TAG }).chosen).toEqual([
      { key: 'resource.tag/1/env', values: ['prod'], when: 'resource-tags' },
    ]);
  });
});

describe('attributes of resources', () => {
  const NAME = "resource.name == 'projects/p/zones/z/disks/d'";
  const told = { conditionName: 'projects/p/zones/z/disks/d' };

  it.each([
    [NAME, { attributes: told }, 3],
    [NAME, { attributes: { conditionName: 'other' } }, 0],
    [NAME, {}, 1],
    [NAME, { attributes: { conditionAttributes: true } }, 0],
    [`!(${NAME})`, { attributes: { conditionAttributes: true } }, 0],
    [`!(${NAME})`, {}, 1],
    ["resource.unheard == 'x'", { attributes: { conditionAttributes: true } }, 1],
  ] as const)('%s with %j: %i', (cel, facts, expected) => {
    expect(evaluate({ cel }, disk(facts))).toBe(expected);
  });

  it('are open on a scope for what lies below it, by service', () => {
    const project: ResourceFacts = { id: PROJECT.id, node: PROJECT, scopes: [ORG] };
    const type = (text: string): Json => ({ cel: `resource.type == '${text}'` });
    expect(evaluate(type('compute.googleapis.com/Disk'), project)).toBe(2);
    expect(evaluate(type('storage.googleapis.com/Bucket'), project)).toBe(0);
    expect(evaluate(type('cloudresourcemanager.googleapis.com/Project'), project, 'resourcemanager.projects.get')).toBe(
      3,
    );
    expect(evaluate({ cel: "resource.name == 'x'" }, project)).toBe(2);
    expect(evaluate({ cel: "resource.name == 'x'" }, project, 'resourcemanager.projects.get')).toBe(0);
  });

  it('are unknown of what is not in the input, except for buckets and objects', () => {
    expect(evaluate({ cel: NAME }, { id: '//compute.googleapis.com/x', scopes: [] })).toBe(1);
    const object: ResourceFacts = { id: '//storage.googleapis.com/b/objects/o', scopes: [] };
    const cel = "resource.name == 'projects/_/buckets/b/objects/o'";
    expect(evaluate({ cel }, object, 'storage.objects.get')).toBe(3);
  });
});

describe('kinds of policies', () => {
  const failing = "request.time < timestamp('no time')";

  it('take an error as no in an allow policy, as yes in a deny rule and a boundary', () => {
    expect(evaluate({ cel: failing }, disk({}))).toBe(0);
    expect(evaluate({ cel: "timestamp('x') < timestamp('y')", for: 'deny' }, disk({}))).toBe(3);
    expect(evaluate({ cel: "timestamp('x') < timestamp('y')", for: 'boundary' }, disk({}))).toBe(3);
  });

  it('understand their own attributes only', () => {
    expect(evaluate({ cel: "principal.subject == 'a@x'", for: 'boundary' }, disk({}))).toBe(3);
    expect(evaluate({ cel: "principal.subject == 'a@x'" }, disk({}))).toBe(1);
    expect(evaluate({ cel: "resource.name == 'x'", for: 'deny' }, disk({}))).toBe(1);
    expect(evaluate({ cel: TAG, for: 'boundary' }, disk({ tags: {} }))).toBe(1);
    expect(evaluate({ cel: 'true', for: 'other' }, disk({}))).toBe(1);
  });
});

describe('what lies below a boundary', () => {
  const under = (...nodes: readonly string[]): Json => ({ under: nodes });

  it('is told by the scopes around the resource', () => {
    expect(evaluate(under(ORG.id), disk({}))).toBe(3);
    expect(evaluate(under(PROJECT.id), disk({}))).toBe(3);
    expect(evaluate(under('//cloudresourcemanager.googleapis.com/projects/4'), disk({}))).toBe(0);
    expect(evaluate(under(), disk({}))).toBe(0);
  });

  it('is unknown where nobody knows what stands above, but only of folders and organizations', () => {
    const alone = disk({}, [PROJECT]);
    expect(evaluate(under(ORG.id), alone)).toBe(1);
    expect(evaluate(under('//cloudresourcemanager.googleapis.com/projects/4'), alone)).toBe(0);
    expect(evaluate(under(ORG.id), { id: 'x', scopes: [] })).toBe(1);
  });

  it('counts with all other parts', () => {
    expect(evaluate({ all: [{ under: [ORG.id] }, { cel: 'true' }] }, disk({}))).toBe(3);
    expect(evaluate({ all: [{ under: [] }, { cel: 'nonsense(' }] }, disk({}))).toBe(0);
    expect(evaluate({ all: [] }, disk({}))).toBe(3);
  });
});

describe('what a condition depends on', () => {
  it('is told for explanations', () => {
    const keys = (cel: string) => gcpConditionLanguage.compile({ cel }).requestKeys;
    expect(keys("request.time < timestamp('2026-01-01T00:00:00Z')")).toEqual([]);
    expect(keys('request.time.getHours() < 9')).toEqual(['request.time']);
    expect(keys("request.path == '/a' && resource.name == 'b'")).toEqual(['request.path']);
    expect(gcpConditionLanguage.compile({ cel: "principal.type == 'x'", for: 'boundary' }).principalKeys).toEqual([
      'principal.type',
    ]);
    expect(gcpConditionLanguage.compile({ cel: 'nonsense(' }).undecidable).toBeDefined();
  });
});
