import {
  and,
  FALSE,
  type Givable,
  type Giving,
  type GivingLimit,
  or,
  type Recipients,
  TRUE,
  type Truth,
  UNKNOWN,
} from '@keyreach/core/authz';
import type { NodeId } from '@keyreach/core/graph';
import { roleDefinitionId } from '../normalize/azure-ids.ts';
import type { ActionMatching } from './abac/action-matching.ts';
import { guid } from './abac/compare-values.ts';
import { type AbacNode, type AbacOperand, parseAbac } from './abac/parse-abac.ts';
import { walkAbac } from './abac/walk-abac.ts';
import type { ConditionBody } from './condition-body.ts';
import { ASSIGN, ASSIGN_SPELLED, type Assignment, OF_ASSIGNMENTS } from './request-facts.ts';

/** A role and a principal that no condition names. */
const OTHER = 'any other';

/** Types of principals that roles can be assigned to, as conditions name them. */
const ASSIGNABLE_TYPES: readonly string[] = ['User', 'Group', 'ServicePrincipal'];

/** Those of the identities of a graph; of an unknown principal nobody knows. */
const TYPE_OF: Readonly<Record<string, string>> = {
  user: 'User',
  group: 'Group',
  'service-principal': 'ServicePrincipal',
  'managed-identity': 'ServicePrincipal',
  agent: 'ServicePrincipal',
};

/** More assignments than this are not tried to tell to whom conditions let roles be assigned. */
const MOST_TRIED = 65_536;

/** In the place of what was not tried. */
const ANYBODY_PERHAPS: Recipients = {
  types: new Map<string, Truth>([...Object.keys(TYPE_OF), 'unknown-principal'].map((type) => [type, UNKNOWN])),
  named: new Map(),
  outsider: UNKNOWN,
};

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
function assignmentChoices({ roles, principals }: AssignmentReadings): {
  readonly choices: readonly Assignment[];
  readonly complete: boolean;
} {
  const choices: Assignment[] = [];
  for (const role of [OTHER, ...roles]) {
    for (const principalType of ASSIGNABLE_TYPES) {
      for (const principalId of [OTHER, ...principals]) {
        if (choices.length >= MOST_CHOICES) return { choices, complete: false };
        choices.push({ role, principalType, principalId });
      }
    }
  }
  return { choices, complete: true };
}

/**
 * Which roles conditions let their holder assign, and to whom, with everything else they ask for taken to hold where it may
 * ({@link ConditionLanguage.handsOut}, azure.md 1.3). Roles that they do not name are those of `givable` but for the named ones; where
 * not all are known, one with any permission may be among them.
 */
export function handsOut(bodies: readonly ConditionBody[], givable?: Givable): GivingLimit | undefined {
  const nodes = bodies.flatMap(abacNodes).filter(({ node }) => assignmentReadings(node).any);
  if (nodes.length === 0) return undefined;
  const all = nodes.map(({ node }) => assignmentReadings(node));
  const roles = [...new Set(all.flatMap((one) => one.roles))].sort();
  const principals = [...new Set(all.flatMap((one) => one.principals))].sort();
  const tries = (roles.length + 1) * (principals.length + 1) * ASSIGNABLE_TYPES.length;
  const passes = (choice: Assignment): boolean => nodes.every((one) => mayAssign(one, choice) !== FALSE);
  const toWhom = (role: string): Recipients | 'nobody' | undefined =>
    tries > MOST_TRIED ? ANYBODY_PERHAPS : recipients(role, principals, passes, givable);
  const givings = new Map<string, RolesTo>();
  for (const role of [OTHER, ...roles]) {
    const to = toWhom(role);
    if (to === 'nobody') continue;
    const key = to === undefined ? '' : JSON.stringify([[...to.types], [...to.named], to.outsider]);
    const giving = givings.get(key);
    if (giving === undefined) givings.set(key, { to, roles: [role] });
    else giving.roles.push(role);
  }
  const gives = [...givings.values()].flatMap(({ to, roles: same }): readonly Giving[] => {
    if (same[0] !== OTHER) return [{ policies: same.map(policyOf).sort(), to }];
    if (same.length > roles.length) return [{ policies: undefined, to }];
    const apart = new Set(roles.filter((role) => !same.includes(role)).map(policyOf));
    const known = { policies: givable?.policies.filter((id) => !apart.has(id)) ?? [], to };
    return givable?.isComplete === true ? [known] : [known, { policies: undefined, to: perhapsTo(to) }];
  });
  // Who can give any permission to anybody is not limited.
  if (gives.some(({ policies, to }) => policies === undefined && to === undefined)) return undefined;
  return { gives, holdsFor: (action) => action.toLowerCase() === ASSIGN };
}

/** Roles, by GUID, that can be assigned to the same principals. */
interface RolesTo {
  readonly to: Recipients | undefined;
  readonly roles: string[];
}

/** A condition that was read, with how it matches actions. */
interface ReadCondition {
  readonly node: AbacNode;
  readonly matching: ActionMatching;
}

function abacNodes(body: ConditionBody): readonly ReadCondition[] {
  if (body.kind === 'all') return body.bodies.flatMap(abacNodes);
  if (body.kind !== 'abac') return [];
  const { node } = parseAbac(body.text);
  return node === undefined ? [] : [{ node, matching: body.matching }];
}

/** To whom a role can be assigned; undefined: to everybody. */
function recipients(
  role: string,
  principals: readonly string[],
  passes: (choice: Assignment) => boolean,
  givable: Givable | undefined,
): Recipients | 'nobody' | undefined {
  const passing = new Set(
    ASSIGNABLE_TYPES.filter((principalType) => passes({ role, principalType, principalId: OTHER })),
  );
  const types = new Map<string, Truth>();
  // Who can assign a role to any group may be able to make one with whom it likes in it.
  const byGroup = passing.has('Group') ? UNKNOWN : FALSE;
  for (const [type, principalType] of Object.entries(TYPE_OF)) {
    const truth = passing.has(principalType) ? TRUE : byGroup;
    if (truth !== FALSE) types.set(type, truth);
  }
  const isAnyType = passing.size === ASSIGNABLE_TYPES.length;
  if (passing.size > 0) types.set('unknown-principal', isAnyType ? TRUE : UNKNOWN);
  const named = new Map<NodeId, Truth>();
  let isEverybody = isAnyType;
  for (const principalId of principals) {
    const node = givable?.identity(principalId);
    // Nobody acts as what the input does not have.
    if (node === undefined) continue;
    const own = Object.hasOwn(TYPE_OF, node.type) ? TYPE_OF[node.type] : undefined;
    const can = own === undefined ? ASSIGNABLE_TYPES : [own];
    const count = can.filter((principalType) => passes({ role, principalType, principalId })).length;
    const direct = count === can.length ? TRUE : count > 0 ? UNKNOWN : FALSE;
    const truth = node.type === 'group' ? direct : or(direct, byGroup);
    if (truth !== (types.get(node.type) ?? FALSE)) named.set(node.id, truth);
    isEverybody &&= truth === TRUE;
  }
  if (isEverybody) return undefined;
  if (types.size === 0 && named.size === 0) return 'nobody';
  // The input does not tell whether the attacker can have a principal of such a type beside those it holds.
  return { types, named, outsider: passing.size > 0 ? UNKNOWN : FALSE };
}

/** The same recipients, none of them surely. */
function perhapsTo(to: Recipients | undefined): Recipients {
  if (to === undefined) return ANYBODY_PERHAPS;
  const perhaps = <Key>(truths: ReadonlyMap<Key, Truth>): ReadonlyMap<Key, Truth> =>
    new Map([...truths].map(([key, truth]) => [key, and(truth, UNKNOWN)]));
  return { types: perhaps(to.types), named: perhaps(to.named), outsider: and(to.outsider, UNKNOWN) };
}

function policyOf(role: string): string {
  return roleDefinitionId(dashed(role));
}

/** How surely one assignment passes, as far as what is assigned decides it. */
function mayAssign({ node, matching }: ReadCondition, { role, principalType, principalId }: Assignment): Truth {
  const values: Readonly<Record<string, string>> = {
    roledefinitionid: role,
    principaltype: principalType,
    principalid: principalId,
  };
  return walkAbac(node, {
    action: ASSIGN_SPELLED,
    matching,
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
  const { choices, complete } = assignmentChoices(readings);
  let best: Truth = complete ? FALSE : UNKNOWN;
  for (const choice of choices) {
    const truth = outcome(choice);
    if (truth > best) best = truth;
    if (best === TRUE) break;
  }
  return best;
}
