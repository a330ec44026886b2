import type { Condition, Json, NodeId, PrincipalSelector } from '@keyreach/core/graph';
import type { AzureRoleGrant, AzureScheduleInstance } from '../bundle/azure-input.ts';
import { addRoleDefinitions } from './add-role-definitions.ts';
import { AZURE, roleDefinitionId } from './azure-ids.ts';
import { distinctRecords } from './distinct-records.ts';
import { holdsNow } from './instants.ts';
import type { NormalizeContext } from './normalize-context.ts';
import type { PrincipalType } from './principal-register.ts';

/** Most roles or assignments that a gap names. */
const MOST_NAMED = 50;

const TYPES: Readonly<Record<string, PrincipalType>> = {
  user: 'user',
  group: 'group',
  foreigngroup: 'group',
  serviceprincipal: 'service-principal',
  device: 'device',
};

/**
 * Places roles where they are assigned: those that hold, activated ones told apart, and those that may be activated (azure.md 1.2).
 * An active instance of PIM that shows up as a role assignment is placed once.
 */
export function addRoleAssignments(context: NormalizeContext): void {
  const { input, now } = context;
  const roles = addRoleDefinitions(context);
  const unknownRoles = new Set<string>();
  const unread: string[] = [];
  const policyOf = memoized(roleDefinitionId);
  const selectorOf = memoized(
    (id: NodeId): PrincipalSelector => ({ include: [{ match: 'member', id, strength: 'sufficient' }], exclude: [] }),
  );
  const place = (grant: AzureRoleGrant, name: string, bodies: readonly Json[]): void => {
    const scope = context.scopes.of(grant.scope);
    if (scope === undefined) {
      unread.push(grant.scope);
      return;
    }
    const policy = policyOf(grant.roleDefinitionId);
    if (!roles.has(policy)) unknownRoles.add(policy);
    const type = Object.hasOwn(TYPES, grant.principalType?.toLowerCase() ?? '')
      ? TYPES[grant.principalType!.toLowerCase()]
      : undefined;
    const external = grant.principalType?.toLowerCase() === 'foreigngroup';
    const id = context.principals.name(grant.principalId, {
      ...(type === undefined ? {} : { type }),
      ...(external ? { external } : {}),
    });
    context.builder.attachment({
      policy,
      node: scope.id,
      role: 'resource-grant',
      principals: selectorOf(id),
      ...conditionOf([...bodies, ...abacOf(grant)]),
      name,
    });
  };
  const held = new Set<string>();
  const active = distinctRecords(input.roleSchedules?.items).filter((one) => holdsNow(one, now) !== false);
  const activated = new Set(
    active.flatMap((one) => (isActivated(one) ? [one.originRoleAssignmentId?.toLowerCase() ?? keyOf(one)] : [])),
  );
  for (const assignment of distinctRecords(input.roleAssignments?.items)) {
    if (active.length === 0) {
      place(assignment, assignment.id, []);
      continue;
    }
    const key = keyOf(assignment);
    held.add(key).add(assignment.id.toLowerCase());
    const isActive = activated.has(assignment.id.toLowerCase()) || activated.has(key);
    place(assignment, isActive ? `activated: ${assignment.id}` : assignment.id, []);
  }
  for (const instance of active) {
    if (held.has(keyOf(instance)) || held.has(instance.originRoleAssignmentId?.toLowerCase() ?? '')) continue;
    // One that holds by way of a group or a scope above is there as what it comes from.
    if (instance.memberType !== undefined && instance.memberType.toLowerCase() !== 'direct') continue;
    place(instance, isActivated(instance) ? `activated: ${instance.id}` : instance.id, undecidedTime(instance, now));
  }
  for (const instance of distinctRecords(input.roleEligibilities?.items)) {
    if (holdsNow(instance, now) === false) continue;
    if (instance.memberType !== undefined && instance.memberType.toLowerCase() !== 'direct') continue;
    place(instance, `eligible: ${instance.id}`, [{ eligible: {} }]);
  }
  addUnknownRoles(unknownRoles, context);
  addUnreadScopes(unread, context);
}

/** What a function says of a text, made once for each text. */
function memoized<T>(make: (text: string) => T): (text: string) => T {
  const known = new Map<string, T>();
  return (text) => {
    let made = known.get(text);
    if (made === undefined) {
      made = make(text);
      known.set(text, made);
    }
    return made;
  };
}

function isActivated({ assignmentType }: AzureScheduleInstance): boolean {
  return assignmentType?.toLowerCase() === 'activated';
}

/** Where, what and who: the same for an assignment and the instance of PIM that shows it. */
function keyOf({ scope, roleDefinitionId: role, principalId }: AzureRoleGrant): string {
  return `${scope.toLowerCase()}\n${roleDefinitionId(role)}\n${principalId.toLowerCase()}`;
}

function undecidedTime(instance: AzureScheduleInstance, now: string): readonly Json[] {
  return holdsNow(instance, now) === undefined ? [{ unknown: 'when it holds' }] : [];
}

function abacOf({ condition, conditionVersion }: AzureRoleGrant): readonly Json[] {
  if (condition === undefined || condition === '') return [];
  return [conditionVersion === undefined ? { abac: condition } : { abac: condition, version: conditionVersion }];
}

/** A condition that holds where all bodies do. */
export function conditionOf(bodies: readonly Json[]): { readonly condition?: Condition } {
  const [only] = bodies;
  if (only === undefined) return {};
  return { condition: { language: AZURE, body: bodies.length === 1 ? only : { all: bodies } } };
}

function addUnknownRoles(roles: ReadonlySet<string>, { builder }: NormalizeContext): void {
  const sorted = [...roles].sort();
  for (const id of sorted) {
    const document = builder.document({
      provider: AZURE,
      statements: [],
      unreadable: 'the role is not in the input',
      mayDeny: false,
    });
    builder.policy({ id, provider: AZURE, name: id.slice(id.lastIndexOf('/') + 1), type: 'role-definition', document });
  }
  if (sorted.length === 0) return;
  builder.gap({
    scope: 'role-definitions.json',
    what: 'role definitions',
    why: `${listed(sorted.map((id) => id.slice(id.lastIndexOf('/') + 1)))} are assigned and not in the input; what they allow is unknown`,
    fix: 'az role definition list --output json, as role-definitions.json',
    kind: 'not-collected',
  });
}

function addUnreadScopes(scopes: readonly string[], { builder }: NormalizeContext): void {
  if (scopes.length === 0) return;
  builder.gap({
    scope: 'role-assignments.json',
    what: 'scopes of role assignments',
    why: `${listed([...new Set(scopes)].sort())} are of no known form; what is granted there is left out`,
    kind: 'bad-input',
  });
}

function listed(texts: readonly string[]): string {
  const shown = texts.slice(0, MOST_NAMED).map((text) => `\`${text.slice(0, 300)}\``);
  const more = texts.length - shown.length;
  return `${shown.join(', ')}${more === 0 ? '' : ` and ${more} more`}`;
}
