import { CONDITIONAL, type ConditionRequest, FALSE, TRUE, type Truth, UNKNOWN } from '@keyreach/core/authz';
import type { Json } from '@keyreach/core/graph';
import type { ActionMatching } from './abac/action-matching.ts';
import type { AbacAttribute } from './abac/parse-abac.ts';
import type { AbacFacts, AttributeValue } from './abac/walk-abac.ts';

/** What a request to assign a role assigns, and to whom. */
export interface Assignment {
  readonly role: string;
  readonly principalType: string;
  readonly principalId: string;
}

/** Begins the keys of attributes of role assignments. */
export const OF_ASSIGNMENTS = 'microsoft.authorization/roleassignments:';

/** Assigns a role. */
export const ASSIGN_SPELLED = 'Microsoft.Authorization/roleAssignments/write';

/** The same in lower case. */
export const ASSIGN = 'microsoft.authorization/roleassignments/write';

const SECURITY_ATTRIBUTE = 'microsoft.directory/customsecurityattributes/id:';

/** Attributes that the request or the object it names inside the target carries (azure.md 1.3, not static). */
const OF_THE_REQUEST: readonly string[] = [
  'microsoft.storage/storageaccounts/blobservices/containers/blobs',
  'microsoft.storage/storageaccounts/queueservices/queues',
  'microsoft.storage/storageaccounts/encryptionscopes',
  'microsoft.authorization/roleassignments:',
  'hasobotoken',
];

/** Actions that have suboperations, by the beginnings of those (azure.md 1.3). */
const SUBOPERATIONS: readonly (readonly [start: string, actions: readonly string[]])[] = [
  ['blob.list', ['/blobs/read']],
  ['blob.read.', ['/blobs/read']],
  ['blob.write.', ['/blobs/write', '/blobs/add/action', '/blobs/move/action']],
];

/** The name of an action without its plane, lower case. */
export function planeless(action: string): string {
  const folded = action.toLowerCase();
  return folded.startsWith('data:') ? folded.slice('data:'.length) : folded;
}

/** The key of request context that stands for an attribute. */
export function contextKey({ source, key }: AbacAttribute): string {
  return `@${source}[${key}]`;
}

/** The facts of one request as conditions see them; explicit context wins. `assigns`: what it assigns, where it does. */
export function requestFacts(
  request: ConditionRequest,
  assigns: Assignment | undefined,
  matching: ActionMatching,
): AbacFacts {
  const action = planeless(request.action);
  return {
    action: request.action.slice(-action.length),
    matching,
    attribute: (attribute) => {
      const given = request.context.get(contextKey(attribute));
      if (given !== undefined) return given ?? 'absent';
      switch (attribute.source) {
        case 'environment':
          return attribute.key === 'utcnow' ? [new Date(request.now).toISOString()] : 'conditional';
        case 'principal':
          return ofPrincipal(attribute.key, request.principal.node.attributes?.['customSecurityAttributes']);
        case 'request':
          return ofAssignment(attribute.key, action, assigns) ?? openOf(attribute.key, 'conditional');
        case 'resource':
          return ofResource(attribute.key, request);
        default:
          return attribute.source satisfies never;
      }
    },
    suboperation: (names) => (names.some((name) => mayBe(name.toLowerCase(), action)) ? CONDITIONAL : FALSE),
  };
}

function mayBe(name: string, action: string): boolean {
  const known = SUBOPERATIONS.find(([start]) => name.startsWith(start));
  return known === undefined || known[1].some((end) => action.endsWith(end));
}

/** What a request to assign a role carries of it; any other carries nothing of the kind. */
function ofAssignment(key: string, action: string, assigns: Assignment | undefined): AttributeValue | undefined {
  if (!key.startsWith(OF_ASSIGNMENTS)) return undefined;
  if (action !== ASSIGN) return 'absent';
  if (assigns === undefined) return 'conditional';
  switch (key.slice(OF_ASSIGNMENTS.length)) {
    case 'roledefinitionid':
      return [assigns.role];
    case 'principaltype':
      return [assigns.principalType];
    case 'principalid':
      return [assigns.principalId];
    default:
      return 'unknown';
  }
}

function openOf(key: string, otherwise: 'conditional' | 'unknown'): AttributeValue {
  return OF_THE_REQUEST.some((start) => key.startsWith(start)) ? 'conditional' : otherwise;
}

/** The name of a custom security attribute, `set_name`, in a key of an attribute; undefined for other keys. */
export function securityAttribute(key: string): string | undefined {
  return key.startsWith(SECURITY_ATTRIBUTE) ? key.slice(SECURITY_ATTRIBUTE.length) : undefined;
}

function ofPrincipal(key: string, attributes: Json | undefined): AttributeValue {
  const name = securityAttribute(key);
  if (name === undefined || attributes === undefined || attributes === null || typeof attributes !== 'object')
    return 'unknown';
  for (const [own, value] of Object.entries(attributes)) {
    if (own.toLowerCase() !== name) continue;
    const values = Array.isArray(value) ? (value as readonly Json[]) : [value as Json];
    return values.every(isPlain) ? values.map(String) : 'unknown';
  }
  return 'absent';
}

function isPlain(value: Json): boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

const ACCOUNTS = '/providers/microsoft.storage/storageaccounts/';
const CONTAINERS = '/containers/';

function ofResource(key: string, { resource }: ConditionRequest): AttributeValue {
  const id = resource.id.toLowerCase();
  const isBelow = resource.node?.kind === 'scope';
  switch (key) {
    case 'microsoft.storage/storageaccounts:name':
      return segmentAfter(id, ACCOUNTS) ?? (isBelow ? 'conditional' : 'unknown');
    case 'microsoft.storage/storageaccounts/blobservices/containers:name':
      // Of an account, or above one, whoever asks says which container.
      return id.includes(ACCOUNTS)
        ? (segmentAfter(id, CONTAINERS) ?? 'conditional')
        : isBelow
          ? 'conditional'
          : 'unknown';
    case 'microsoft.storage/storageaccounts:ishnsenabled': {
      const hns = resource.node?.attributes?.['hns'];
      return typeof hns === 'boolean' ? [String(hns)] : 'unknown';
    }
    case 'microsoft.operationalinsights/workspaces/tables:protectionlevel':
    case 'microsoft.insights/logs/tables:protectionlevel': {
      const level = resource.node?.attributes?.['protectionLevel'];
      return typeof level === 'string' ? [level] : 'unknown';
    }
    default:
      return openOf(key, 'unknown');
  }
}

function segmentAfter(id: string, start: string): readonly string[] | undefined {
  const at = id.indexOf(start);
  if (at < 0) return undefined;
  const [name] = id.slice(at + start.length).split('/', 1);
  return name === undefined || name === '' ? undefined : [name];
}

/** Truth of a fact that may not have been collected. */
export function ofFact(value: Json | undefined, expected: boolean): Truth {
  return typeof value === 'boolean' ? (value === expected ? TRUE : FALSE) : UNKNOWN;
}
