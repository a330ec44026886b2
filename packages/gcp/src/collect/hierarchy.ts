import { isRecord, type RawRecord } from '@keyreach/core/input';
import type { CallSender } from './call-sender.ts';
import type { FailedCall, GoogleCall } from './google-call.ts';
import { METHODS } from './methods.ts';
import type { ScopeNode } from './part.ts';

/** What is to be read, by name: `organizations/1`, `folders/2`, `projects/my-project`. */
export interface WantedScopes {
  readonly organizations: readonly string[];
  readonly folders: readonly string[];
  readonly projects: readonly string[];
}

/** Organizations, folders and projects as Resource Manager (v3) gives them, and what could not be read of the tree. */
export interface Hierarchy {
  /** Scopes that everything else lies below; sorted by name. */
  readonly roots: readonly string[];
  readonly organizations: readonly RawRecord[];
  readonly folders: readonly RawRecord[];
  readonly projects: readonly RawRecord[];
  readonly failures: readonly { readonly scope: string; readonly what: string; readonly failed: FailedCall }[];
}

const PAGE = { pageSize: '500' };

/**
 * Reads the tree below the wanted scopes; without any, below every organization the caller sees, and beside them the folders and
 * projects that lie in none of those (gcp.md 4.1).
 */
export async function readHierarchy(sender: CallSender, wanted: WantedScopes): Promise<Hierarchy> {
  const tree = new Tree(sender);
  const isAsked = wanted.organizations.length + wanted.folders.length + wanted.projects.length > 0;
  if (isAsked) {
    for (const name of wanted.organizations) await tree.addOne('organizations', METHODS.organization, name);
    for (const name of wanted.folders) await tree.addOne('folders', METHODS.folder, name);
    for (const name of wanted.projects) await tree.addOne('projects', METHODS.project, name);
  } else await tree.addVisible();
  return tree.result();
}

/** True for what was written of a tree. */
export function isHierarchy(raw: unknown): raw is Hierarchy {
  if (!isRecord(raw)) return false;
  return [raw['roots'], raw['organizations'], raw['folders'], raw['projects'], raw['failures']].every(Array.isArray);
}

/** Names of the organizations the caller sees; undefined where that cannot be told. */
export async function seenOrganizations(sender: CallSender): Promise<readonly string[] | undefined> {
  const call = { method: METHODS.organizations, path: '/v3/organizations:search', query: PAGE };
  const { items, failed } = await sender.list(call, 'organizations');
  return failed === undefined ? items.map(({ name }) => String(name)) : undefined;
}

/** Node of a record; undefined for projects that are being deleted, of which nothing can be read. */
export function nodeOf(kind: ScopeNode['kind'], { name, projectId, parent, state }: RawRecord): ScopeNode | undefined {
  if (typeof name !== 'string' || !/^(?:organizations|folders|projects)\/\d{1,30}$/.test(name)) return undefined;
  if (kind === 'projects' && (typeof projectId !== 'string' || !/^[\w:.-]{1,100}$/.test(projectId))) return undefined;
  if (typeof state === 'string' && state !== 'ACTIVE') return undefined;
  return {
    kind,
    name,
    ...(kind === 'projects' ? { projectId: String(projectId) } : {}),
    ...(typeof parent === 'string' ? { parent } : {}),
  };
}

/** Folders lie ten deep at most; records that say otherwise are not followed forever. */
const MOST_LEVELS = 50;

/** The owner and the nodes that lie below it, in their order. */
export function nodesBelow(owner: ScopeNode, nodes: readonly ScopeNode[]): readonly ScopeNode[] {
  if (owner.kind === 'projects') return [owner];
  const parents = new Map(nodes.map(({ name, parent }) => [name, parent]));
  return nodes.filter(({ name }) => {
    let at: string | undefined = name;
    for (let level = 0; at !== undefined && level < MOST_LEVELS; level += 1) {
      if (at === owner.name) return true;
      at = parents.get(at);
    }
    return false;
  });
}

class Tree {
  readonly #sender: CallSender;
  readonly #records = {
    organizations: new Map<string, RawRecord>(),
    folders: new Map<string, RawRecord>(),
    projects: new Map<string, RawRecord>(),
  };
  readonly #roots = new Set<string>();
  readonly #failures: { scope: string; what: string; failed: FailedCall }[] = [];

  constructor(sender: CallSender) {
    this.#sender = sender;
  }

  async addOne(kind: ScopeNode['kind'], method: GoogleCall['method'], name: string): Promise<void> {
    const result = await this.#sender.send({ method, path: `/v3/${name}` });
    if (result.ok) {
      if (this.#add(kind, result.reply)) await this.#addRoot(kind, result.reply);
      return;
    }
    this.#failures.push({ scope: name, what: name, failed: result.failed });
    // Its name is enough to read below it.
    if (kind === 'projects' || result.failed.kind === 'not-found') return;
    this.#add(kind, { name });
    await this.#addRoot(kind, { name });
  }

  async addVisible(): Promise<void> {
    const organizations = await this.#search(METHODS.organizations, 'organizations');
    for (const record of organizations)
      if (this.#add('organizations', record)) await this.#addRoot('organizations', record);
    const folders = await this.#search(METHODS.searchFolders, 'folders');
    const isSeen = new Set(folders.map(({ name }) => name));
    const loose = folders.filter(({ name, parent }) => !this.#records.folders.has(String(name)) && !isSeen.has(parent));
    for (const record of loose) if (this.#add('folders', record)) await this.#addRoot('folders', record);
    const projects = await this.#search(METHODS.searchProjects, 'projects');
    for (const record of projects) {
      if (!this.#records.projects.has(String(record['name'])) && this.#add('projects', record))
        await this.#addRoot('projects', record);
    }
  }

  result(): Hierarchy {
    const sorted = (map: ReadonlyMap<string, RawRecord>): readonly RawRecord[] =>
      [...map].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, record]) => record);
    const { organizations, folders, projects } = this.#records;
    return {
      roots: [...this.#roots].sort(),
      organizations: sorted(organizations),
      folders: sorted(folders),
      projects: sorted(projects),
      failures: this.#failures,
    };
  }

  /** False where it is known already, or has no name. */
  #add(kind: ScopeNode['kind'], record: RawRecord): boolean {
    const name = String(record['name']);
    if (!/^(?:organizations|folders|projects)\/\d{1,30}$/.test(name) || this.#records[kind].has(name)) return false;
    this.#records[kind].set(name, record);
    return true;
  }

  async #addRoot(kind: ScopeNode['kind'], record: RawRecord): Promise<void> {
    const name = String(record['name']);
    this.#roots.add(name);
    if (kind === 'projects') return;
    let level = [name];
    while (level.length > 0) {
      const found = await Promise.all(level.map((parent) => this.#below(parent)));
      level = found.flat();
    }
  }

  /** Adds what is directly below, and gives the folders among it; one that is known already is not walked again. */
  async #below(parent: string): Promise<string[]> {
    const query = { parent, ...PAGE };
    const folders = await this.#list({ method: METHODS.folders, path: '/v3/folders', query }, 'folders', parent);
    const projects = await this.#list({ method: METHODS.projects, path: '/v3/projects', query }, 'projects', parent);
    for (const project of projects) this.#add('projects', project);
    return folders.filter((folder) => this.#add('folders', folder)).map(({ name }) => String(name));
  }

  #search(
    method: GoogleCall['method'],
    field: 'organizations' | 'folders' | 'projects',
  ): Promise<readonly RawRecord[]> {
    return this.#list({ method, path: `/v3/${field}:search`, query: PAGE }, field, 'organizations');
  }

  async #list(call: GoogleCall, field: string, scope: string): Promise<readonly RawRecord[]> {
    const { items, failed } = await this.#sender.list(call, field);
    if (failed !== undefined) this.#failures.push({ scope, what: field, failed });
    return items;
  }
}
