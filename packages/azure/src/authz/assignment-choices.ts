import { FALSE, type GivingLimit, TRUE, type Truth, UNKNOWN } from '@keyreach/core/authz';
import { roleDefinitionId } from '../normalize/azure-ids.ts';
import { guid } from './abac/compare-values.ts';
import { type AbacNode, type AbacOperand, parseAbac } from './abac/parse-abac.ts';
import { walkAbac } from './abac/walk-abac.ts';
import type { ConditionBody } from './condition-body.ts';
import { ASSIGN, type Assignment, OF_ASSIGNMENTS } from './request-facts.ts';

/** A role and a principal that no condition names. */
const OTHER = 'any other';

const PRINCIPAL_TYPES: readonly string[] = ['User', 'Group', 'ServicePrincipal'];

/** More assignments than this are not tried for one condition. */
const MOST_CHOICES = 4_096;

/** What a condition names of role assignments. */
export interface AssignmentReadings {
  /** Roles by GUID, without dashes. */
  readonly roles: readonly string[];
  readonly principals: readonly string[];
  readonly any: boolean;
}

/** What a condition names of the role assignments that requests make. */
export function assignmentReadings(node: AbacNode): AssignmentReadings {
  const roles = new Set<string>();
  const principals = new Set<string>();
  let any = false;
  const visit = (one: AbacNode): void => {
    switch (one.op) {
      case 'and':
      case 'or':
        one.parts.forEach(visit);
        return;
      case 'not':
        visit(one.of);
        return;
      case 'compare': {
        const key = requestKey(one.left) ?? requestKey(one.right);
        if (key === undefined) return;
        any = true;
        const values = [one.left, one.right].flatMap((side) => (side.kind === 'values' ? side.values : []));
        if (key === 'roledefinitionid') for (const value of values) roles.add(guid(value));
        if (key === 'principalid') for (const value of values) principals.add(guid(value));
        return;
      }
      case 'exists':
        any ||= one.attribute.source === 'request' && one.attribute.key.startsWith(OF_ASSIGNMENTS);
        return;
      default:
        return;
    }
  };
  visit(node);
  return { roles: [...roles].sort(), principals: [...principals].sort(), any };
}

function requestKey(side: AbacOperand): string | undefined {
  if (side.kind !== 'attribute' || side.attribute.source !== 'request') return undefined;
  const { key } = side.attribute;
  return key.startsWith(OF_ASSIGNMENTS) ? key.slice(OF_ASSIGNMENTS.length) : undefined;
}

/**
 * Assignments that whoever assigns a role may choose, as far as a condition tells them apart: each role and principal that it
 * names and one that it does not, with every type of principal. Not complete where there are too many.
 */
export function assignmentChoices(
  { roles, principals }: AssignmentReadings,
  given: readonly string[] | undefined,
): { readonly choices: readonly Assignment[]; readonly complete: boolean } {
  const choices: Assignment[] = [];
  for (const role of given ?? [OTHER, ...roles]) {
    for (const principalType of PRINCIPAL_TYPES) {
      for (const principalId of [OTHER, ...principals]) {
        if (choices.length >= MOST_CHOICES) return { choices, complete: false };
        choices.push({ role, principalType, principalId });
      }
    }
  }
  return { choices, complete: true };
}

/**
 * Roles that a condition lets its holder assign to somebody, with everything else it asks for taken to hold where it may
 * ({@link ConditionLanguage.handsOut}). Where it lets roles be assigned that it does not name, those of `givable` but for the ones it
 * does not let pass; undefined where it lets all pass, or not all roles are known.
 */
export function handsOut(body: ConditionBody, givable?: readonly string[]): GivingLimit | undefined {
  const policies = rolesOf(body, givable);
  if (policies === undefined) return undefined;
  return { policies: [...policies].sort(), holdsFor: (action) => action.toLowerCase() === ASSIGN };
}

function rolesOf(body: ConditionBody, givable: readonly string[] | undefined): readonly string[] | undefined {
  if (body.kind === 'all') {
    let limit: readonly string[] | undefined;
    for (const one of body.bodies) {
      const own = rolesOf(one, givable);
      if (own !== undefined) limit = limit === undefined ? own : limit.filter((role) => own.includes(role));
    }
    return limit;
  }
  if (body.kind !== 'abac') return undefined;
  const { node } = parseAbac(body.text);
  if (node === undefined) return undefined;
  const readings = assignmentReadings(node);
  if (!readings.any || readings.roles.length === 0) return undefined;
  const canAssign = (role: string): boolean => {
    const { choices, complete } = assignmentChoices(readings, [role]);
    return !complete || choices.some((choice) => mayAssign(node, choice) !== FALSE);
  };
  const named = readings.roles.map((role) => ({ id: roleDefinitionId(dashed(role)), passes: canAssign(role) }));
  if (!canAssign(OTHER)) return named.filter(({ passes }) => passes).map(({ id }) => id);
  const refused = new Set(named.filter(({ passes }) => !passes).map(({ id }) => id));
  return refused.size === 0 ? undefined : givable?.filter((id) => !refused.has(id));
}

/** How surely one assignment passes, as far as what is assigned decides it. */
function mayAssign(node: AbacNode, { role, principalType, principalId }: Assignment): Truth {
  const values: Readonly<Record<string, string>> = {
    roledefinitionid: role,
    principaltype: principalType,
    principalid: principalId,
  };
  return walkAbac(node, {
    action: ASSIGN,
    attribute: ({ source, key }) => {
      const own = source === 'request' && key.startsWith(OF_ASSIGNMENTS) ? key.slice(OF_ASSIGNMENTS.length) : undefined;
      const value = own === undefined ? undefined : values[own];
      return value === undefined ? 'unknown' : [value];
    },
    suboperation: () => UNKNOWN,
  });
}

/** A GUID with its dashes. */
function dashed(plain: string): string {
  if (plain.length !== 32) return plain;
  return [plain.slice(0, 8), plain.slice(8, 12), plain.slice(12, 16), plain.slice(16, 20), plain.slice(20)].join('-');
}

/** The best of what a condition comes to for the assignments its reader may choose. */
export function bestOf(readings: AssignmentReadings, outcome: (choice: Assignment) => Truth): Truth {
  const { choices, complete } = assignmentChoices(readings, undefined);
  let best: Truth = complete ? FALSE : UNKNOWN;
  for (const choice of choices) {
    const truth = outcome(choice);
    if (truth > best) best = truth;
    if (best === TRUE) break;
  }
  return best;
}
