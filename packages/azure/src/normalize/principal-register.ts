import type { NodeId } from '@keyreach/core/graph';
import { entraId } from './azure-ids.ts';

/** Types of nodes that a principal of a tenant may be. */
export type PrincipalType =
  | 'user'
  | 'group'
  | 'service-principal'
  | 'managed-identity'
  | 'agent'
  | 'device'
  | 'unknown-principal';

/** What the input tells of a principal where it names it. */
export interface PrincipalHint {
  /** Absent: not told. */
  readonly type?: PrincipalType;
  readonly appId?: string;
  /** Of managed identities: id of the resource or of the user-assigned identity, in lower case. */
  readonly resource?: string;
  readonly assignment?: 'system' | 'user';
  /** Of another tenant (`ForeignGroup`, Lighthouse). */
  readonly external?: boolean;
}

/**
 * Remembers who is named by object id, so that each has a node in the end. Ids are compared whatever their case.
 */
export class PrincipalRegister {
  readonly #tenant: string;
  readonly #listed = new Map<NodeId, PrincipalType>();
  readonly #named = new Map<NodeId, PrincipalHint>();
  readonly #byAppId = new Map<string, NodeId>();
  readonly #ids = new Map<string, NodeId>();

  constructor(tenant: string) {
    this.#tenant = tenant;
  }

  /** Those named that are no listed objects, with everything told of them, by id of the node. */
  get unlisted(): ReadonlyMap<NodeId, PrincipalHint> {
    return new Map([...this.#named].filter(([id]) => !this.#listed.has(id)));
  }

  /** Notes an object that the directory lists and that has its node from there; gives the id of the node. */
  list(objectId: string, type: PrincipalType, appId?: string): NodeId {
    const id = this.#idOf(objectId);
    if (!this.#listed.has(id)) this.#listed.set(id, type);
    if (appId !== undefined && !this.#byAppId.has(appId.toLowerCase())) this.#byAppId.set(appId.toLowerCase(), id);
    return id;
  }

  /** Notes a principal that is named, with what is told of it there; gives the id of the node. */
  name(objectId: string, hint: PrincipalHint = {}): NodeId {
    const id = this.#idOf(objectId);
    if (this.#listed.has(id)) return id;
    const before = this.#named.get(id);
    this.#named.set(id, before === undefined ? hint : joined(before, hint));
    if (hint.appId !== undefined && !this.#byAppId.has(hint.appId.toLowerCase())) {
      this.#byAppId.set(hint.appId.toLowerCase(), id);
    }
    return id;
  }

  #idOf(objectId: string): NodeId {
    let id = this.#ids.get(objectId);
    if (id === undefined) {
      id = entraId(this.#tenant, objectId);
      this.#ids.set(objectId, id);
    }
    return id;
  }

  /** Type of a principal, as listed or told where it is named. Undefined: nobody tells. */
  typeOf(id: NodeId): PrincipalType | undefined {
    return this.#listed.get(id) ?? this.#named.get(id)?.type;
  }

  /** Whether the directory lists it. */
  isListed(id: NodeId): boolean {
    return this.#listed.has(id);
  }

  /** The service principal or managed identity with an application (client) id. */
  byAppId(appId: string): NodeId | undefined {
    return this.#byAppId.get(appId.toLowerCase());
  }
}

/** What several places tell of one principal; where they differ, the smaller word, so that order does not matter. */
function joined(left: PrincipalHint, right: PrincipalHint): PrincipalHint {
  const type = told(left.type, right.type, (one, other) => rank(one) - rank(other));
  const appId = told(left.appId, right.appId, byText);
  const resource = told(left.resource, right.resource, byText);
  const assignment = told(left.assignment, right.assignment, byText);
  return {
    ...(type === undefined ? {} : { type }),
    ...(appId === undefined ? {} : { appId }),
    ...(resource === undefined ? {} : { resource }),
    ...(assignment === undefined ? {} : { assignment }),
    ...(left.external === true || right.external === true ? { external: true } : {}),
  };
}

function told<T>(left: T | undefined, right: T | undefined, compare: (left: T, right: T) => number): T | undefined {
  if (left === undefined || right === undefined) return left ?? right;
  return compare(left, right) <= 0 ? left : right;
}

function byText(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

/** The more exact of two types comes first: a managed identity is called a service principal by role assignments. */
const EXACT: readonly PrincipalType[] = [
  'managed-identity',
  'agent',
  'service-principal',
  'user',
  'group',
  'device',
  'unknown-principal',
];

function rank(type: PrincipalType): number {
  return EXACT.indexOf(type);
}
