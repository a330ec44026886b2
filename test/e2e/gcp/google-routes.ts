import type { GoogleEstate, Raw } from './google-estate.ts';

/** How a request is answered: with a record, a page of a list, or an error. */
export type Answer =
  | { readonly kind: 'record'; readonly record: Raw }
  | {
      readonly kind: 'list';
      readonly field: string;
      readonly items: readonly Raw[];
      readonly usual: number;
      readonly most: number;
    }
  | { readonly kind: 'error'; readonly status: number; readonly error: string }
  /** BigQuery answers. */
  | { readonly kind: 'query' };

/** One kind of request, as docs of the APIs have it. */
interface Route {
  readonly name: string;
  readonly service: string;
  readonly verb: 'GET' | 'POST';
  readonly pattern: RegExp;
  readonly answer: (estate: GoogleEstate, words: readonly string[], query: URLSearchParams) => Answer;
}

/** A request whose kind is known. */
export interface Routed {
  readonly route: Pick<Route, 'name' | 'service'>;
  /** Id of the project it is about. */
  readonly project?: string;
  readonly answer: () => Answer;
}

const list = (field: string, items: readonly Raw[] | undefined, usual: number, most: number): Answer => ({
  kind: 'list',
  field,
  items: items ?? [],
  usual,
  most,
});
const record = (found: Raw | undefined): Answer =>
  found === undefined ? { kind: 'error', status: 404, error: 'NOT_FOUND' } : { kind: 'record', record: found };

const SCOPE = '((?:organizations|folders|projects)/[a-z0-9-]+)';

function route(
  name: string,
  service: string,
  pattern: string,
  answer: Route['answer'],
  verb: Route['verb'] = 'GET',
): Route {
  return { name, service: `${service}.googleapis.com`, verb, pattern: new RegExp(`^${pattern}$`), answer };
}

const isBelow = (estate: GoogleEstate, { ancestors }: Raw, scope: string): boolean => {
  const number = estate.projects.find(({ projectId }) => `projects/${projectId}` === scope)?.name ?? scope;
  return Array.isArray(ancestors) && ancestors.includes(number);
};

/** Types that this inventory lacks: naming one fails the call. */
const UNSUPPORTED: ReadonlySet<string> = new Set([
  'tpu.googleapis.com/Node',
  'config.googleapis.com/Deployment',
  'k8s.io/ServiceAccount',
]);

const ROUTES: readonly Route[] = [
  route('organizations.search', 'cloudresourcemanager', '/v3/organizations:search', ({ organization }) =>
    list('organizations', [organization], 50, 500),
  ),
  route('organizations.get', 'cloudresourcemanager', '/v3/(organizations/\\d+)', ({ organization }, [name]) =>
    record(organization['name'] === name ? organization : undefined),
  ),
  route('folders.search', 'cloudresourcemanager', '/v3/folders:search', ({ folders }) =>
    list('folders', folders, 10, 1000),
  ),
  route('folders.list', 'cloudresourcemanager', '/v3/folders', ({ folders }, _, query) =>
    list(
      'folders',
      folders.filter(({ parent }) => parent === query.get('parent')),
      1,
      1,
    ),
  ),
  route('projects.search', 'cloudresourcemanager', '/v3/projects:search', ({ projects }) =>
    list('projects', projects.map(plain), 10, 1000),
  ),
  route('projects.list', 'cloudresourcemanager', '/v3/projects', ({ projects }, _, query) =>
    list('projects', projects.filter(({ parent }) => parent === query.get('parent')).map(plain), 2, 2),
  ),
  route('projects.get', 'cloudresourcemanager', '/v3/(projects/[a-z0-9-]+)', ({ projects }, [name]) => {
    const found = projects.find((project) => project.name === name || `projects/${project.projectId}` === name);
    return record(found === undefined ? undefined : plain(found));
  }),
  route('effectiveTags.list', 'cloudresourcemanager', '/v3/effectiveTags', ({ tags }, _, query) =>
    list(
      'effectiveTags',
      tags[(query.get('parent') ?? '').replace('//cloudresourcemanager.googleapis.com/', '')],
      100,
      300,
    ),
  ),
  route('assets.list', 'cloudasset', `/v1/${SCOPE}/assets`, (estate, [scope = ''], query) => {
    const types = query.getAll('assetTypes');
    if (types.some((type) => UNSUPPORTED.has(type))) return { kind: 'error', status: 400, error: 'INVALID_ARGUMENT' };
    const field =
      query.get('contentType') === 'IAM_POLICY'
        ? 'iamPolicy'
        : query.get('contentType') === 'RESOURCE'
          ? 'resource'
          : 'orgPolicy';
    const found = estate.assets.filter(
      (asset) =>
        asset[field] !== undefined &&
        isBelow(estate, asset, scope) &&
        (types.length === 0 || types.includes(String(asset['assetType']))),
    );
    const items = found.map(
      ({ name, assetType, ancestors, updateTime = '2026-05-01T00:00:00Z', [field]: content }) => ({
        name,
        assetType,
        ancestors,
        updateTime,
        [field]: content,
      }),
    );
    return list('assets', items, 100, 100);
  }),
  route('searchAllIamPolicies', 'cloudasset', `/v1/${SCOPE}:searchAllIamPolicies`, (estate, [scope = '']) => {
    const found = estate.assets.filter((asset) => asset['iamPolicy'] !== undefined && isBelow(estate, asset, scope));
    return list(
      'results',
      found.map((asset) => searchResult(asset, estate)),
      50,
      500,
    );
  }),
  route(
    'getIamPolicy',
    'cloudresourcemanager',
    `/v3/${SCOPE}:getIamPolicy`,
    ({ assets }, [scope = '']) => {
      const asset = assets.find(({ name }) => name === `//cloudresourcemanager.googleapis.com/${scope}`);
      return record(asset === undefined ? undefined : ((asset['iamPolicy'] as Raw | undefined) ?? {}));
    },
    'POST',
  ),
  route('roles.list', 'iam', '/v1/roles', ({ roles }, _, query) =>
    list(
      'roles',
      roles.map((one) => roleIn(one, query)),
      2,
      2,
    ),
  ),
  route('customRoles.list', 'iam', `/v1/${SCOPE}/roles`, ({ customRoles }, [scope = ''], query) =>
    list(
      'roles',
      customRoles[scope]
        ?.filter(({ deleted }) => deleted !== true || query.get('showDeleted') === 'true')
        .map((one) => roleIn(one, query)),
      300,
      1000,
    ),
  ),
  route('denypolicies.list', 'iam', '/v2/policies/([^/]+)/denypolicies', ({ deny }, [point = '']) =>
    list(
      'policies',
      denyAt(deny, point)?.map(({ rules: _, ...policy }) => policy),
      100,
      1000,
    ),
  ),
  route('denypolicies.get', 'iam', '/v2/policies/([^/]+)/denypolicies/([\\w-]+)', ({ deny }, [point = '', id]) =>
    record(denyAt(deny, point)?.find(({ name }) => String(name).endsWith(`/${id ?? ''}`))),
  ),
  route(
    'principalAccessBoundaryPolicies.list',
    'iam',
    '/v3/organizations/\\d+/locations/global/principalAccessBoundaryPolicies',
    ({ boundaries }) => list('principalAccessBoundaryPolicies', boundaries, 50, 1000),
  ),
  route(
    'principalAccessBoundaryPolicies.searchPolicyBindings',
    'iam',
    '/v3/(organizations/\\d+/locations/global/principalAccessBoundaryPolicies/[\\w-]+):searchPolicyBindings',
    ({ boundaryBindings }, [policy]) =>
      list(
        'policyBindings',
        boundaryBindings.filter((one) => one['policy'] === policy),
        50,
        1000,
      ),
  ),
  route(
    'policyBindings.list',
    'iam',
    `/v3/${SCOPE}/locations/global/policyBindings`,
    ({ boundaryBindings }, [scope = '']) =>
      list(
        'policyBindings',
        boundaryBindings.filter(({ name }) => String(name).startsWith(`${scope}/`)),
        50,
        1000,
      ),
  ),
  route(
    'workloadIdentityPools.list',
    'iam',
    '/v1/projects/([a-z0-9-]+)/locations/global/workloadIdentityPools',
    ({ pools }, [project = ''], query) => list('workloadIdentityPools', shown(pools[project], query), 50, 1000),
  ),
  route(
    'workloadIdentityPools.providers.list',
    'iam',
    '/v1/projects/([a-z0-9-]+)/locations/global/workloadIdentityPools/([\\w-]+)/providers',
    ({ projects, providers }, [project, pool]) => {
      const number = projects.find(({ projectId }) => projectId === project)?.name ?? '';
      return list(
        'workloadIdentityPoolProviders',
        providers[`${number}/locations/global/workloadIdentityPools/${pool ?? ''}`],
        50,
        100,
      );
    },
  ),
  route(
    'workforcePools.list',
    'iam',
    '/v1/locations/global/workforcePools',
    ({ organization, workforcePools }, _, query) =>
      list('workforcePools', query.get('parent') === organization['name'] ? shown(workforcePools, query) : [], 50, 100),
  ),
  route(
    'workforcePools.providers.list',
    'iam',
    '/v1/(locations/global/workforcePools/[\\w-]+)/providers',
    ({ providers }, [pool = '']) => list('workforcePoolProviders', providers[pool], 50, 100),
  ),
  route('serviceAccounts.list', 'iam', '/v1/projects/([a-z0-9-]+)/serviceAccounts', ({ accounts }, [project = '']) =>
    list('accounts', accounts[project], 20, 100),
  ),
  route(
    'serviceAccounts.keys.list',
    'iam',
    '/v1/projects/([a-z0-9-]+)/serviceAccounts/([^/]+)/keys',
    ({ accounts, keys }, [project = '', email = '']) => {
      const isThere = accounts[project]?.some((one) => one['email'] === email) === true;
      if (!isThere)
        return {
          kind: 'error',
          status: project === '-' ? 403 : 404,
          error: project === '-' ? 'PERMISSION_DENIED' : 'NOT_FOUND',
        };
      // This list is never paged.
      return list('keys', keys[email], 1000, 1000);
    },
  ),
  route('keys.list', 'apikeys', '/v2/projects/([a-z0-9-]+)/locations/global/keys', ({ apiKeys }, [project = '']) =>
    list('keys', apiKeys[project], 50, 300),
  ),
  route('hmacKeys.list', 'storage', '/storage/v1/projects/([a-z0-9-]+)/hmacKeys', ({ hmacKeys }, [project = '']) =>
    list('items', hmacKeys[project], 250, 250),
  ),
  route('orgpolicy.policies.list', 'orgpolicy', `/v2/${SCOPE}/policies`, ({ orgPolicies }, [scope = '']) =>
    list('policies', orgPolicies[scope], 50, 1000),
  ),
  route('groups.lookup', 'cloudidentity', '/v1/groups:lookup', ({ groups }, _, query) => {
    const index = Object.keys(groups).indexOf(query.get('groupKey.id') ?? '');
    return index < 0 ? { kind: 'error', status: 403, error: 'PERMISSION_DENIED' } : record({ name: `groups/${index}` });
  }),
  route('memberships.list', 'cloudidentity', '/v1/groups/(\\d+)/memberships', ({ groups }, [index]) =>
    list('memberships', Object.values(groups)[Number(index)], 1, 1),
  ),
  route(
    'memberships.searchTransitiveMemberships',
    'cloudidentity',
    '/v1/groups/(\\d+)/memberships:searchTransitiveMemberships',
    ({ groups }, [index]) => list('memberships', transitive(groups, Number(index)), 1000, 1000),
  ),
  route(
    'activities.query',
    'policyanalyzer',
    '/v1/projects/([a-z0-9-]+)/locations/global/activityTypes/(\\w+)/activities:query',
    ({ activities }, [project = '', type]) =>
      list(
        'activities',
        activities[project]?.filter((one) => one['activityType'] === type),
        100,
        1000,
      ),
  ),
  route(
    'insights.list',
    'recommender',
    `/v1/${SCOPE}/locations/global/insightTypes/([\\w.]+)/insights`,
    ({ insights }, [scope = '', type]) =>
      list(
        'insights',
        insights[scope]?.filter(({ name }) => String(name).includes(`/insightTypes/${type ?? ''}/`)),
        100,
        1000,
      ),
  ),
  route('jobs.query', 'bigquery', '/bigquery/v2/projects/([\\w-]+)/queries', () => ({ kind: 'query' }), 'POST'),
  route('jobs.getQueryResults', 'bigquery', '/bigquery/v2/projects/([\\w-]+)/queries/[\\w-]+', () => ({
    kind: 'query',
  })),
  route('sinks.get', 'logging', `/v2/(${SCOPE.slice(1, -1)}/sinks/[\\w-]+)`, ({ sinks }, [name]) =>
    record(sinks[name ?? '']),
  ),
  route(
    'timeSeries.list',
    'monitoring',
    '/v3/projects/([a-z0-9-]+)/timeSeries',
    ({ counters }, [project = ''], query) =>
      list(
        'timeSeries',
        counters[project]?.filter(({ metric }) => query.get('filter') === `metric.type="${(metric as Raw)['type']}"`),
        100,
        100_000,
      ),
  ),
];

/** The kind of a request; undefined where this server does not know it. A path keeps its `%2F`, as Google's routers do. */
export function routeOf(estate: GoogleEstate, verb: string, url: URL): Routed | undefined {
  for (const one of ROUTES) {
    const words = one.verb === verb ? one.pattern.exec(url.pathname)?.slice(1) : undefined;
    if (words === undefined) continue;
    const found = /(?:^|\/|%2F)projects(?:\/|%2F)([a-z0-9-]+)/.exec(
      `${url.pathname} ${url.searchParams.get('parent') ?? ''}`,
    )?.[1];
    const project = estate.projects.find(
      ({ projectId, name }) => projectId === found || name === `projects/${found ?? ''}`,
    )?.projectId;
    return {
      route: one,
      ...(project === undefined ? {} : { project }),
      answer: () =>
        one.answer(
          estate,
          words.map((word) =>
            one.service === 'iam.googleapis.com' && word.includes('%40') ? decodeURIComponent(word) : word,
          ),
          url.searchParams,
        ),
    };
  }
  return undefined;
}

function plain({ disabled: _, ...project }: GoogleEstate['projects'][number]): Raw {
  return project;
}

/** Everybody in a group, however deep, as relations; nested groups among them, the group itself not. */
function transitive(groups: GoogleEstate['groups'], start: number): readonly Raw[] {
  const names = Object.keys(groups);
  const found = new Map<string, Raw>();
  let waiting = [names[start] ?? ''];
  for (let level = 0; waiting.length > 0; level += 1) {
    const members = waiting.flatMap((name) => groups[name] ?? []);
    waiting = [];
    for (const { preferredMemberKey, type, roles } of members) {
      const { id } = preferredMemberKey as { readonly id: string };
      if (found.has(id) || id === names[start]) continue;
      if (type === 'GROUP') waiting.push(id);
      found.set(id, {
        member: type === 'GROUP' ? `groups/${names.indexOf(id)}` : `users/${id}`,
        preferredMemberKey: [{ id }],
        roles: (roles as readonly Raw[]).map(({ name }) => ({ role: name })),
        relationType: level === 0 ? 'DIRECT' : 'INDIRECT',
      });
    }
  }
  return [...found.values()];
}

function roleIn({ includedPermissions, ...rest }: Raw, query: URLSearchParams): Raw {
  return query.get('view') === 'FULL' ? { ...rest, includedPermissions } : rest;
}

function denyAt(deny: GoogleEstate['deny'], point: string): readonly Raw[] | undefined {
  // Encoded once: twice would be another name.
  return deny[decodeURIComponent(point).replace('cloudresourcemanager.googleapis.com/', '')];
}

function shown(pools: readonly Raw[] = [], query: URLSearchParams): readonly Raw[] {
  return query.get('showDeleted') === 'true' ? pools : pools.filter(({ state }) => state !== 'DELETED');
}

/** A search has the id of a project in the name, and its number beside. */
function searchResult({ name, assetType, ancestors, iamPolicy }: Raw, { projects }: GoogleEstate): Raw {
  const project = projects.find((one) => String(name).endsWith(`/${one.name}`));
  const scopes = Array.isArray(ancestors) ? (ancestors as readonly string[]) : [];
  return {
    resource: project === undefined ? name : String(name).replace(project.name, `projects/${project.projectId}`),
    assetType,
    project: scopes.find((scope) => scope.startsWith('projects/')),
    folders: scopes.filter((scope) => scope.startsWith('folders/')),
    organization: scopes.find((scope) => scope.startsWith('organizations/')),
    policy: iamPolicy,
  };
}
