import type { ConditionRequest } from '@keyreach/core/authz';
import { UNKNOWN } from '@keyreach/core/authz';
import { timestampOf } from './cel/cel-time.ts';
import { asBool, CEL_ERROR, CEL_REQUEST, CEL_UNKNOWN, type CelValue, celBool, celText } from './cel/cel-value.ts';
import type { CelFacts } from './cel/walk-cel.ts';
import { grantsChanged } from './grants-changed.ts';
import { principalAttribute } from './principal-attributes.ts';
import { resourceAttribute } from './resource-attributes.ts';
import { tagFunction } from './tag-functions.ts';

/** The kind of policy a condition belongs to; each has attributes of its own (gcp.md 1.7). */
export type ConditionFor = 'allow' | 'deny' | 'boundary';

/** Roles of which a call changes grants; undefined while nobody has chosen. */
export type ChosenGrants = readonly string[] | undefined;

/** Attribute with the roles that a call changes grants of. */
export const MODIFIED_GRANTS = 'iam.googleapis.com/modifiedGrantsByRole';

/** Beginnings of attributes that only the request has. */
const OF_THE_REQUEST: readonly string[] = ['request.', 'destination.', 'source.', 'origin.', 'levels.'];

/** Beginnings of API attributes that only the request has. */
const OF_THE_CALL: readonly string[] = ['storage.googleapis.com/', 'aiplatform.googleapis.com/'];

/** The facts of one request as conditions of one kind of policy see them; explicit context wins. */
export function requestFacts(request: ConditionRequest, kind: ConditionFor, grants: ChosenGrants): CelFacts {
  return {
    timeGiven: request.context.has('request.time'),
    attribute: (path) => fromContext(path, request) ?? attributeOf(path, request, kind),
    apiAttribute: (name) => fromContext(name, request) ?? apiAttributeOf(name, request, kind),
    tag: (name, args) => (kind === 'boundary' ? undefined : tagFunction(name, args, request)),
    grantsOnly: (roles) =>
      grants === undefined
        ? asBool({ kind: 'open', level: UNKNOWN })
        : celBool(grants.every((role) => roles.includes(role))),
  };
}

/** A value of the explicit context; null there: the request does not have it, which is an error. */
function fromContext(path: string, { context }: ConditionRequest): CelValue | undefined {
  const given = context.get(path.toLowerCase());
  if (given === undefined) return undefined;
  if (given === null) return CEL_ERROR;
  if (path === 'request.time') {
    const at = given.length === 1 ? timestampOf(given[0]!) : undefined;
    return at === undefined ? CEL_UNKNOWN : { kind: 'time', at };
  }
  const [only] = given;
  if (path === 'request.auth.access_levels' || path === MODIFIED_GRANTS || given.length !== 1 || only === undefined)
    return { kind: 'list', items: given.map(celText) };
  return path.endsWith('.port') && /^\d{1,5}$/.test(only) ? { kind: 'int', value: Number(only) } : celText(only);
}

function attributeOf(path: string, request: ConditionRequest, kind: ConditionFor): CelValue {
  switch (kind) {
    case 'deny':
      // Only tags can be asked for; what else a policy holds is not understood.
      return CEL_UNKNOWN;
    case 'boundary':
      if (path === 'principal.type') return principalAttribute('type', request.principal.node);
      return path === 'principal.subject' ? principalAttribute('subject', request.principal.node) : CEL_UNKNOWN;
    case 'allow':
      break;
    default:
      return kind satisfies never;
  }
  switch (path) {
    case 'request.time':
      return { kind: 'time', at: request.now };
    case 'resource.name':
      return resourceAttribute('name', request);
    case 'resource.type':
      return resourceAttribute('type', request);
    case 'resource.service':
      return resourceAttribute('service', request);
    default:
      return OF_THE_REQUEST.some((prefix) => path.startsWith(prefix)) ? CEL_REQUEST : CEL_UNKNOWN;
  }
}

function apiAttributeOf(name: string, request: ConditionRequest, kind: ConditionFor): CelValue {
  if (kind !== 'allow') return CEL_UNKNOWN;
  if (name !== MODIFIED_GRANTS)
    return OF_THE_CALL.some((prefix) => name.startsWith(prefix)) ? CEL_REQUEST : CEL_UNKNOWN;
  switch (grantsChanged(request)) {
    case 'none':
      return { kind: 'list', items: [] };
    case 'chosen':
      return { kind: 'grants' };
    case 'unknown':
      return CEL_UNKNOWN;
  }
}
