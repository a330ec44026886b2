import type { BindingChange, ProposedRole } from '@keyreach/core/analysis';
import type { Attachment, GraphIndex, IdentityNode, Json, NodeId } from '@keyreach/core/graph';
import {
  type AssignmentCondition,
  type AssignmentPlace,
  createAssignmentCommand,
  deleteAppRoleCommand,
  deleteAssignmentCommand,
  deleteDirectoryAssignmentCommand,
  deleteRequestedRoleCommand,
  deleteVaultPolicyCommand,
} from './assignment-commands.ts';
import { type CoveringRole, coveringRole } from './covering-role.ts';
import { assignableScope, customRole, roleName } from './custom-role.ts';
import { blockCovers } from './pattern-cover.ts';
import { isTooLarge, planeAndName, type RoleBlock, roleBlocks } from './role-blocks.ts';
import { type SizedRole, type SizingRules, sizeRole } from './sized-role.ts';
import { wholeGrant } from './whole-grant.ts';

/** Whose assignments are sized. */
export interface SizedPrincipal {
  readonly objectId: string;
  readonly type: AssignmentPlace['principalType'];
}

const NOTHING = { used: 0, unused: 0, unknown: 0 } as const;

/** Makes the proposal, assignment by assignment. */
export class AssignmentSizing {
  readonly bindings: BindingChange[] = [];
  readonly #graph: GraphIndex;
  readonly #identity: IdentityNode;
  readonly #principal: SizedPrincipal;
  readonly #rules: SizingRules;
  /** By scope and permissions: equal ones are one. */
  readonly #roles = new Map<string, ProposedRole>();
  readonly #sized = new Map<string, SizedRole>();
  readonly #dropped = new Set<string>();

  constructor(graph: GraphIndex, identity: IdentityNode, principal: SizedPrincipal, rules: SizingRules) {
    this.#graph = graph;
    this.#identity = identity;
    this.#principal = principal;
    this.#rules = rules;
  }

  get roles(): readonly ProposedRole[] {
    return [...this.#roles.values()];
  }

  /** What is taken away although nobody can tell whether it is used, sorted. */
  get dropped(): readonly string[] {
    return [...this.#dropped].sort();
  }

  /** Adds what becomes of an assignment that names the identity. */
  assignment(attachment: Attachment): void {
    const policy = this.#graph.policy(attachment.policy);
    if (policy === undefined) return;
    const { name = '' } = attachment;
    const common = {
      node: attachment.node,
      role: policy.id,
      roleName: policy.name,
      kind: policy.type,
      ...(name === '' ? {} : { binding: name }),
    };
    const keep = (why: string | undefined, rest: Partial<BindingChange> = {}): void => {
      this.bindings.push({
        change: 'keep',
        ...common,
        ...NOTHING,
        removes: [],
        commands: [],
        ...rest,
        ...(why === undefined ? {} : { why }),
      });
    };
    if (policy.type === 'role-definition') this.#role(attachment, common, keep);
    else this.#whole(attachment, common, keep);
  }

  #role(attachment: Attachment, common: Common, keep: Keep): void {
    const { node, name = '' } = attachment;
    const blocks = roleBlocks(this.#graph, attachment.policy);
    if (blocks === undefined) {
      keep('what the role gives is not in the input; list role definitions with their permissions');
      return;
    }
    if (isTooLarge(blocks)) {
      keep('the role has too many patterns to take apart');
      return;
    }
    const sized = this.#sizedRole(attachment.policy, blocks);
    const { counts, keeps, removes, keptUnknown } = sized;
    const condition = abacOf(attachment);
    const told = {
      ...counts,
      ...(condition === undefined || condition === 'other' ? {} : { condition: condition.text }),
      ...(keptUnknown.length === 0 ? {} : { keptUnknown }),
    };
    const why = managedElsewhere(name);
    if (removes.length === 0 || why !== undefined) {
      keep(removes.length === 0 ? undefined : why, told);
      return;
    }
    const remove = deleteAssignmentCommand(name);
    if (keeps.length === 0 && !sized.conditioned) {
      this.#noteDropped(sized.dropped);
      this.bindings.push({
        change: 'remove',
        ...common,
        ...told,
        removes,
        commands: remove === undefined ? [] : [remove],
      });
      return;
    }
    if (condition === 'other') {
      keep('its condition cannot be written again', told);
      return;
    }
    const place: AssignmentPlace = {
      node,
      principal: this.#principal.objectId,
      principalType: this.#principal.type,
      ...(condition === undefined ? {} : { condition }),
    };
    const commandsFor = (role: string): readonly string[] => {
      const add = createAssignmentCommand(place, role);
      return add === undefined || remove === undefined ? [] : [add, remove];
    };
    const { catalogue } = this.#rules;
    const builtIn = sized.conditioned
      ? undefined
      : coveringRole(this.#graph, catalogue, { id: attachment.policy, blocks }, keeps, sized.except);
    const custom = this.#customRole(node, sized);
    if ('why' in custom) {
      if (builtIn === undefined) keep(custom.why, told);
      else {
        this.#noteDropped(sized.dropped);
        this.bindings.push({
          change: 'replace',
          ...common,
          with: builtIn.id,
          withName: builtIn.name,
          ...told,
          removes: withoutCovered(removes, this.#graph, builtIn),
          commands: commandsFor(lastPart(builtIn.id)),
        });
      }
      return;
    }
    this.#noteDropped(sized.dropped);
    this.bindings.push({
      change: 'replace',
      ...common,
      with: custom.name,
      ...told,
      removes,
      ...(builtIn === undefined
        ? {}
        : {
            alternative: {
              role: builtIn.id,
              roleName: builtIn.name,
              more: builtIn.more,
              commands: commandsFor(lastPart(builtIn.id)),
            },
          }),
      commands: commandsFor(custom.name),
    });
  }

  /** What is kept or removed as a whole. */
  #whole(attachment: Attachment, common: Common, keep: Keep): void {
    const { name = '', policy, node } = attachment;
    const grant = wholeGrant(this.#graph, policy, this.#rules);
    if (grant === undefined) {
      keep('what it gives is not in the input');
      return;
    }
    const { counts, gives, stays, unknown } = grant;
    const told = { ...counts, ...(stays && unknown.length > 0 ? { keptUnknown: unknown } : {}) };
    const pim = managedElsewhere(name);
    if (stays || pim !== undefined) {
      const open = counts.used > 0 && counts.unused > 0 ? wholeReason(common.kind) : undefined;
      keep(stays ? open : pim, told);
      return;
    }
    if (common.kind === 'access-policy' && this.#graph.node(node)?.attributes?.['rbac'] === true) {
      keep('the vault asks roles, and its access policies decide nothing', told);
      return;
    }
    this.#noteDropped(unknown);
    this.bindings.push({
      change: 'remove',
      ...common,
      ...told,
      removes: gives,
      commands: this.#removalCommands(attachment, common.kind),
    });
  }

  #removalCommands({ name = '', policy, node, condition }: Attachment, kind: string): readonly string[] {
    const { objectId } = this.#principal;
    switch (kind) {
      case 'directory-role':
        return told([deleteDirectoryAssignmentCommand(name)]);
      case 'app-role': {
        const remove = deleteAppRoleCommand(this.#identity, objectId, name);
        return remove === undefined ? [] : [remove, ...this.#manifestCommands(policy)];
      }
      case 'access-policy':
        // One that holds by way of an application only is of a principal and that application together.
        return isOnlyPolicies(condition?.body) ? told([deleteVaultPolicyCommand(node, objectId)]) : [];
      default:
        return [];
    }
  }

  /** An application that asks for a permission is given it again at the next consent. */
  #manifestCommands(policy: string): readonly string[] {
    const [api = '', role = ''] = policy.slice('app-role:'.length).split('/');
    return this.#graph.incoming(this.#identity.id, 'runs-as').flatMap(({ from }) => {
      const { type, attributes } = this.#graph.node(from) ?? {};
      const requested = attributes?.['requestedRoles'];
      const appId = attributes?.['appId'];
      const asks = type === 'application' && Array.isArray(requested) && requested.includes(`${api}/${role}`);
      return asks && typeof appId === 'string' ? told([deleteRequestedRoleCommand(appId, api, role)]) : [];
    });
  }

  #sizedRole(policy: string, blocks: readonly RoleBlock[]): SizedRole {
    const known = this.#sized.get(policy) ?? sizeRole(blocks, this.#rules);
    this.#sized.set(policy, known);
    return known;
  }

  /** A custom role, or why there can be none. */
  #customRole(node: NodeId, { keeps, except, unsayable }: SizedRole): ProposedRole | { readonly why: string } {
    if (unsayable !== undefined) return { why: unsayable };
    const place = assignableScope(this.#graph, node, keeps);
    if ('why' in place) return place;
    const key = JSON.stringify([place.scope, keeps, except]);
    const known = this.#roles.get(key);
    if (known !== undefined) return known;
    const role = customRole(place.scope, roleName(this.#identity, this.#roles.size + 1), keeps, except);
    this.#roles.set(key, role);
    return role;
  }

  #noteDropped(names: readonly string[]): void {
    for (const name of names) this.#dropped.add(name);
  }
}

type Common = Pick<BindingChange, 'node' | 'role' | 'roleName' | 'binding'> & { readonly kind: string };
type Keep = (why: string | undefined, rest?: Partial<BindingChange>) => void;

/** Why what Privileged Identity Management gives is left as it is (azure.md 1.6). */
function managedElsewhere(name: string): string | undefined {
  if (name.startsWith('eligible: '))
    return 'it gives nothing until it is activated; change who may in Privileged Identity Management';
  if (name.startsWith('activated: ')) return 'it was activated, and ends by itself';
  return undefined;
}

function wholeReason(kind: string): string {
  switch (kind) {
    case 'directory-role':
      return 'a part of it is used; a custom directory role could hold less';
    case 'access-policy':
      return 'a part of it is used; `az keyvault set-policy` can leave less';
    default:
      return 'a part of it is used';
  }
}

/** The condition of an assignment; `other` where it is none that a command can give. */
function abacOf({ condition }: Attachment): AssignmentCondition | 'other' | undefined {
  if (condition === undefined) return undefined;
  const { body } = condition;
  if (typeof body !== 'object' || body === null || !('abac' in body) || typeof body.abac !== 'string') return 'other';
  const version = 'version' in body && typeof body.version === 'string' ? body.version : undefined;
  return { text: body.abac, ...(version === undefined ? {} : { version }) };
}

function isOnlyPolicies(body: Json | undefined): boolean {
  return typeof body === 'object' && body !== null && 'vault' in body && body.vault === 'policies';
}

/** Without what a built-in role gives as well. */
function withoutCovered(removes: readonly string[], graph: GraphIndex, { id }: CoveringRole): readonly string[] {
  const blocks = roleBlocks(graph, id) ?? [];
  return removes.filter((name) => {
    const { plane, action } = planeAndName(name);
    return !blocks.some((block) => block.plane === plane && blockCovers(block, action, []));
  });
}

function told(commands: readonly (string | undefined)[]): readonly string[] {
  return commands.filter((command) => command !== undefined);
}

function lastPart(id: string): string {
  return id.slice(id.lastIndexOf('/') + 1);
}
