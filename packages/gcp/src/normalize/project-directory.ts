import type { NodeId } from '@keyreach/core/graph';
import { isRecord, type RawRecord } from '@keyreach/core/input';
import type { GcpAsset, GcpInput } from '../bundle/gcp-input.ts';
import { fieldText } from './field-values.ts';
import { scopeId } from './gcp-ids.ts';

/** The kinds of scopes, as names have them. */
export type ScopeKind = 'projects' | 'folders' | 'organizations';

/** What the input tells of one organization, folder or project. */
export interface KnownScope {
  readonly id: NodeId;
  readonly kind: ScopeKind;
  /** Number; of a project whose number is not in the input its id. */
  readonly key: string;
  /** Id of the scope above, listed or not; absent where there is none or it is not told. */
  readonly parent?: NodeId;
  /** Whether the input tells what is above: a parent, or that there is none. */
  readonly parentTold: boolean;
  /** Whether the input has a record of it, and does not only name it. */
  readonly listed: boolean;
  /** Data of its record, whichever version. Absent: no RESOURCE content of it. */
  readonly data?: RawRecord;
  readonly projectId?: string;
  readonly projectNumber?: string;
}

const CRM = '//cloudresourcemanager.googleapis.com/';
const SCOPE_NAME = /^(projects|folders|organizations)\/([^/]+)$/;

/** A scope while it is put together of records. */
interface Draft {
  readonly kind: ScopeKind;
  readonly key: string;
  parent?: NodeId;
  parentTold: boolean;
  listed: boolean;
  data?: RawRecord;
}

/**
 * Projects, folders and organizations of an input: both names of a project, what lies in what, and the one id that a resource has
 * however it is written (gcp.md 1.2).
 */
export class ProjectDirectory {
  readonly #numbers = new Map<string, string>();
  readonly #ids = new Map<string, string>();
  readonly #scopes: ReadonlyMap<NodeId, KnownScope>;
  readonly #chains = new Map<NodeId, readonly NodeId[]>();

  constructor(input: GcpInput) {
    const assets = input.assets?.items ?? [];
    // Which of several records of one thing counts must not depend on their order.
    const records = assets.filter(({ assetType }) => kindOf(assetType) !== undefined).sort(byName);
    for (const { name, resource } of records) if (resource !== undefined) this.#linkData(name, resource.data);
    this.#linkAncestors(assets);
    this.#scopes = this.#readScopes(records, assets);
  }

  /** Every scope, in order of ids. */
  get scopes(): Iterable<KnownScope> {
    return this.#scopes.values();
  }

  /** The scope with this id. */
  scope(id: NodeId): KnownScope | undefined {
    return this.#scopes.get(id);
  }

  /** Number of a project by id or number; undefined where the input does not tell. */
  numberOf(project: string): string | undefined {
    return isNumber(project) ? project : this.#numbers.get(project.toLowerCase());
  }

  /** Id of a project by id or number; undefined where the input does not tell. */
  projectIdOf(project: string): string | undefined {
    return isNumber(project) ? this.#ids.get(project) : project.toLowerCase();
  }

  /** Id of the scope of `projects/P`, `folders/F` or `organizations/O`, or of its full name; whether it is in the input or not. */
  scopeIdOf(name: string): NodeId | undefined {
    const match = SCOPE_NAME.exec(name.startsWith(CRM) ? name.slice(CRM.length) : name);
    if (match === null) return undefined;
    const [, kind, key = ''] = match;
    return scopeId(kind as ScopeKind, kind === 'projects' ? (this.numberOf(key) ?? key.toLowerCase()) : key);
  }

  /** Id of the scope of a project, by id or number, where it is in the input. */
  projectScope(project: string): NodeId | undefined {
    return this.known(this.scopeIdOf(`projects/${project}`));
  }

  /** The id where there is a scope of it. */
  known(id: NodeId | undefined): NodeId | undefined {
    return id !== undefined && this.#scopes.has(id) ? id : undefined;
  }

  /** The scope and those above it, nearest first; ends where a circle would close. */
  chainOf(scope: NodeId): readonly NodeId[] {
    const known = this.#chains.get(scope);
    if (known !== undefined) return known;
    const chain: NodeId[] = [];
    const seen = new Set<NodeId>();
    for (let at: NodeId | undefined = scope; at !== undefined && !seen.has(at); at = this.#scopes.get(at)?.parent) {
      seen.add(at);
      chain.push(at);
    }
    this.#chains.set(scope, chain);
    return chain;
  }

  /**
   * The id of the node of a full resource name: the project in it by number where that is known (gcp.md 1.2). The name of a scope
   * gives the id of the scope.
   *
   * @example
   * directory.canonicalId('//compute.googleapis.com/projects/shop/zones/z/instances/i'); // '//compute.googleapis.com/projects/7200/zones/…'
   */
  canonicalId(name: string): NodeId {
    const scope = name.startsWith(CRM) ? this.scopeIdOf(name) : undefined;
    if (scope !== undefined) return scope;
    const segment = projectSegment(name);
    if (segment === undefined) return name;
    const number = this.numberOf(segment.project);
    return number === undefined ? name : `${name.slice(0, segment.from)}${number}${name.slice(segment.to)}`;
  }

  /** The scope that an asset lies in: the nearest of its ancestors, else what its data or its name tell. Of a scope the one above. */
  scopeOfAsset(asset: Pick<GcpAsset, 'name' | 'assetType' | 'ancestors' | 'resource'>): NodeId | undefined {
    if (kindOf(asset.assetType) !== undefined) return this.#scopes.get(this.canonicalId(asset.name))?.parent;
    for (const ancestor of asset.ancestors) {
      const id = this.known(this.scopeIdOf(ancestor));
      if (id !== undefined) return id;
    }
    const parent = asset.resource?.parent;
    const above = parent === undefined ? undefined : this.known(this.scopeIdOf(parent));
    if (above !== undefined) return above;
    const segment = projectSegment(asset.name);
    if (segment !== undefined) return this.projectScope(segment.project);
    const [, kind, key] = /^\/\/[^/]+\/(folders|organizations)\/([^/]+)(?:\/|$)/.exec(asset.name) ?? [];
    return kind === undefined || key === undefined ? undefined : this.known(scopeId(kind as ScopeKind, key));
  }

  /** The organization around a scope, if it is told. */
  organizationOf(scope: NodeId): NodeId | undefined {
    return this.chainOf(scope).find((id) => id.startsWith(`${CRM}organizations/`));
  }

  /** Workspace customers of the organizations of the input, by organization. */
  get customers(): ReadonlyMap<NodeId, string> {
    const found = new Map<NodeId, string>();
    for (const { id, data } of this.#scopes.values()) {
      const customer = data === undefined ? undefined : customerOf(data);
      if (customer !== undefined) found.set(id, customer);
    }
    return found;
  }

  #linkData(name: string, data: RawRecord): void {
    const named = nameInCrm(name);
    if (named?.kind !== 'projects') return;
    const id = fieldText(data, 'projectId') ?? (isNumber(named.key) ? undefined : named.key);
    const own = SCOPE_NAME.exec(fieldText(data, 'name') ?? '')?.[2];
    const number = numberText(data['projectNumber']) ?? (own !== undefined && isNumber(own) ? own : undefined);
    this.#link(id, number ?? (isNumber(named.key) ? named.key : undefined));
  }

  /** A name with the id of a project beside ancestors with its number tell both. */
  #linkAncestors(assets: readonly GcpAsset[]): void {
    const pairs = new Map<string, readonly [id: string, number: string]>();
    for (const { name, ancestors, assetType } of assets) {
      const [nearest] = ancestors;
      const number = nearest?.startsWith('projects/') === true ? nearest.slice('projects/'.length) : '';
      if (!isNumber(number)) continue;
      const project = kindOf(assetType) === undefined ? projectSegment(name)?.project : nameInCrm(name)?.key;
      if (project === undefined || isNumber(project)) continue;
      pairs.set(`${project} ${number}`, [project, number]);
    }
    for (const [, [id, number]] of [...pairs].sort(([left], [right]) => (left < right ? -1 : 1)))
      this.#link(id, number);
  }

  /** The first that is told of a project counts. */
  #link(id: string | undefined, number: string | undefined): void {
    if (id === undefined || number === undefined || !isNumber(number)) return;
    const lower = id.toLowerCase();
    if (this.#numbers.has(lower) || this.#ids.has(number)) return;
    this.#numbers.set(lower, number);
    this.#ids.set(number, lower);
  }

  #readScopes(records: readonly GcpAsset[], assets: readonly GcpAsset[]): ReadonlyMap<NodeId, KnownScope> {
    const drafts = new Map<NodeId, Draft>();
    const draft = (id: NodeId): Draft => {
      let found = drafts.get(id);
      if (found === undefined) {
        const [, kind, key = ''] = SCOPE_NAME.exec(id.slice(CRM.length)) ?? [];
        found = { kind: kind as ScopeKind, key, parentTold: kind === 'organizations', listed: false };
        drafts.set(id, found);
      }
      return found;
    };
    for (const { name, ancestors, resource } of records) {
      const id = this.scopeIdOf(name);
      if (id === undefined) continue;
      const here = draft(id);
      here.listed = true;
      if (resource !== undefined) here.data ??= resource.data;
      const chain = ancestors.flatMap((one) => this.scopeIdOf(one) ?? []);
      // The list of ancestors begins with the scope itself.
      const above = chain[0] === id ? chain[1] : chain[0];
      const parent = this.#parentIn(resource?.data) ?? this.scopeIdOf(resource?.parent ?? '') ?? above;
      if (parent !== undefined && parent !== id) here.parent ??= parent;
      if (here.parent !== undefined || chain.length > 0) here.parentTold = true;
    }
    const paths = new Set<string>();
    for (const { ancestors } of assets) paths.add(ancestors.join(' '));
    for (const path of [...paths].sort()) {
      const chain = path.split(' ').flatMap((one) => this.scopeIdOf(one) ?? []);
      for (const [index, id] of chain.entries()) {
        const here = draft(id);
        const parent = chain[index + 1];
        if (parent !== undefined && parent !== id) here.parent ??= parent;
        here.parentTold = true;
      }
    }
    for (const { parent } of [...drafts.values()]) if (parent !== undefined) draft(parent);
    return new Map(
      [...drafts]
        .sort(([left], [right]) => (left < right ? -1 : 1))
        .map(([id, found]) => [id, this.#known(id, found)] as const),
    );
  }

  #known(id: NodeId, { kind, key, ...rest }: Draft): KnownScope {
    const projectNumber = kind === 'projects' ? this.numberOf(key) : undefined;
    const projectId = kind === 'projects' ? this.projectIdOf(key) : undefined;
    return {
      id,
      kind,
      key,
      ...rest,
      ...(projectId === undefined ? {} : { projectId }),
      ...(projectNumber === undefined ? {} : { projectNumber }),
    };
  }

  /** `folders/9` of version 3, `{ type: 'folder', id: '9' }` of version 1. */
  #parentIn(data: RawRecord | undefined): NodeId | undefined {
    const parent = data?.['parent'];
    if (typeof parent === 'string') return this.scopeIdOf(parent);
    if (!isRecord(parent)) return undefined;
    const type = fieldText(parent, 'type');
    const key = fieldText(parent, 'id') ?? numberText(parent['id']);
    return type === undefined || key === undefined ? undefined : this.scopeIdOf(`${type.toLowerCase()}s/${key}`);
  }
}

/** The customer of a Workspace or Cloud Identity that an organization belongs to, of version 1 or 3 (gcp.md 4.2). */
function customerOf(data: RawRecord): string | undefined {
  return fieldText(data, 'directoryCustomerId') ?? fieldText(data, 'owner.directoryCustomerId');
}

/** The kind of scope that a type of asset is; undefined for resources. */
export function kindOf(assetType: string): ScopeKind | undefined {
  switch (assetType) {
    case 'cloudresourcemanager.googleapis.com/Project':
      return 'projects';
    case 'cloudresourcemanager.googleapis.com/Folder':
      return 'folders';
    case 'cloudresourcemanager.googleapis.com/Organization':
      return 'organizations';
    default:
      return undefined;
  }
}

function nameInCrm(name: string): { readonly kind: ScopeKind; readonly key: string } | undefined {
  const [, kind, key] = SCOPE_NAME.exec(name.startsWith(CRM) ? name.slice(CRM.length) : name) ?? [];
  return kind === undefined || key === undefined ? undefined : { kind: kind as ScopeKind, key };
}

/** Where the project stands in a full name: after the first `projects/`; none for the wildcards `-` and `_`. */
function projectSegment(
  name: string,
): { readonly project: string; readonly from: number; readonly to: number } | undefined {
  const at = name.indexOf('/projects/');
  if (at < 0) return undefined;
  const from = at + '/projects/'.length;
  const slash = name.indexOf('/', from);
  const to = slash < 0 ? name.length : slash;
  const project = name.slice(from, to);
  return project === '' || project === '-' || project === '_' ? undefined : { project, from, to };
}

function isNumber(text: string): boolean {
  return /^\d{1,30}$/.test(text);
}

/** int64 values are strings in JSON; old exports have numbers. */
function numberText(value: unknown): string | undefined {
  if (typeof value === 'string' && isNumber(value)) return value;
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? String(value) : undefined;
}

function byName(left: GcpAsset, right: GcpAsset): number {
  return left.name < right.name ? -1 : left.name > right.name ? 1 : 0;
}
