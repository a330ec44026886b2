import { type AzureEstate, id, ids, type Raw } from './azure-estate.ts';

/** How a request is answered: with a record, a page of a list, rows of a query, a batch, or an error. */
export type Answer =
  | { readonly kind: 'record'; readonly record: Raw }
  | { readonly kind: 'list'; readonly items: readonly Raw[]; readonly of: 'arm' | 'graph' }
  | { readonly kind: 'rows'; readonly items: readonly Raw[] }
  | { readonly kind: 'batch' }
  | { readonly kind: 'error'; readonly status: number; readonly code: string };

/** A request that the server knows. */
export interface Routed {
  /** `roleAssignments`, `groups/members`. */
  readonly name: string;
  /** Id of the subscription or name of the management group it is about. */
  readonly scope: string | undefined;
  readonly audience: 'arm' | 'graph' | 'logs';
  answer(sent: unknown): Answer;
}

const AUTHORIZATION =
  /^\/(.*?)\/?providers\/Microsoft\.Authorization\/(roleAssignments|roleDefinitions|denyAssignments|roleEligibilityScheduleInstances|roleAssignmentScheduleInstances)$/;

/** Versions of Resource Manager by what is asked for; it refuses others, and calls without one. */
const VERSIONS: Readonly<Record<string, readonly string[]>> = {
  subscriptions: ['2016-06-01', '2019-11-01', '2020-01-01', '2021-01-01', '2022-12-01'],
  managementGroups: ['2020-05-01', '2020-10-01', '2021-04-01', '2023-04-01'],
  resourceGraph: ['2022-10-01', '2024-04-01'],
  identityCredentials: ['2023-01-31', '2024-11-30'],
  roleAssignments: ['2020-10-01-preview', '2022-04-01'],
  roleDefinitions: ['2018-01-01-preview', '2022-04-01', '2022-05-01-preview'],
  denyAssignments: ['2022-04-01'],
  roleEligibilityScheduleInstances: ['2020-10-01'],
  roleAssignmentScheduleInstances: ['2020-10-01'],
};

/** Finds what a request asks for (azure.md 4.1 to 4.3); undefined for what nobody serves. */
export function routeOf(estate: AzureEstate, method: string, url: URL): Routed | undefined {
  const path = decodeURI(url.pathname);
  if (method === 'POST' && /^\/v1\/workspaces\/[0-9a-f-]{36}\/query$/.test(path)) {
    return { name: 'logAnalytics', scope: undefined, audience: 'logs', answer: logAnswer };
  }
  const graph = /^\/(v1\.0|beta)\/(.+)$/.exec(path);
  if (graph !== null) return graphRoute(estate, method, url, graph[1] ?? '', graph[2] ?? '');
  const version = url.searchParams.get('api-version');
  const known = (name: string, scope: string | undefined, answer: (sent: unknown) => Answer): Routed => ({
    name,
    scope,
    audience: 'arm',
    answer: (sent) => {
      if (version === null) return { kind: 'error', status: 400, code: 'MissingApiVersionParameter' };
      const isKnown = VERSIONS[name]?.includes(version) === true;
      return isKnown ? answer(sent) : { kind: 'error', status: 400, code: 'InvalidApiVersionParameter' };
    },
  });
  if (method === 'POST' && path === '/providers/Microsoft.ResourceGraph/resources') {
    return known('resourceGraph', undefined, (sent) => queryAnswer(estate, sent));
  }
  if (method !== 'GET') return undefined;
  if (path === '/subscriptions') {
    const items = estate.subscriptions.map(({ around: _, ...record }) => record);
    return known('subscriptions', undefined, () => ({ kind: 'list', items, of: 'arm' }));
  }
  const group = /^\/providers\/Microsoft\.Management\/managementGroups\/([^/]+)$/.exec(path)?.[1];
  if (group !== undefined) {
    return known('managementGroups', group, () => {
      const record = groupRecord(estate, group);
      return record === undefined ? { kind: 'error', status: 404, code: 'NotFound' } : { kind: 'record', record };
    });
  }
  const credentials = /^(\/subscriptions\/.+)\/federatedIdentityCredentials$/.exec(path)?.[1];
  if (credentials !== undefined) {
    const items = estate.identityCredentials[credentials.toLowerCase()];
    return known('identityCredentials', undefined, () =>
      items === undefined
        ? { kind: 'error', status: 404, code: 'ResourceNotFound' }
        : { kind: 'list', items, of: 'arm' },
    );
  }
  const listed = AUTHORIZATION.exec(path);
  if (listed === null) return undefined;
  const [, scope = '', name = ''] = listed;
  const filter = url.searchParams.get('$filter') ?? '';
  return known(name, scope.split('/').at(-1), () => ({
    kind: 'list',
    items: placedAt(estate, name, `/${scope}`, filter),
    of: 'arm',
  }));
}

/** What a list of Resource Manager tells: at a scope and above it, and of a subscription also below (azure.md 4.1). */
function placedAt(estate: AzureEstate, name: string, scope: string, filter: string): readonly Raw[] {
  if (name === 'roleDefinitions') {
    const wanted = /^type eq '(\w+)'$/.exec(filter)?.[1];
    return estate.roleDefinitions.filter(({ properties }) => {
      const { type, assignableScopes } = properties as {
        readonly type: string;
        readonly assignableScopes: readonly string[];
      };
      const isThere = assignableScopes.some((one) => one === '/' || isAround(estate, one, scope));
      return isThere && (wanted === undefined || type === wanted);
    });
  }
  const lists: Readonly<Record<string, readonly Raw[]>> = {
    roleAssignments: estate.roleAssignments,
    denyAssignments: estate.denyAssignments,
    roleEligibilityScheduleInstances: estate.roleEligibilities,
    roleAssignmentScheduleInstances: estate.roleSchedules,
  };
  return (lists[name] ?? []).filter(({ properties }) => {
    const { scope: own } = properties as { readonly scope: string };
    if (isAround(estate, own, scope)) return true;
    return filter !== 'atScope()' && own.toLowerCase().startsWith(`${scope.toLowerCase()}/`);
  });
}

/** Whether a scope is the other one, or around it. */
function isAround(estate: AzureEstate, outer: string, inner: string): boolean {
  if (inner.toLowerCase() === outer.toLowerCase() || inner.toLowerCase().startsWith(`${outer.toLowerCase()}/`))
    return true;
  const group = outer.split('/managementGroups/')[1];
  if (group === undefined) return false;
  const subscription = /^\/subscriptions\/([^/]+)/i.exec(inner)?.[1];
  let around =
    subscription === undefined
      ? inner.split('/managementGroups/')[1]
      : estate.subscriptions.find(({ subscriptionId }) => subscriptionId === subscription)?.around;
  while (around !== undefined) {
    if (around === group) return true;
    around = estate.managementGroups[around]?.parent;
  }
  return false;
}

function groupRecord(estate: AzureEstate, name: string): Raw | undefined {
  const group = estate.managementGroups[name];
  if (group === undefined) return undefined;
  const below = Object.entries(estate.managementGroups).filter(([, { parent }]) => parent === name);
  const children = [
    ...below.map(([child]) => {
      const { properties, ...rest } = groupRecord(estate, child) as { readonly properties: Raw };
      return { ...rest, displayName: properties['displayName'], children: properties['children'] };
    }),
    ...estate.subscriptions
      .filter(({ around }) => around === name)
      .map(({ subscriptionId, displayName }) => ({
        id: `/subscriptions/${subscriptionId}`,
        type: '/subscriptions',
        name: subscriptionId,
        displayName,
      })),
  ];
  return {
    id: `/providers/Microsoft.Management/managementGroups/${name}`,
    type: 'Microsoft.Management/managementGroups',
    name,
    properties: {
      tenantId: estate.tenant,
      displayName: group.displayName,
      details:
        group.parent === undefined
          ? { parent: {} }
          : { parent: { id: `/providers/Microsoft.Management/managementGroups/${group.parent}` } },
      children: children.length === 0 ? null : children,
    },
  };
}

/** Rows of the queries of a collection; anything else is refused as Resource Graph refuses it. */
function queryAnswer(estate: AzureEstate, sent: unknown): Answer {
  const { query, subscriptions = [] } = sent as { readonly query?: string; readonly subscriptions?: readonly string[] };
  const isAsked = ({ id }: Raw): boolean =>
    subscriptions.length === 0 ||
    subscriptions.some((one) => String(id).toLowerCase().startsWith(`/subscriptions/${one.toLowerCase()}`));
  const sorted = (rows: readonly Raw[]): Answer => ({
    kind: 'rows',
    items: rows.filter(isAsked).sort((left, right) => (String(left['id']) < String(right['id']) ? -1 : 1)),
  });
  const [table = '', ...stages] = (query ?? '').split('|').map((stage) => stage.trim());
  if (!stages.some((stage) => stage.startsWith('project id')))
    return { kind: 'error', status: 400, code: 'BadRequest' };
  if (table === 'resources') return sorted(estate.resources);
  if (table === 'policyresources') return sorted([]);
  if (
    table === 'resourcecontainers' &&
    query?.includes("'microsoft.resources/subscriptions/resourcegroups'") === true
  ) {
    return sorted(estate.resourceGroups);
  }
  if (table === 'resourcecontainers') {
    const chainOf = (name: string): readonly Raw[] => {
      const parent = estate.managementGroups[name]?.parent;
      return [{ name, displayName: name }, ...(parent === undefined ? [] : chainOf(parent))];
    };
    return sorted(
      estate.subscriptions.map(({ id, subscriptionId, around }) => ({ id, subscriptionId, mgChain: chainOf(around) })),
    );
  }
  return { kind: 'error', status: 400, code: 'BadRequest' };
}

/** Rows of a workspace as Log Analytics writes them: of the sum that is asked for, or the time of the oldest record. */
function logAnswer(sent: unknown): Answer {
  const { query = '' } = sent as { readonly query?: string };
  const table = (columns: readonly string[], ...rows: readonly (readonly unknown[])[]): Answer => ({
    kind: 'record',
    record: {
      tables: [{ name: 'PrimaryResult', columns: columns.map((name) => ({ name, type: 'string' })), rows }],
    },
  });
  if (query.includes('summarize oldest=')) return table(['oldest'], ['2026-01-01T00:00:00Z']);
  const sum = ['action', 'first', 'last', 'calls', 'failures'] as const;
  const times = ['2026-05-01T10:00:00.123Z', '2026-05-30T10:00:00.456Z'] as const;
  if (query.startsWith('AzureActivity')) {
    return table(
      ['principalId', 'appId', 'resource', ...sum],
      [
        id('deployer'),
        '',
        `/subscriptions/${ids.shop}/resourcegroups/web`,
        'microsoft.web/sites/write',
        ...times,
        3,
        0,
      ],
      [id('runner-sp'), '', '', 'microsoft.compute/virtualmachines/runcommand/action', null, null, 0, 2],
    );
  }
  if (query.startsWith('MicrosoftGraphActivityLogs')) return table(['principalId', 'appId', 'roles', ...sum]);
  if (!query.startsWith('union isfuzzy=true AADServicePrincipalSignInLogs')) {
    return { kind: 'error', status: 400, code: 'BadArgumentError' };
  }
  return table(
    ['principalId', 'appId', 'credentialId', 'attachedResource', 'resource', ...sum],
    [id('ci'), id('ciapp'), id('ci-own-secret'), '', '', 'sign-in', ...times, 9, 1],
  );
}

/** Only in the preview: the others answer in both versions. */
const BETA_ONLY = /^reports\/(?:servicePrincipalSignInActivities|appCredentialSignInActivities)$/;

function graphRoute(estate: AzureEstate, method: string, url: URL, version: string, path: string): Routed | undefined {
  const known = (name: string, answer: () => Answer): Routed => ({ name, scope: undefined, audience: 'graph', answer });
  if (method === 'POST' && path === '$batch') return known('$batch', () => ({ kind: 'batch' }));
  if (method !== 'GET' || (version === 'v1.0' && BETA_ONLY.test(path))) return undefined;
  const name = path.replace(/\/[0-9a-f-]{36}/g, '');
  if (path === 'organization') return known(name, () => ({ kind: 'list', items: [estate.organization], of: 'graph' }));
  if (path === 'identityGovernance/privilegedAccess/group/eligibilityScheduleInstances') {
    const isFiltered = /^groupId eq '[0-9a-f-]{36}'$/.test(url.searchParams.get('$filter') ?? '');
    return known('eligibilityScheduleInstances', () =>
      isFiltered ? { kind: 'list', items: [], of: 'graph' } : { kind: 'error', status: 400, code: 'MissingProvider' },
    );
  }
  const items = estate.graph[path];
  if (items !== undefined) return known(name, () => ({ kind: 'list', items: selected(items, url), of: 'graph' }));
  const [list = '', object = '', inner] = path.split('/').slice(path.startsWith('directory/') ? 1 : 0);
  const isObject = (estate.graph[path.startsWith('directory/') ? `directory/${list}` : list] ?? []).some(
    ({ id }) => id === object,
  );
  if (inner === undefined) return undefined;
  return known(name, () =>
    isObject
      ? { kind: 'list', items: [], of: 'graph' }
      : { kind: 'error', status: 404, code: 'Request_ResourceNotFound' },
  );
}

/** Graph gives what `$select` names and nothing else; what kind of object it is comes along (azure.md 4.2). */
function selected(items: readonly Raw[], url: URL): readonly Raw[] {
  const wanted = url.searchParams.get('$select')?.split(',');
  if (wanted === undefined) return items;
  return items.map((item) =>
    Object.fromEntries(Object.entries(item).filter(([key]) => key.startsWith('@odata.') || wanted.includes(key))),
  );
}
