import { isRecord } from '@keyreach/core/input';
import { parseArn } from './aws-ids.ts';

/** A role or instance profile that a property of a resource names by its ARN. */
export interface ScannedRole {
  /** Name of the property. */
  readonly property: string;
  readonly names: 'role' | 'instance-profile';
  readonly arn: string;
}

/** What a scan of one resource found. */
export interface RoleScan {
  /** Each ARN once, in order. */
  readonly roles: readonly ScannedRole[];
  /** False where the properties are larger than the scan goes. */
  readonly complete: boolean;
}

/** Names of properties that hold roles (aws.md 3.6). */
const ROLE_LIKE = /role.*arn$|^role$|roles$|instanceprofile/i;

/** What a schema names a property; anything else is a key that the customer chose. Bounded, and so is the cost of the match. */
const PROPERTY_NAME = /^[A-Za-z][A-Za-z0-9]{0,127}$/;

/** Maps whose keys the customer chooses: a variable that happens to hold a role is no role of the resource. */
const FREE_FORM = /^(?:tags|labels|metadata|parameters|variables|environment|environmentvariables)$/i;

/** No CloudFormation type nests as deep, or has as many values. */
const MOST_LEVELS = 24;
const MOST_VALUES = 20_000;
const MOST_ROLES = 250;

/**
 * Roles and instance profiles in the properties of a resource whose type no table knows (aws.md 3.6): values of properties
 * with a role-like name, where they are ARNs of such. Names alone are not enough, since properties like `Role` of a message
 * hold other things.
 */
export function scanRoles(properties: unknown): RoleScan {
  const found = new Map<string, ScannedRole>();
  /** `property`: the role-like name that the value stands under. */
  const pending: { readonly value: unknown; readonly level: number; readonly property?: string }[] = [
    { value: properties, level: 0 },
  ];
  let seen = 0;
  let complete = true;
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { value, level, property } = next;
    seen += 1;
    if (seen > MOST_VALUES || level > MOST_LEVELS || found.size >= MOST_ROLES) {
      complete = false;
      if (level <= MOST_LEVELS) break;
      continue;
    }
    if (typeof value === 'string') {
      const names = property === undefined ? undefined : namedBy(value);
      if (property === undefined || names === undefined) continue;
      const known = found.get(value);
      // One that stands in several places is told by the first of their names, whatever the order of the properties.
      if (known === undefined || property < known.property) found.set(value, { property, names, arn: value });
    } else if (Array.isArray(value)) {
      const elements: readonly unknown[] = value;
      for (const element of elements.slice(0, MOST_VALUES + 1)) {
        pending.push({ value: element, level: level + 1, ...(property === undefined ? {} : { property }) });
      }
    } else if (isRecord(value)) {
      for (const [key, child] of Object.entries(value)) {
        const under = propertyUnder(key, property);
        if (under !== false) pending.push({ value: child, level: level + 1, ...under });
      }
    }
  }
  const roles = [...found.values()].sort((left, right) => (left.arn < right.arn ? -1 : 1));
  return { roles, complete };
}

/** What a property is read as; false where nothing below it is. An object under a role-like name says the ARN in `Arn`. */
function propertyUnder(key: string, above: string | undefined): { readonly property?: string } | false {
  if (FREE_FORM.test(key)) return false;
  if (PROPERTY_NAME.test(key) && ROLE_LIKE.test(key)) return { property: key };
  return above !== undefined && key.toLowerCase() === 'arn' ? { property: above } : {};
}

function namedBy(text: string): ScannedRole['names'] | undefined {
  if (text.length > 2048) return undefined;
  const arn = parseArn(text);
  if (arn?.service !== 'iam' || /[*?$]/.test(text)) return undefined;
  if (/^role\/[\x21-\x7e]+$/.test(arn.resource)) return 'role';
  return /^instance-profile\/[\x21-\x7e]+$/.test(arn.resource) ? 'instance-profile' : undefined;
}
