import { isRecord, type RawRecord, type Report, readTimestamp, UNKNOWN_LIST } from '@keyreach/core/input';
import { readAllowPolicy } from './allow-policy.ts';
import type { GcpAsset, GcpPolicy } from './gcp-input.ts';
import { withoutSecrets } from './scrub.ts';

/** Longer than any name of an asset. */
const MOST_NAME = 4096;

/** More ancestors than a hierarchy can have. */
const MOST_ANCESTORS = 64;

/** A policy that is there and cannot be read: it may say anything. */
const UNREAD_POLICY: GcpPolicy = { bindings: UNKNOWN_LIST, auditConfigs: UNKNOWN_LIST };

/** One record, as far as it can be read. `whole` is false where content of it is there that cannot be. */
export interface AssetRecord {
  readonly asset: GcpAsset;
  readonly whole: boolean;
}

/**
 * Reads one record of the asset inventory: of an export (snake_case), of assets.list (camelCase), or of a search of policies or
 * resources (gcp.md 4.2). Undefined, after a report, for what is none.
 */
export function readAssetRecord(raw: unknown, where: string, report: Report): AssetRecord | undefined {
  if (!isRecord(raw)) {
    report(where, 'an object');
    return undefined;
  }
  const search = typeof raw['resource'] === 'string';
  const name = search ? raw['resource'] : raw['name'];
  const assetType = raw['assetType'] ?? raw['asset_type'];
  if (typeof name !== 'string' || !name.startsWith('//') || name.length > MOST_NAME) {
    report(`${where}.name`, 'a full resource name that begins with `//`');
    return undefined;
  }
  if (typeof assetType !== 'string' || assetType === '' || assetType.length > MOST_NAME) {
    report(`${where}.assetType`, 'a type such as `compute.googleapis.com/Instance`');
    return undefined;
  }
  let whole = true;
  const damaged: Report = (place, expected) => {
    whole = false;
    report(place, expected);
  };
  const updateTime = readTimestamp(raw['updateTime'] ?? raw['update_time']);
  const resource = search ? undefined : readResource(raw['resource'], where, damaged);
  const policy = raw['iamPolicy'] ?? raw['iam_policy'] ?? (search ? raw['policy'] : undefined);
  const iamPolicy = policy === undefined || policy === null ? undefined : readPolicy(policy, where, report);
  const orgPolicies = readOrgPolicies(raw['orgPolicy'] ?? raw['org_policy'], where, damaged);
  const asset: GcpAsset = {
    name,
    assetType,
    ancestors: readAncestors(raw, where, damaged),
    ...(updateTime === undefined ? {} : { updateTime }),
    ...(resource === undefined ? {} : { resource }),
    ...(iamPolicy === undefined ? {} : { iamPolicy }),
    ...(orgPolicies === undefined ? {} : { orgPolicies }),
  };
  return { asset, whole };
}

function readPolicy(raw: unknown, where: string, report: Report): GcpPolicy {
  if (isRecord(raw)) return readAllowPolicy(raw, `${where}.iamPolicy`, report);
  report(`${where}.iamPolicy`, 'an object');
  return UNREAD_POLICY;
}

function readResource(raw: unknown, where: string, report: Report): GcpAsset['resource'] {
  if (raw === undefined || raw === null) return undefined;
  if (!isRecord(raw)) {
    report(`${where}.resource`, 'an object');
    return undefined;
  }
  const { data } = raw;
  if (data === undefined || data === null) return undefined;
  if (!isRecord(data)) {
    report(`${where}.resource.data`, 'an object');
    return undefined;
  }
  const texts: { version?: string; location?: string; parent?: string } = {};
  for (const key of ['version', 'location', 'parent'] as const) {
    const text = raw[key];
    if (typeof text === 'string' && text !== '' && text.length <= MOST_NAME) texts[key] = text;
  }
  return { ...texts, data: withoutSecrets(data) };
}

function readOrgPolicies(raw: unknown, where: string, report: Report): readonly RawRecord[] | undefined {
  if (raw === undefined || raw === null) return undefined;
  if (!Array.isArray(raw)) {
    report(`${where}.orgPolicy`, 'an array');
    return undefined;
  }
  const policies = raw.filter(isRecord);
  if (policies.length < raw.length) report(`${where}.orgPolicy`, 'an array of objects');
  return policies.map((policy) => withoutSecrets(policy));
}

/** Lists and exports have `ancestors`, closest first; searches have a project, folders and an organization. */
function readAncestors(raw: RawRecord, where: string, report: Report): readonly string[] {
  const told = raw['ancestors'];
  const folders = Array.isArray(raw['folders']) ? raw['folders'] : [];
  const given: readonly unknown[] = Array.isArray(told)
    ? told
    : [raw['project'], ...folders, raw['organization']].filter(
        (one) => one !== undefined && one !== null && one !== '',
      );
  const ancestors = given.slice(0, MOST_ANCESTORS).filter(isAncestor);
  if (ancestors.length === given.length && (told === undefined || told === null || Array.isArray(told)))
    return ancestors;
  // With one link missing, what is inherited is not known.
  report(`${where}.ancestors`, 'an array of names such as `projects/123`');
  return [];
}

function isAncestor(value: unknown): value is string {
  return typeof value === 'string' && /^(?:projects|folders|organizations)\/[^/\s]{1,200}$/.test(value);
}
