import type { Selector } from '@keyreach/core/graph';

/** Names of permissions in allow policies, roles and audit logs (`v1`) that begin differently in deny and boundary policies. */
interface RenamedPermissions {
  /** Beginning of the v1 name. */
  readonly v1: string;
  /** Services under which deny and boundary policies name the rest; the first is the canonical one. */
  readonly services: readonly string[];
  /** What stands before the rest of the name there, e.g. `transfers.`. */
  readonly resource: string;
}

/** Where `<prefix>.googleapis.com/<rest>` is not the whole answer (gcp.md 1.3). */
const RENAMED: readonly RenamedPermissions[] = [
  { v1: 'resourcemanager.', services: ['cloudresourcemanager.googleapis.com'], resource: '' },
  { v1: 'serviceusage.apiKeys.', services: ['apikeys.googleapis.com'], resource: 'apikeys.' },
  {
    v1: 'bigquery.transfers.',
    services: ['bigquery.googleapis.com', 'bigquerydatatransfer.googleapis.com'],
    resource: 'transfers.',
  },
  { v1: 'bigquery.dataPolicies.', services: ['bigquerydatapolicy.googleapis.com'], resource: 'dataPolicies.' },
  { v1: 'bigtable.', services: ['bigtable.googleapis.com', 'bigtableadmin.googleapis.com'], resource: '' },
];

/** Hosts of APIs whose permissions begin otherwise; no policy is known to use them, and where one does it means these. */
const API_HOSTS: ReadonlyMap<string, string> = new Map([
  ['sqladmin.googleapis.com', 'cloudsql.'],
  ['translate.googleapis.com', 'cloudtranslate.'],
  ['websecurityscanner.googleapis.com', 'cloudsecurityscanner.'],
  ['cloudbilling.googleapis.com', 'billing.'],
  ['sourcerepo.googleapis.com', 'source.'],
  ['clouderrorreporting.googleapis.com', 'errorreporting.'],
  ['toolresults.googleapis.com', 'cloudtoolresults.'],
  ['fcm.googleapis.com', 'cloudmessaging.'],
]);

/** Resources that a wildcard over the service of their v1 prefix does not mean: deny and boundary policies name them elsewhere. */
const ELSEWHERE: readonly { readonly v1: string; readonly not: string }[] = [
  { v1: 'serviceusage.apiKeys.', not: 'serviceusage.googleapis.com' },
  { v1: 'bigquery.dataPolicies.', not: 'bigquery.googleapis.com' },
];

const GOOGLE = '.googleapis.com';

/**
 * The name a permission has in deny and principal access boundary policies: `SERVICE_FQDN/resource.verb` (gcp.md 1.3). Names
 * that are of that form already stay as they are.
 *
 * @example
 * canonicalPermission('resourcemanager.projects.delete'); // 'cloudresourcemanager.googleapis.com/projects.delete'
 */
export function canonicalPermission(name: string): string {
  if (name.includes('/')) return name;
  for (const { v1, services, resource } of RENAMED) {
    if (v1.length < name.length && name.startsWith(v1)) return `${services[0]}/${resource}${name.slice(v1.length)}`;
  }
  const dot = name.indexOf('.');
  return dot < 0 ? name : `${name.slice(0, dot)}${GOOGLE}/${name.slice(dot + 1)}`;
}

/**
 * Patterns of v1 names that a permission of a deny or boundary policy stands for, aliases included. A wildcard may reach
 * further than the policy does by the names of {@link deniedActions}, which knows the difference.
 *
 * @example
 * deniablePatterns('cloudresourcemanager.googleapis.com/projects.*'); // ['cloudresourcemanager…/projects.*', 'resourcemanager.projects.*']
 */
export function deniablePatterns(pattern: string): readonly string[] {
  const slash = pattern.indexOf('/');
  if (slash < 0) return [pattern];
  const service = pattern.slice(0, slash);
  const named = pattern.slice(slash + 1);
  const rest = named === '*.*' ? '*' : named;
  const found = new Set<string>([`${service}/${rest}`]);
  let regular = true;
  for (const renamed of RENAMED) {
    if (!renamed.services.includes(service)) continue;
    if (renamed.resource === '') {
      found.add(`${renamed.v1}${rest}`);
      regular = false;
    } else {
      const after = afterResource(renamed.resource, rest);
      if (after !== undefined) found.add(`${renamed.v1}${after}`);
    }
  }
  const host = API_HOSTS.get(service);
  if (host !== undefined) found.add(`${host}${rest}`);
  else if (regular && service.endsWith(GOOGLE)) found.add(`${service.slice(0, -GOOGLE.length)}.${rest}`);
  return [...found].sort();
}

/** What a pattern leaves of names that begin with a resource: `*.get` and `transfers.get` leave `get`. */
function afterResource(resource: string, rest: string): string | undefined {
  if (rest === '*') return '*';
  if (rest.startsWith('*.')) return rest.slice(2);
  return rest.startsWith(resource) ? rest.slice(resource.length) : undefined;
}

/**
 * The actions of a rule that names some permissions and excepts others, both as deny policies write them. Usually one
 * selector; more where a wildcard over a service must spare names that v1 files under it, but deny policies elsewhere.
 * Every action of the rule is in one of them, and no other is.
 *
 * @example
 * deniedActions(['compute.googleapis.com/instances.delete'], []);
 * // [{ include: ['compute.googleapis.com/instances.delete', 'compute.instances.delete'], exclude: [] }]
 */
export function deniedActions(denied: readonly string[], excepted: readonly string[]): readonly Selector[] {
  const selectors: Selector[] = [];
  const include = new Set<string>();
  const spared = new Set<string>();
  const apart = new Map<string, Set<string>>();
  for (const pattern of denied) {
    for (const v1 of deniablePatterns(pattern)) {
      const family = ELSEWHERE.find((one) => v1.startsWith(one.v1));
      if (family === undefined || pattern.startsWith(`${family.not}/`)) include.add(v1);
      else apart.set(family.v1, (apart.get(family.v1) ?? new Set()).add(v1));
    }
    for (const one of ELSEWHERE) if (reachesAll(pattern, one.not)) spared.add(`${one.v1}*`);
  }
  const exceptions = excepted.flatMap((pattern) => deniablePatterns(pattern));
  if (include.size > 0) {
    // A resource named outright beside a wildcard is meant, so it is not spared with what the wildcard does not mean.
    const outright = [...include].filter((v1) => ELSEWHERE.some((one) => v1.startsWith(one.v1)));
    const rest = [...include].filter((v1) => !outright.includes(v1));
    if (rest.length > 0) selectors.push(selector(rest, [...exceptions, ...spared]));
    if (outright.length > 0) selectors.push(selector(outright, exceptions));
  }
  for (const [v1, patterns] of [...apart].sort(([left], [right]) => (left < right ? -1 : 1))) {
    const service = ELSEWHERE.find((one) => one.v1 === v1)?.not;
    const own = excepted.filter((pattern) => service === undefined || !reachesAll(pattern, service));
    selectors.push(
      selector(
        [...patterns],
        own.flatMap((pattern) => deniablePatterns(pattern)),
      ),
    );
  }
  return selectors;
}

/** Whether a pattern is a wildcard over the resources of a service. */
function reachesAll(pattern: string, service: string): boolean {
  return pattern.startsWith(`${service}/*`);
}

function selector(include: readonly string[], exclude: readonly string[]): Selector {
  return { include: [...new Set(include)].sort(), exclude: [...new Set(exclude)].sort() };
}
