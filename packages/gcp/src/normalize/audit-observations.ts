import type { NodeId, ScopeNode, Timestamp } from '@keyreach/core/graph';
import { readTimestamp } from '@keyreach/core/input';
import type { GcpAuditConfig, GcpAuditCoverage, GcpAuditUsage, GcpInput } from '../bundle/gcp-input.ts';
import { knownPermissions } from '../catalogue/known-permissions.ts';
import { permissionOfMethod } from '../usage/method-permissions.ts';
import { DataAccessSettings, servicesMeantBy, servicesOf, visibilityOf } from '../usage/permission-visibility.ts';
import { GCP } from './gcp-ids.ts';
import { ProjectNames } from './project-names.ts';
import type { RecordedPrincipals } from './recorded-principals.ts';
import type { RecordedUseContext } from './recorded-use-context.ts';
import { type SeenTime, sharedTime } from './seen-time.ts';

/**
 * Says which permissions audit logs would have shown (`docs/usage-gcp.md`, "What logs can show"). Calls are logged where the
 * resource is, so that silence speaks of anybody only where the logs of every project, folder and organization of the input
 * were read; it then speaks of everybody below each topmost one, and of users, who stand below none.
 */
export function addAuditObservations(
  usage: GcpAuditUsage,
  context: RecordedUseContext,
  principals: RecordedPrincipals,
): void {
  if (usage.coverage.length === 0) return;
  const { input, builder } = context;
  const scopes = scopesOf(context);
  const covered = new CoveredLogs(usage, scopes, new ProjectNames(input));
  const activity = covered.everywhere('activity');
  if (activity === undefined) return;
  const data = settingsOf(input, scopes);
  const dataAccess = data === undefined ? undefined : covered.dataAccess();
  const writes = (service: string, type: Parameters<DataAccessSettings['writes']>[1]): boolean =>
    data?.every((settings) => settings.writes(service, type)) === true;

  const untold = untoldServices(usage);
  const always: string[] = [];
  const switched: string[] = [];
  const both: string[] = [];
  for (const permission of permissionsOf(input)) {
    if (servicesOf(permission).some((service) => untold.has(service))) continue;
    const where = visibilityOf(permission);
    if (where.in === 'nowhere') continue;
    if (where.in === 'activity') always.push(permission);
    else if (where.types.every((type) => where.services.every((service) => writes(service, type)))) {
      (where.in === 'either' ? both : switched).push(permission);
    }
  }
  const shown: readonly (readonly [readonly string[], SeenTime | undefined])[] = [
    [always, activity],
    [switched, dataAccess],
    [both, dataAccess === undefined ? undefined : sharedTime([activity, dataAccess])],
  ];
  const tops = [...scopes.values()].filter(({ scope }) => scope === undefined || !scopes.has(scope));
  const subjects = [...tops.map(({ id }) => id), ...principals.ofType('user')];
  for (const [include, period] of shown) {
    if (include.length === 0 || period === undefined || period.from >= period.to) continue;
    // One object for all of them: it names thousands.
    const actions = { include, exclude: [] };
    for (const subject of subjects) {
      builder.observation({
        subject,
        actions,
        granularity: 'action',
        byCredential: true,
        ...period,
        source: usage.source,
      });
    }
  }
}

function scopesOf({ builder }: RecordedUseContext): ReadonlyMap<NodeId, ScopeNode> {
  const scopes = new Map<NodeId, ScopeNode>();
  for (const node of builder.nodes) if (node.kind === 'scope' && node.provider === GCP) scopes.set(node.id, node);
  return scopes;
}

/** Permissions that roles of the input name, and those that are known anyway; sorted. */
function permissionsOf({ roles }: GcpInput): readonly string[] {
  const names = new Set(knownPermissions.map(({ name }) => name));
  for (const { includedPermissions } of roles?.items ?? []) for (const name of includedPermissions) names.add(name);
  return [...names].sort();
}

/** Services some entries of which tell no permission: any of theirs may have been used then. */
function untoldServices({ rows }: GcpAuditUsage): ReadonlySet<string> {
  const untold = new Set<string>();
  for (const { permission, method = '', service } of rows) {
    if (permission === undefined && permissionOfMethod(method) === undefined) untold.add(servicesMeantBy(service));
  }
  return untold;
}

/**
 * What is written of Data Access in each scope. Undefined where the policy of a scope, or of one above it, is not in the input:
 * it may exempt somebody.
 */
function settingsOf(
  input: GcpInput,
  scopes: ReadonlyMap<NodeId, ScopeNode>,
): readonly DataAccessSettings[] | undefined {
  if (input.assets?.hasPolicies !== true || !input.assets.complete) return undefined;
  const names = new ProjectNames(input);
  const configs = new Map<NodeId, readonly GcpAuditConfig[]>();
  const chains: (readonly NodeId[])[] = [];
  for (const { name, assetType, ancestors, iamPolicy } of input.assets.items) {
    if (!assetType.startsWith('cloudresourcemanager.googleapis.com/')) continue;
    const id = names.canonical(name);
    if (iamPolicy !== undefined) {
      if (!iamPolicy.auditConfigs.complete) return undefined;
      configs.set(id, [...(configs.get(id) ?? []), ...iamPolicy.auditConfigs.items]);
    } else if (!configs.has(id)) configs.set(id, []);
    chains.push(ancestors.map((ancestor) => names.canonical(`//cloudresourcemanager.googleapis.com/${ancestor}`)));
  }
  if (chains.flat().some((id) => !configs.has(id))) return undefined;
  const settings: DataAccessSettings[] = [];
  for (const scope of scopes.values()) {
    const all: GcpAuditConfig[] = [];
    for (let at: ScopeNode | undefined = scope, steps = 0; at !== undefined && steps < 100; steps += 1) {
      const own = configs.get(names.canonical(at.id));
      if (own === undefined) return undefined;
      all.push(...own);
      at = at.scope === undefined ? undefined : scopes.get(at.scope);
    }
    settings.push(new DataAccessSettings(all));
  }
  return settings;
}

/** Which logs of which scopes a source read, and when. */
class CoveredLogs {
  readonly #usage: GcpAuditUsage;
  readonly #scopes: ReadonlyMap<NodeId, ScopeNode>;
  readonly #names: ProjectNames;
  readonly #byPlace: ReadonlyMap<string, readonly GcpAuditCoverage[]>;

  constructor(usage: GcpAuditUsage, scopes: ReadonlyMap<NodeId, ScopeNode>, names: ProjectNames) {
    this.#usage = usage;
    this.#scopes = scopes;
    this.#names = names;
    const byPlace = new Map<string, GcpAuditCoverage[]>();
    for (const coverage of usage.coverage) {
      const place = this.#place(coverage.container);
      const known = byPlace.get(place);
      if (known === undefined) byPlace.set(place, [coverage]);
      else known.push(coverage);
    }
    this.#byPlace = byPlace;
  }

  /** The time that the logs of one kind of every scope were read for. */
  everywhere(log: GcpAuditCoverage['log']): SeenTime | undefined {
    const periods: SeenTime[] = [];
    for (const scope of this.#scopes.values()) {
      const period = this.#of(scope, log);
      if (period === undefined) return undefined;
      periods.push(period);
    }
    return periods.length === 0 ? undefined : sharedTime(periods);
  }

  /** The same for Data Access, since settings are what they are now: the last change is told by Admin Activity. */
  dataAccess(): SeenTime | undefined {
    const read = this.everywhere('data_access');
    const settled = this.everywhere('activity');
    if (read === undefined || settled === undefined) return undefined;
    const period = sharedTime([read, settled]);
    const changed = this.#lastChange();
    return changed === undefined || changed < period.from ? period : { from: changed, to: period.to };
  }

  #lastChange(): Timestamp | undefined {
    const { auditConfigChanges, rows } = this.#usage;
    const times =
      auditConfigChanges === undefined
        ? rows
            .filter(({ permission }) => permission !== undefined && setsPolicy.test(permission))
            .map(({ last }) => last)
        : auditConfigChanges.map(({ at }) => at);
    let latest: Timestamp | undefined;
    for (const text of times) {
      const time = readTimestamp(text);
      if (time !== undefined && (latest === undefined || time > latest)) latest = time;
    }
    return latest;
  }

  /** The longest time one coverage tells, of the scope itself or of everything below one around it. */
  #of(scope: ScopeNode, log: GcpAuditCoverage['log']): SeenTime | undefined {
    let best: SeenTime | undefined;
    for (let at: ScopeNode | undefined = scope, steps = 0; at !== undefined && steps < 100; steps += 1) {
      for (const { log: of, below, from, to } of this.#byPlace.get(this.#names.canonical(at.id)) ?? []) {
        if (of !== log || (at !== scope && below !== true)) continue;
        const start = readTimestamp(from);
        const end = readTimestamp(to);
        if (start === undefined || end === undefined || start >= end) continue;
        if (best === undefined || lengthOf(best) < Date.parse(end) - Date.parse(start)) best = { from: start, to: end };
      }
      at = at.scope === undefined ? undefined : this.#scopes.get(at.scope);
    }
    return best;
  }

  #place(container: string): string {
    return this.#names.canonical(`//cloudresourcemanager.googleapis.com/${container}`);
  }
}

const setsPolicy = /^resourcemanager\.(?:projects|folders|organizations)\.setIamPolicy$/;

function lengthOf({ from, to }: SeenTime): number {
  return Date.parse(to) - Date.parse(from);
}
