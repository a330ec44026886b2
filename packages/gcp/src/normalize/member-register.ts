import type { NodeId, PrincipalMatcher } from '@keyreach/core/graph';
import { type PoolMember, poolMemberId, readPoolMember } from './federation/pool-member.ts';
import { AUTHENTICATED_ID, serviceAccountId } from './gcp-ids.ts';
import type { ProjectDirectory, ScopeKind } from './project-directory.ts';

/** Which basic role on a project a convenience value stands for (gcp.md 1.5). */
export type ConvenienceKind = 'projectOwner' | 'projectEditor' | 'projectViewer';

/** The holders of a basic role on one project. */
export interface Convenience {
  readonly kind: ConvenienceKind;
  /** Project id where known, as written otherwise. */
  readonly project: string;
}

/** All service accounts, or agents, of a project, folder or organization that is not in the input. */
export interface ContainerSet {
  readonly scope: NodeId;
  readonly type: 'service-account' | 'service-agent';
}

/** Types of identities that are signed in with Google: neither federated nor anonymous (gcp.md 1.5). */
const AUTHENTICATED_TYPES: readonly string[] = ['service-account', 'service-agent', 'user'];

const CRM_SET = 'principalSet://cloudresourcemanager.googleapis.com/';
const CUSTOMER_SET = 'principalSet://goog/cloudIdentityCustomerId/';
/** Begins what stands for the id of a customer that is not told, before the number of its organization. */
export const UNTOLD_CUSTOMER = 'of organization ';
const SUBJECT_PRINCIPAL = 'principal://goog/subject/';
const ACCOUNT_PRINCIPAL = 'principal://iam.googleapis.com/projects/-/serviceAccounts/';
const LONGEST = 4000;

/**
 * Reads who is named in allow and deny policies, and remembers them so that each has a node in the end (gcp.md 1.5). E-mails are
 * compared whatever their case.
 */
export class MemberRegister {
  readonly #directory: ProjectDirectory;
  readonly #matchers = new Map<string, readonly PrincipalMatcher[]>();
  readonly #extra: (convenience: Convenience) => readonly PrincipalMatcher[];
  readonly #off: (member: PoolMember) => boolean;
  readonly #emailOf: (uniqueId: string) => string | undefined;

  readonly #users = new Set<string>();
  readonly #groups = new Set<string>();
  readonly #domains = new Set<string>();
  readonly #customers = new Set<string>();
  readonly #accounts = new Set<string>();
  readonly #pool = new Map<NodeId, PoolMember>();
  readonly #conveniences = new Map<NodeId, Convenience>();
  readonly #containers = new Map<NodeId, ContainerSet>();
  readonly #unknown = new Set<string>();
  #everybody = false;
  #authenticated = false;

  /**
   * `extra`: whom a convenience value names beside those that are members of its node. `off`: whether nobody can be the member of
   * a pool, because the pool is disabled or deleted (gcp.md 2). `emailOf`: the e-mail of the service account with a unique id.
   */
  constructor(
    directory: ProjectDirectory,
    extra: (convenience: Convenience) => readonly PrincipalMatcher[] = () => [],
    off: (member: PoolMember) => boolean = () => false,
    emailOf: (uniqueId: string) => string | undefined = () => undefined,
  ) {
    this.#directory = directory;
    this.#extra = extra;
    this.#off = off;
    this.#emailOf = emailOf;
  }

  /** E-mails of users that are named, in lower case; of groups; domains; ids of Workspace customers; e-mails of service accounts. */
  get users(): ReadonlySet<string> {
    return this.#users;
  }
  get groups(): ReadonlySet<string> {
    return this.#groups;
  }
  get domains(): ReadonlySet<string> {
    return this.#domains;
  }
  get customers(): ReadonlySet<string> {
    return this.#customers;
  }
  get serviceAccounts(): ReadonlySet<string> {
    return this.#accounts;
  }

  /** Subjects and sets of pools that are named, by the id of their node. */
  get poolMembers(): ReadonlyMap<NodeId, PoolMember> {
    return this.#pool;
  }

  /** Convenience values that are named, by the id of their node. */
  get conveniences(): ReadonlyMap<NodeId, Convenience> {
    return this.#conveniences;
  }

  /** Sets of service accounts of containers that are not in the input, by the id of their node. */
  get containerSets(): ReadonlyMap<NodeId, ContainerSet> {
    return this.#containers;
  }

  /** Texts of a form that is not known. */
  get unknownForms(): ReadonlySet<string> {
    return this.#unknown;
  }

  /** Whether `allUsers`, and whether `allAuthenticatedUsers` is named. */
  get publics(): { readonly everybody: boolean; readonly authenticated: boolean } {
    return { everybody: this.#everybody, authenticated: this.#authenticated };
  }

  /** Notes a user; gives the id of the node. */
  user(email: string): NodeId {
    const lower = email.toLowerCase();
    this.#users.add(lower);
    return `user:${lower}`;
  }

  /** Notes a group; gives the id of the node. */
  group(email: string): NodeId {
    const lower = email.toLowerCase();
    this.#groups.add(lower);
    return `group:${lower}`;
  }

  /** Notes a domain; gives the id of the node. */
  domain(name: string): NodeId {
    const lower = name.toLowerCase();
    this.#domains.add(lower);
    return `domain:${lower}`;
  }

  /** Notes a Workspace customer; gives the id of the node that stands for its accounts. */
  customer(id: string): NodeId {
    this.#customers.add(id);
    return `${CUSTOMER_SET}${id}`;
  }

  /** Notes the customer of an organization where the input does not tell its id; gives the id of the node. */
  customerOf(organization: NodeId): NodeId {
    const id = `${CUSTOMER_SET}${UNTOLD_CUSTOMER}${organization.slice(organization.lastIndexOf('/') + 1)}`;
    this.#customers.add(id.slice(CUSTOMER_SET.length));
    return id;
  }

  /** Notes a service account or agent by e-mail; gives the id of the node. */
  serviceAccount(email: string): NodeId {
    this.#accounts.add(email.toLowerCase());
    return serviceAccountId(email);
  }

  /** Notes a subject or set of a pool; gives the id of the node. */
  poolMember(member: PoolMember): NodeId {
    const id = poolMemberId(member);
    this.#pool.set(id, member);
    return id;
  }

  /**
   * Whom a member of a binding, or a principal of a deny rule, names. A deleted one names nobody; of a form that is not known
   * nobody can tell.
   *
   * @example
   * register.matchers('group:Ops@example.com'); // [{ match: 'member', id: 'group:ops@example.com', strength: 'sufficient' }]
   */
  matchers(text: string): readonly PrincipalMatcher[] {
    const known = this.#matchers.get(text);
    if (known !== undefined) return known;
    const found = this.#read(text);
    this.#matchers.set(text, found);
    return found;
  }

  #read(text: string): readonly PrincipalMatcher[] {
    if (text.startsWith('deleted:')) return [{ match: 'unresolved', text: shortened(text), dangling: true }];
    if (text === 'allUsers' || text === 'principalSet://goog/public:all') {
      this.#everybody = true;
      return [{ match: 'anyone', strength: 'sufficient' }];
    }
    if (text === 'allAuthenticatedUsers') {
      this.#authenticated = true;
      return [
        { match: 'types', types: AUTHENTICATED_TYPES, strength: 'sufficient' },
        { match: 'node', id: AUTHENTICATED_ID, strength: 'sufficient' },
      ];
    }
    const pool = readPoolMember(text, (project) => this.#directory.numberOf(project));
    if (pool !== undefined && this.#off(pool)) {
      this.poolMember(pool);
      return [{ match: 'unresolved', text: shortened(text), dangling: true }];
    }
    if (pool !== undefined) return isSet(pool) ? member(this.poolMember(pool)) : node(this.poolMember(pool));
    if (text.length <= LONGEST) {
      const found = this.#account(text) ?? this.#container(text);
      if (found !== undefined) return found;
    }
    this.#unknown.add(shortened(text));
    return [{ match: 'unresolved', text: shortened(text), dangling: false }];
  }

  #account(text: string): readonly PrincipalMatcher[] | undefined {
    const colon = text.indexOf(':');
    const kind = text.slice(0, Math.max(0, colon));
    const rest = text.slice(colon + 1);
    if (rest === '') return undefined;
    switch (kind) {
      case 'user':
      case 'serviceAccount':
        return this.#byEmail(rest);
      case 'group':
        return member(this.group(rest));
      case 'domain':
        return member(this.domain(rest));
      case 'projectOwner':
      case 'projectEditor':
      case 'projectViewer':
        return this.#convenience(kind, rest);
    }
    if (text.startsWith(SUBJECT_PRINCIPAL)) return this.#byEmail(after(text, SUBJECT_PRINCIPAL));
    if (text.startsWith(ACCOUNT_PRINCIPAL)) return this.#byEmail(after(text, ACCOUNT_PRINCIPAL));
    if (text.startsWith('principalSet://goog/group/')) {
      return member(this.group(after(text, 'principalSet://goog/group/')));
    }
    return text.startsWith(CUSTOMER_SET) ? member(this.customer(after(text, CUSTOMER_SET))) : undefined;
  }

  /** Whatever is said before it, an e-mail tells by its form whether it is that of a service account; other names are unknown. */
  #byEmail(email: string): readonly PrincipalMatcher[] | undefined {
    if (!email.includes('@')) {
      const known = this.#emailOf(email);
      return known === undefined ? undefined : node(this.serviceAccount(known));
    }
    return node(email.toLowerCase().endsWith('.gserviceaccount.com') ? this.serviceAccount(email) : this.user(email));
  }

  #convenience(kind: ConvenienceKind, project: string): readonly PrincipalMatcher[] {
    const convenience = { kind, project: this.#directory.projectIdOf(project) ?? project };
    const id = `${kind}:${convenience.project}`;
    this.#conveniences.set(id, convenience);
    return [...member(id), ...this.#extra(convenience)];
  }

  /** `principalSet://cloudresourcemanager.googleapis.com/folders/9/type/ServiceAccount`. */
  #container(text: string): readonly PrincipalMatcher[] | undefined {
    if (!text.startsWith(CRM_SET)) return undefined;
    const [, kind, key = '', type] =
      /^(projects|folders|organizations)\/([^/]+)\/type\/(ServiceAccount|ServiceAgent)$/.exec(
        text.slice(CRM_SET.length),
      ) ?? [];
    if (kind === undefined || type === undefined) return undefined;
    const scope = this.#directory.scopeIdOf(`${kind as ScopeKind}/${key}`);
    if (scope === undefined) return undefined;
    const own = type === 'ServiceAccount' ? 'service-account' : 'service-agent';
    if (this.#directory.known(scope) !== undefined) {
      return [{ match: 'types', types: [own], scope, strength: 'sufficient' }];
    }
    const id = `${CRM_SET}${scope.slice('//cloudresourcemanager.googleapis.com/'.length)}/type/${type}`;
    this.#containers.set(id, { scope, type: own });
    return member(id);
  }
}

function isSet(pool: PoolMember): boolean {
  return pool.is !== 'subject' && pool.is !== 'uid';
}

function node(id: NodeId): readonly PrincipalMatcher[] {
  return [{ match: 'node', id, strength: 'sufficient' }];
}

function member(id: NodeId): readonly PrincipalMatcher[] {
  return [{ match: 'member', id, strength: 'sufficient' }];
}

function after(text: string, prefix: string): string {
  return text.slice(prefix.length);
}

function shortened(text: string): string {
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST)}…`;
}
