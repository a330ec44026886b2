import type { GcpAuditConfig } from '../bundle/gcp-input.ts';
import { knownPermission } from '../catalogue/known-permissions.ts';
import type { PermissionKind } from '../catalogue/permission-kind.ts';
import { canonicalPermission } from '../catalogue/permission-names.ts';

/** Where every use of a permission is recorded. */
export type PermissionVisibility =
  /** In Admin Activity, which is always written. */
  | { readonly in: 'activity' }
  /** In Data Access, where entries of all of these types are written for all of these services. */
  | { readonly in: 'data_access'; readonly types: readonly DataAccessType[]; readonly services: readonly string[] }
  /** In one of both: which is not known, so that both have to be there. */
  | { readonly in: 'either'; readonly types: readonly DataAccessType[]; readonly services: readonly string[] }
  /** No entry names it, or nobody knows of one. */
  | { readonly in: 'nowhere' };

/** A type of Data Access entries. */
export type DataAccessType = Exclude<PermissionKind, 'ADMIN_WRITE'>;

const ALL_TYPES: readonly DataAccessType[] = ['ADMIN_READ', 'DATA_READ', 'DATA_WRITE'];

/**
 * Permissions, or the beginning of some, that are checked without an entry that is known to name them: attached service
 * accounts, writing of telemetry, quota projects, logins of an operating system, what Kubernetes asks its own log for.
 */
const UNLOGGED: readonly string[] = [
  'iam.serviceAccounts.actAs',
  'logging.logEntries.create',
  'logging.logEntries.route',
  'monitoring.timeSeries.create',
  'cloudtrace.traces.patch',
  'cloudprofiler.',
  'errorreporting.errorEvents.create',
  'telemetry.',
  'pubsub.topics.publish',
  'pubsub.subscriptions.consume',
  'serviceusage.services.use',
  'compute.instances.osLogin',
  'compute.instances.osAdminLogin',
  'compute.oslogin.',
  'container.',
  'storage.buckets.enableObjectRetention',
];

/** Further services under whose name entries of a permission may be written and configured. */
const FURTHER_SERVICES: Readonly<Record<string, readonly string[]>> = {
  'bigtable.googleapis.com': ['bigtableadmin.googleapis.com'],
  'datastore.googleapis.com': ['firestore.googleapis.com'],
  'cloudsql.googleapis.com': ['sqladmin.googleapis.com'],
  'cloudtranslate.googleapis.com': ['translate.googleapis.com'],
  'source.googleapis.com': ['sourcerepo.googleapis.com'],
  'billing.googleapis.com': ['cloudbilling.googleapis.com'],
};

/** Where every use of a permission, by its v1 name, is recorded (gcp.md 5, "Kinds of permission"). */
export function visibilityOf(permission: string): PermissionVisibility {
  if (
    UNLOGGED.some((unlogged) => (unlogged.endsWith('.') ? permission.startsWith(unlogged) : permission === unlogged))
  ) {
    return { in: 'nowhere' };
  }
  const services = servicesOf(permission);
  const kind = knownPermission(permission)?.kind;
  if (kind === 'ADMIN_WRITE') return { in: 'activity' };
  return kind === undefined
    ? { in: 'either', types: ALL_TYPES, services }
    : { in: 'data_access', types: [kind], services };
}

/** Services under whose names entries about a permission may be written. */
export function servicesOf(permission: string): readonly string[] {
  const canonical = canonicalPermission(permission);
  const host = canonical.slice(0, Math.max(0, canonical.indexOf('/')));
  const further = Object.hasOwn(FURTHER_SERVICES, host) ? FURTHER_SERVICES[host] : undefined;
  return [host, ...(further ?? [])];
}

/** Service whose permissions entries of another one are about: tokens are IAM's. */
export function servicesMeantBy(service: string): string {
  return service === 'iamcredentials.googleapis.com' ? 'iam.googleapis.com' : service;
}

/** Which entries of Data Access are written of one container, for whoever calls. */
export class DataAccessSettings {
  readonly #types: ReadonlyMap<string, ReadonlySet<DataAccessType>>;
  readonly #exempting: ReadonlySet<string>;

  /** `configs`: of the container and of everything above it. Types of all of them count, and so do their exemptions. */
  constructor(configs: readonly GcpAuditConfig[]) {
    const types = new Map<string, Set<DataAccessType>>([['bigquery.googleapis.com', new Set(ALL_TYPES)]]);
    const exempting = new Set<string>();
    for (const { service, logs } of configs) {
      const written = types.get(service) ?? new Set();
      types.set(service, written);
      for (const { type, exemptedMembers } of logs) {
        written.add(type);
        if (exemptedMembers.length > 0) exempting.add(`${service} ${type}`);
      }
    }
    this.#types = types;
    this.#exempting = exempting;
  }

  /** Whether entries of a type are written for a service, exempting nobody. */
  writes(service: string, type: DataAccessType): boolean {
    const sources = [service, 'allServices'];
    if (sources.some((source) => this.#exempting.has(`${source} ${type}`))) return false;
    return sources.some((source) => this.#types.get(source)?.has(type) === true);
  }
}
