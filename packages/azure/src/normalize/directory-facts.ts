import type { Json, NodeId } from '@keyreach/core/graph';
import { entraId } from './azure-ids.ts';
import { activeDirectoryAssignments } from './directory-assignments.ts';
import { distinctRecords } from './distinct-records.ts';
import type { NormalizeContext } from './normalize-context.ts';
import { toldFacts } from './told-facts.ts';

const UNIT = '/administrativeunits/';

/**
 * What restricts who may manage a user, group or service principal (azure.md 1.4): units it is in, directory roles, groups
 * that such roles may be given to. A fact that the input does not prove, either way, is absent.
 */
export class DirectoryFacts {
  readonly #context: NormalizeContext;
  readonly #units = new Map<NodeId, string[]>();
  readonly #restrictedUnits = new Set<string>();
  readonly #unitsKnown: boolean;
  readonly #roles = new Map<NodeId, Set<string>>();
  readonly #rolesKnown: boolean;
  readonly #protected = new Set<NodeId>();
  readonly #perhapsProtected = new Set<NodeId>();
  readonly #protectedKnown: boolean;

  constructor(context: NormalizeContext) {
    this.#context = context;
    this.#unitsKnown = this.#readUnits();
    const assignments = this.#readRoles();
    const groups = this.#readGroups();
    this.#rolesKnown = assignments && groups.rolesKnown;
    this.#protectedKnown = assignments && groups.protectedKnown;
  }

  /** The facts of one object; `told`: what the object says of itself. */
  of(objectId: string, told: boolean | undefined): Readonly<Record<string, Json>> {
    const id = this.#id(objectId);
    return toldFacts({
      administrativeUnits: this.#unitsKnown ? [...new Set(this.#units.get(id) ?? [])].sort() : undefined,
      managementRestricted: told ?? this.#restricted(id),
      directoryRoles: this.#rolesKnown ? [...(this.#roles.get(id) ?? [])].sort() : undefined,
      inRoleAssignableGroup: this.#isProtected(id),
    });
  }

  #id(objectId: string): NodeId {
    return entraId(this.#context.tenant, objectId);
  }

  #restricted(id: NodeId): boolean | undefined {
    if (this.#units.get(id)?.some((unit) => this.#restrictedUnits.has(unit)) === true) return true;
    return this.#unitsKnown ? false : undefined;
  }

  #isProtected(id: NodeId): boolean | undefined {
    if (this.#protected.has(id)) return true;
    return this.#protectedKnown && !this.#perhapsProtected.has(id) ? false : undefined;
  }

  #readUnits(): boolean {
    const { administrativeUnits: listed } = this.#context.input;
    let known = listed?.complete === true;
    for (const { id, isMemberManagementRestricted, members } of distinctRecords(listed?.items)) {
      const unit = id.toLowerCase();
      if (isMemberManagementRestricted === true) this.#restrictedUnits.add(unit);
      if (members?.complete !== true) known = false;
      for (const member of members?.items ?? []) {
        const key = this.#id(member.id);
        const of = this.#units.get(key) ?? [];
        of.push(unit);
        this.#units.set(key, of);
      }
    }
    return known;
  }

  /** Roles of principals that are named themselves; whether all assignments are known. */
  #readRoles(): boolean {
    const { input, now } = this.#context;
    const templates = new Map<string, string>();
    for (const { id, templateId } of distinctRecords(input.directoryRoleDefinitions?.items)) {
      templates.set(id.toLowerCase(), (templateId ?? id).toLowerCase());
    }
    const { items, complete } = activeDirectoryAssignments(input, now);
    for (const { assignment } of items) {
      const id = this.#id(assignment.principalId);
      const role = assignment.roleDefinitionId.toLowerCase();
      this.#hold(id, templates.get(role) ?? role);
      const scope = assignment.directoryScopeId?.toLowerCase();
      if (scope?.startsWith(UNIT) !== true) continue;
      // Who has a role over a restricted unit is as hard to reset as who is in a group that roles may be given to.
      if (this.#restrictedUnits.has(scope.slice(UNIT.length))) this.#protected.add(id);
      else if (input.administrativeUnits?.complete !== true) this.#perhapsProtected.add(id);
    }
    return complete;
  }

  /** Roles and protection by way of groups that roles may be given to; whether all members of such groups are known. */
  #readGroups(): { readonly rolesKnown: boolean; readonly protectedKnown: boolean } {
    const { groups } = this.#context.input;
    const direct = new Map([...this.#roles].map(([id, roles]) => [id, [...roles]] as const));
    const heldOverUnits = new Set(this.#protected);
    const listed = new Set<NodeId>();
    let rolesKnown = true;
    let protectedKnown = groups?.complete === true;
    for (const { id: objectId, isAssignableToRole, members, owners } of this.#context.distinct.of(groups)) {
      const id = this.#id(objectId);
      listed.add(id);
      const roles = direct.get(id) ?? [];
      if (roles.length > 0 && members?.complete !== true) rolesKnown = false;
      for (const member of members?.items ?? []) for (const role of roles) this.#hold(this.#id(member.id), role);
      if (isAssignableToRole === false && !heldOverUnits.has(id)) continue;
      const sure = isAssignableToRole === true;
      if (members?.complete !== true || owners?.complete !== true) protectedKnown = false;
      for (const one of [...(members?.items ?? []).map((member) => member.id), ...(owners?.items ?? [])]) {
        (sure ? this.#protected : this.#perhapsProtected).add(this.#id(one));
      }
    }
    for (const id of direct.keys()) {
      if (!listed.has(id) && groups?.complete !== true && !this.#isNoGroup(id)) rolesKnown = false;
    }
    return { rolesKnown, protectedKnown };
  }

  /** Whether the input tells that a principal is no group. */
  #isNoGroup(id: NodeId): boolean {
    const type = this.#context.principals.typeOf(id);
    return type !== undefined && type !== 'group' && type !== 'unknown-principal';
  }

  #hold(id: NodeId, role: string): void {
    const roles = this.#roles.get(id) ?? new Set();
    roles.add(role);
    this.#roles.set(id, roles);
  }
}
