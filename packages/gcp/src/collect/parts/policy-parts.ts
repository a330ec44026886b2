import type { RawRecord } from '@keyreach/core/input';
import { withoutSecrets } from '../../bundle/scrub.ts';
import type { BoundaryList } from '../boundary-source.ts';
import type { FailedCall, GoogleMethod } from '../google-call.ts';
import { METHODS } from '../methods.ts';
import type { GcpCollectPart } from '../part.ts';

const BOUNDARY = 'principal access boundaries';

/** Deny policies: the list has no rules, so that each is read by itself (gcp.md 4.1). */
const DENY: GcpCollectPart = {
  name: 'deny-policies',
  what: 'deny policies',
  owners: 'node',
  files: ['deny-policies.json'],
  methods: [METHODS.denyPolicies, METHODS.denyPolicy],
  run: async (calls, { name }) => {
    const point = encodeURIComponent(`cloudresourcemanager.googleapis.com/${name}`);
    const path = `/v2/policies/${point}/denypolicies`;
    const query = { pageSize: '1000' };
    const listed = await calls.listed('deny policies', { method: METHODS.denyPolicies, path, query }, 'policies');
    if (listed === undefined) return undefined;
    const whole: RawRecord[] = [];
    for (const policy of listed) {
      const id = String(policy['name']).split('/').at(-1) ?? '';
      const result = await calls.send({ method: METHODS.denyPolicy, path: `${path}/${encodeURIComponent(id)}` });
      if (result.ok) whole.push(result.reply);
      else {
        calls.failed(`deny policy ${id}`, result.failed);
        // Without rules: that it is there is known, and what it says is not.
        whole.push({ name: policy['name'] });
      }
    }
    return { 'deny-policies.json': { '': whole } };
  },
};

/**
 * Principal access boundaries of an organization, and what they are bound to, by the client of `@google-cloud/iam`: searched for
 * by policy, and listed by what they bind, since one of the two may be refused (gcp.md 4.1). What is bound above a folder or project
 * that was asked for alone is not told.
 */
const BOUNDARIES: GcpCollectPart = {
  name: 'principal-access-boundaries',
  what: BOUNDARY,
  owners: 'root',
  files: ['pab.json'],
  methods: [METHODS.boundaries, METHODS.boundaryBindings, METHODS.policyBindings],
  run: async (calls, owner, { boundaries, below }) => {
    const isWhole = owner.kind === 'organizations';
    const policies = isWhole ? await boundaries.policies(owner.name) : { items: [] };
    const bindings = new Map<string, RawRecord>();
    const take = ({ items }: BoundaryList): void => {
      for (const binding of items) bindings.set(String(binding['name']), binding);
    };
    const names = policies.items.flatMap(({ name }) => (typeof name === 'string' ? [name] : []));
    const searched = await Promise.all(names.map((name) => boundaries.bindings(name)));
    const listed = await Promise.all(below.map(({ name }) => boundaries.bindingsOf(name)));
    for (const list of [...searched, ...listed]) take(list);

    const failures = [
      ...failuresOf(METHODS.boundaryBindings, names, searched),
      ...failuresOf(
        METHODS.policyBindings,
        below.map(({ name }) => name),
        listed,
      ),
    ];
    if (policies.failed !== undefined)
      calls.failed(BOUNDARY, failedCall(METHODS.boundaries, owner.name, policies.failed));
    // Either of the two ways tells all of them.
    const told =
      (isWhole && policies.failed === undefined && searched.every(({ failed }) => failed === undefined)) ||
      listed.every(({ failed }) => failed === undefined);
    if (!told) for (const failed of failures) calls.failed(`bindings of ${failed.call.path}`, failed);
    if (policies.items.length + bindings.size === 0 && (!isWhole || policies.failed !== undefined)) return undefined;
    if (!isWhole) {
      const why = 'boundaries are policies of an organization, and none is above what was collected';
      calls.unread({ what: BOUNDARY, why, fix: 'collect with --organization' });
    }
    const policyBindings = [...bindings].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, one]) => one);
    return { 'pab.json': { principalAccessBoundaryPolicies: policies.items, policyBindings } };
  },
};

function failuresOf(
  method: GoogleMethod,
  names: readonly string[],
  lists: readonly BoundaryList[],
): readonly FailedCall[] {
  return names.flatMap((name, index) => {
    const failed = lists[index]?.failed;
    return failed === undefined ? [] : [failedCall(method, name, failed)];
  });
}

function failedCall(method: GoogleMethod, path: string, failed: NonNullable<BoundaryList['failed']>): FailedCall {
  return { call: { method, path }, ...failed };
}

const ORG_POLICIES: GcpCollectPart = {
  name: 'organization-policies',
  what: 'organization policies',
  owners: 'node',
  files: ['org-policies.json'],
  methods: [METHODS.orgPolicies],
  run: async (calls, { name }) => {
    const call = { method: METHODS.orgPolicies, path: `/v2/${name}/policies`, query: { pageSize: '100' } };
    const policies = await calls.listed('organization policies', call, 'policies');
    return policies && { 'org-policies.json': { '': policies.map(withoutSecrets) } };
  },
};

const TAGS: GcpCollectPart = {
  name: 'effective-tags',
  what: 'effective tags',
  owners: 'node',
  files: ['effective-tags.json'],
  methods: [METHODS.effectiveTags],
  run: async (calls, { name }) => {
    const resource = `//cloudresourcemanager.googleapis.com/${name}`;
    const call = {
      method: METHODS.effectiveTags,
      path: '/v3/effectiveTags',
      query: { parent: resource, pageSize: '300' },
    };
    const { items: effectiveTags, failed } = await calls.list(call, 'effectiveTags');
    if (failed === undefined) return { 'effective-tags.json': { '': [{ resource, effectiveTags }] } };
    // A part of the tags of a resource would be taken for all of them.
    calls.failed('effective tags', failed);
    return undefined;
  },
};

/** Policies beside the allow policies, and tags. */
export const POLICY_PARTS: readonly GcpCollectPart[] = [DENY, BOUNDARIES, ORG_POLICIES, TAGS];
