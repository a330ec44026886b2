import { isRecord, type RawRecord } from '@keyreach/core/input';
import type { GcpInput } from '../../bundle/gcp-input.ts';
import { fieldText } from '../field-values.ts';
import { issuerName } from './issuers.ts';
import { type PoolName, type ProjectNumberOf, poolResourceId, readPoolName } from './pool-member.ts';
import { type TokenMapping, tokenMapping } from './token-mapping.ts';

/** `unknown`: nothing of the input tells. */
export type PoolState = 'active' | 'disabled' | 'deleted' | 'unknown';

/** A provider of a pool. */
export interface KnownProvider {
  /** `projects/N/locations/global/workloadIdentityPools/POOL/providers/ID`. */
  readonly name: string;
  readonly state: PoolState;
  readonly kind: 'oidc' | 'aws' | 'saml' | 'x509' | 'unknown';
  /** Without scheme; of OIDC providers. */
  readonly issuer?: string;
  /** Whether keys of its own are set, so that who serves the issuer's address has no say. */
  readonly ownKeys?: true;
  readonly awsAccountId?: string;
  /** Absent: the audience must be the provider's own name. */
  readonly allowedAudiences?: readonly string[];
  readonly mapping: TokenMapping;
  /** Mapping and condition as configured, in so far as they are texts of a size that Google allows. */
  readonly configured: ProviderTexts;
}

/** The texts that a {@link TokenMapping} is made of. */
export interface ProviderTexts {
  readonly attributeMapping: Readonly<Record<string, string>>;
  readonly attributeCondition?: string;
}

/** A pool, listed or with a provider that is listed. */
export interface KnownPool {
  readonly pool: PoolName;
  readonly state: PoolState;
  /** Id of the organization of a workforce pool: `organizations/O`. */
  readonly parent?: string;
  readonly displayName?: string;
  readonly listed: boolean;
  readonly providers: readonly KnownProvider[];
}

const POOL_TYPES: ReadonlySet<string> = new Set([
  'iam.googleapis.com/WorkloadIdentityPool',
  'iam.googleapis.com/WorkforcePool',
]);
const PROVIDER_TYPES: ReadonlySet<string> = new Set([
  'iam.googleapis.com/WorkloadIdentityPoolProvider',
  'iam.googleapis.com/WorkforcePoolProvider',
]);

/** What the input tells of pools and providers, of lists and of assets alike (gcp.md 2). */
export class PoolDirectory {
  readonly #pools: ReadonlyMap<string, KnownPool>;
  /** Whether all pools and providers of the projects of the input are known. */
  readonly complete: boolean;

  constructor(input: GcpInput, numberOf: ProjectNumberOf) {
    const { pools, providers } = rawRecords(input);
    const known = new Map<string, { pool: PoolName; raw?: RawRecord; providers: Map<string, KnownProvider> }>();
    const entry = (name: string) => {
      const pool = readPoolName(name, numberOf);
      const id = pool === undefined ? undefined : poolResourceId(pool);
      if (pool === undefined || id === undefined) return undefined;
      const found = known.get(id) ?? { pool, providers: new Map<string, KnownProvider>() };
      known.set(id, found);
      return found;
    };
    for (const [name, raw] of pools) {
      const found = entry(name);
      if (found !== undefined) found.raw ??= raw;
    }
    for (const [name, raw] of providers) {
      const id = /\/providers\/([^/]+)$/.exec(name)?.[1];
      const found = id === undefined ? undefined : entry(name);
      const resource = found === undefined ? undefined : poolResourceId(found.pool);
      if (id === undefined || found === undefined || resource === undefined || found.providers.has(id)) continue;
      const plain = resource.slice('//iam.googleapis.com/'.length);
      found.providers.set(id, knownProvider(`${plain}/providers/${id}`, raw));
    }
    this.#pools = new Map(
      [...known]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([id, { pool, raw, providers: own }]) => [id, knownPool(pool, raw, own)] as const),
    );
    this.complete = input.pools?.pools.complete === true && input.pools.providers.complete;
  }

  get all(): readonly KnownPool[] {
    return [...this.#pools.values()];
  }

  of(pool: PoolName): KnownPool | undefined {
    const id = poolResourceId(pool);
    return id === undefined ? undefined : this.#pools.get(id);
  }

  /** Whether nobody can be a principal of the pool at present: it is disabled or deleted (gcp.md 2). */
  isOff(pool: PoolName): boolean {
    const state = this.of(pool)?.state;
    return state === 'disabled' || state === 'deleted';
  }

  /** The providers of a pool that give new tokens, and whether there are none beside. */
  issuersOf(pool: PoolName): { readonly providers: readonly KnownProvider[]; readonly complete: boolean } {
    const known = this.of(pool);
    const providers = known?.providers.filter(({ state }) => state === 'active' || state === 'unknown') ?? [];
    return { providers, complete: this.complete && known?.listed === true };
  }
}

function rawRecords(input: GcpInput): {
  readonly pools: readonly (readonly [string, RawRecord])[];
  readonly providers: readonly (readonly [string, RawRecord])[];
} {
  const named = (raw: RawRecord): readonly [string, RawRecord] => [fieldText(raw, 'name') ?? '', raw];
  const pools = (input.pools?.pools.items ?? []).map(named);
  const providers = (input.pools?.providers.items ?? []).map(named);
  for (const asset of input.assets?.items ?? []) {
    if (asset.resource === undefined) continue;
    if (POOL_TYPES.has(asset.assetType)) pools.push([asset.name, asset.resource.data]);
    if (PROVIDER_TYPES.has(asset.assetType)) providers.push([asset.name, asset.resource.data]);
  }
  // Which of two records of one name counts must not depend on their order.
  const ordered = (list: typeof pools): typeof pools =>
    list
      .map(([name, raw]) => [name.replace('//iam.googleapis.com/', ''), raw] as const)
      .sort(([a, one], [b, other]) => compare(a, b) || compare(JSON.stringify(one), JSON.stringify(other)));
  return { pools: ordered(pools), providers: ordered(providers) };
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function stateOf(raw: RawRecord | undefined): PoolState {
  if (raw === undefined) return 'unknown';
  if (raw['state'] === 'DELETED') return 'deleted';
  if (raw['disabled'] === true) return 'disabled';
  const state = raw['state'];
  return state === undefined || state === 'ACTIVE' ? 'active' : 'unknown';
}

function knownPool(
  pool: PoolName,
  raw: RawRecord | undefined,
  providers: ReadonlyMap<string, KnownProvider>,
): KnownPool {
  const parent = raw === undefined ? undefined : fieldText(raw, 'parent');
  const displayName = raw === undefined ? undefined : fieldText(raw, 'displayName');
  return {
    pool,
    state: stateOf(raw),
    listed: raw !== undefined,
    providers: [...providers.values()].sort((a, b) => compare(a.name, b.name)),
    ...(parent === undefined ? {} : { parent }),
    ...(displayName === undefined ? {} : { displayName }),
  };
}

/** Longer texts are refused by Google; they stay unreadable. */
const LONGEST = 4096;

function textsOf(raw: RawRecord): ProviderTexts {
  const mapping = isRecord(raw['attributeMapping']) ? raw['attributeMapping'] : {};
  const rows = Object.entries(mapping)
    .slice(0, 60)
    .map(([key, text]): [string, string] => [
      key,
      typeof text === 'string' && text.length <= LONGEST ? text : UNREADABLE,
    ]);
  const condition = raw['attributeCondition'];
  const attributeMapping = Object.fromEntries(rows.sort(([a], [b]) => compare(a, b)));
  if (condition === undefined || condition === '') return { attributeMapping };
  const readable = typeof condition === 'string' && condition.length <= LONGEST;
  return { attributeMapping, attributeCondition: readable ? condition : UNREADABLE };
}

/** No expression, so that what it gives is unknown. */
const UNREADABLE = '?';

function knownProvider(name: string, raw: RawRecord): KnownProvider {
  const common = { name, state: stateOf(raw), mapping: tokenMapping(raw), configured: textsOf(raw) };
  const { oidc, aws } = raw;
  if (isRecord(oidc)) {
    const issuer = fieldText(oidc, 'issuerUri');
    const audiences = oidc['allowedAudiences'];
    const allowed = Array.isArray(audiences) ? audiences.filter((one): one is string => typeof one === 'string') : [];
    return {
      ...common,
      kind: 'oidc',
      ...(issuer === undefined ? {} : { issuer: issuerName(issuer) }),
      ...(allowed.length === 0 ? {} : { allowedAudiences: allowed }),
      ...(fieldText(oidc, 'jwksJson') === undefined ? {} : { ownKeys: true }),
    };
  }
  if (isRecord(aws)) {
    const awsAccountId = fieldText(aws, 'accountId');
    return { ...common, kind: 'aws', ...(awsAccountId === undefined ? {} : { awsAccountId }) };
  }
  if (isRecord(raw['saml'])) return { ...common, kind: 'saml' };
  return { ...common, kind: isRecord(raw['x509']) ? 'x509' : 'unknown' };
}
