import { isRecord, type RawRecord } from '@keyreach/core/input';
import { withoutSecrets } from '../../bundle/scrub.ts';
import type { FailedCall, GoogleCall, GoogleMethod } from '../google-call.ts';
import { METHODS } from '../methods.ts';
import type { GcpCollectPart, PartContext, PartValue, ScopeCalls, ScopeNode } from '../part.ts';
import { FURTHER_TYPES, RESOURCE_TYPES } from './asset-types.ts';

const PAGE_SIZE = '1000';

/** Resources of the inventory, without secrets. */
const RESOURCES: GcpCollectPart = {
  name: 'assets-resource',
  what: 'resources',
  owners: 'root',
  files: ['assets.ndjson'],
  methods: [METHODS.assetResources],
  run: async (calls, owner, context) => {
    const pages = new AssetPages(context, calls);
    const unlisted: FailedCall[] = [];
    let failed: FailedCall | undefined;
    for (const types of [RESOURCE_TYPES, FURTHER_TYPES])
      failed ??= await readTypes(types, calls, owner, pages, unlisted);
    // Where no type at all is taken it is something else that is wrong with the call.
    const isNone = unlisted.length === RESOURCE_TYPES.length + FURTHER_TYPES.length;
    failed ??= isNone ? unlisted[0] : undefined;
    if (!isNone) for (const { call } of unlisted) calls.gap(unlistedType(call));
    if (failed !== undefined) calls.failed('resources', failed);
    return pages.value();
  },
};

/**
 * Allow policies of all resources. Where the inventory does not list them they are searched for, and where that fails too
 * projects, folders and organizations are asked one by one (gcp.md 4.1).
 */
const POLICIES: GcpCollectPart = {
  name: 'assets-iam-policy',
  what: 'allow policies',
  owners: 'root',
  files: ['assets.ndjson'],
  methods: [
    METHODS.assetPolicies,
    METHODS.searchPolicies,
    METHODS.organizationPolicy,
    METHODS.folderPolicy,
    METHODS.projectPolicy,
  ],
  run: async (calls, owner, context) => {
    const pages = new AssetPages(context, calls);
    const failed = await calls.pages(listCall(METHODS.assetPolicies, owner, 'IAM_POLICY'), (reply) => pages.add(reply));
    if (failed === undefined) return pages.value();
    const search: GoogleCall = {
      method: METHODS.searchPolicies,
      path: `/v1/${owner.name}:searchAllIamPolicies`,
      query: { pageSize: '500' },
    };
    const unsearched = await calls.pages(search, (reply) => pages.add({ assets: searched(reply) }));
    calls.failed('allow policies and audit configurations of the inventory', failed);
    if (unsearched === undefined) return pages.value();
    calls.failed('allow policies of resources', unsearched);
    for (const node of context.below) await pages.add({ assets: await nodePolicy(node, calls) });
    return pages.value();
  },
};

/** Organization policies as the inventory has them. */
const ORG_POLICIES: GcpCollectPart = {
  name: 'assets-org-policy',
  what: 'organization policies of the inventory',
  owners: 'root',
  files: ['assets.ndjson'],
  methods: [METHODS.assetOrgPolicies],
  run: async (calls, owner, context) => {
    const pages = new AssetPages(context, calls);
    const failed = await calls.pages(listCall(METHODS.assetOrgPolicies, owner, 'ORG_POLICY'), (reply) =>
      pages.add(reply),
    );
    if (failed !== undefined) calls.failed('organization policies of the inventory', failed);
    return pages.value();
  },
};

/** Parts that read the inventory. */
export const ASSET_PARTS: readonly GcpCollectPart[] = [RESOURCES, POLICIES, ORG_POLICIES];

function listCall(
  method: GoogleMethod,
  owner: ScopeNode,
  contentType: string,
  assetTypes: readonly string[] = [],
): GoogleCall {
  return {
    method,
    path: `/v1/${owner.name}/assets`,
    query: { contentType, pageSize: PAGE_SIZE, ...(assetTypes.length === 0 ? {} : { assetTypes }) },
  };
}

/** A type that the inventory does not have fails the whole call: the list is halved until it stands alone, and left out. */
async function readTypes(
  types: readonly string[],
  calls: ScopeCalls,
  owner: ScopeNode,
  pages: AssetPages,
  unlisted: FailedCall[],
): Promise<FailedCall | undefined> {
  let isFirst = true;
  const failed = await calls.pages(listCall(METHODS.assetResources, owner, 'RESOURCE', types), async (reply) => {
    isFirst = false;
    await pages.add(reply);
  });
  if (failed?.kind !== 'invalid' || !isFirst) return failed;
  if (types.length === 1) {
    unlisted.push(failed);
    return undefined;
  }
  const half = types.length >> 1;
  const left = await readTypes(types.slice(0, half), calls, owner, pages, unlisted);
  return left ?? (await readTypes(types.slice(half), calls, owner, pages, unlisted));
}

function unlistedType({ query }: GoogleCall): { readonly what: string; readonly why: string } {
  const types = query?.['assetTypes'] ?? [];
  return { what: `resources of type ${String(types)}`, why: 'the inventory does not list the type' };
}

/** Results of the search as records of the inventory. */
function searched(reply: RawRecord): readonly unknown[] {
  const { results = [] } = reply;
  // What is no record stays, so that it is told.
  const list = Array.isArray(results) ? (results as readonly unknown[]) : [results];
  return list.map((result) => (isRecord(result) ? foundPolicy(result) : result));
}

function foundPolicy({ resource, assetType, project, folders, organization, policy }: RawRecord): RawRecord {
  const above = [project, ...(Array.isArray(folders) ? (folders as readonly unknown[]) : []), organization];
  return {
    name: resource,
    assetType,
    ancestors: above.filter((one) => typeof one === 'string'),
    iamPolicy: policy,
  };
}

const NODES = {
  organizations: { method: METHODS.organizationPolicy, type: 'Organization' },
  folders: { method: METHODS.folderPolicy, type: 'Folder' },
  projects: { method: METHODS.projectPolicy, type: 'Project' },
} as const;

async function nodePolicy({ kind, name }: ScopeNode, calls: ScopeCalls): Promise<readonly unknown[]> {
  const { method, type } = NODES[kind];
  const body = { options: { requestedPolicyVersion: 3 } };
  const result = await calls.send({ method, path: `/v3/${name}:getIamPolicy`, body });
  if (!result.ok) {
    calls.failed(`allow policy of ${name}`, result.failed);
    return [];
  }
  const asset = `//cloudresourcemanager.googleapis.com/${name}`;
  return [{ name: asset, assetType: `cloudresourcemanager.googleapis.com/${type}`, iamPolicy: result.reply }];
}

/** Pages as they come, each in a file of its own, so that no inventory is too large to hold. */
class AssetPages {
  readonly #context: PartContext;
  readonly #calls: ScopeCalls;
  #isOdd = false;
  readonly #names: string[] = [];
  readonly #groups = new Set<string>();

  constructor(context: PartContext, calls: ScopeCalls) {
    this.#context = context;
    this.#calls = calls;
  }

  async add(reply: RawRecord): Promise<void> {
    const { assets = [] } = reply;
    const records = Array.isArray(assets) ? (assets as readonly unknown[]).filter(isRecord) : [];
    if ((!Array.isArray(assets) || records.length < assets.length) && !this.#isOdd) {
      this.#isOdd = true;
      this.#calls.unread({ what: 'records of the inventory', why: 'a reply holds something that is no record' });
    }
    if (records.length === 0) return;
    const lines = records.map((record) => `${JSON.stringify(clean(record))}\n`).join('');
    for (const { iamPolicy } of records) for (const group of groupsIn(iamPolicy)) this.#groups.add(group);
    const name = `${this.#context.directory}/${String(this.#names.length + 1).padStart(6, '0')}.ndjson`;
    await this.#context.files.writeBytes(name, Buffer.from(lines, 'utf8'));
    this.#names.push(name);
  }

  /** Files of the pages, and the groups that policies in them name. */
  value(): PartValue {
    return { 'assets.ndjson': { pages: this.#names, groups: [...this.#groups].sort() } };
  }
}

/** Policies hold no secrets, and lose nothing; resources lose what is or may be one. */
function clean(record: RawRecord): RawRecord {
  const { resource, ...rest } = record;
  return isRecord(resource) ? { ...rest, resource: withoutSecrets(resource) } : rest;
}

function groupsIn(policy: unknown): readonly string[] {
  const bindings =
    isRecord(policy) && Array.isArray(policy['bindings']) ? (policy['bindings'] as readonly unknown[]) : [];
  return bindings.flatMap((binding) => {
    const members =
      isRecord(binding) && Array.isArray(binding['members']) ? (binding['members'] as readonly unknown[]) : [];
    return members.flatMap((member) =>
      typeof member === 'string' && /^group:.{1,300}@/i.test(member) ? [`group:${member.slice(6).toLowerCase()}`] : [],
    );
  });
}
