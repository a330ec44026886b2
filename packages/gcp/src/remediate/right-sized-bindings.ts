import {
  actionUseOf,
  type BindingChange,
  type PermissionUse,
  type PlacedGrant,
  type ProposalRemark,
  type ProposedRole,
  placedGrants,
  type RightSizedBindings,
} from '@keyreach/core/analysis';
import { type AuthorizationModel, UNKNOWN } from '@keyreach/core/authz';
import {
  type Attachment,
  type GraphIndex,
  type IdentityNode,
  KeyreachError,
  type NodeId,
  quoteText,
  type Timestamp,
} from '@keyreach/core/graph';
import { GCP } from '../normalize/gcp-ids.ts';
import { gcpUseToldBy } from '../usage/use-told-by.ts';
import { type BindingPlace, bindingCommand } from './binding-commands.ts';
import { customRole, roleId, roleParent } from './custom-role.ts';

/** What right-sized bindings are made with. */
export interface RightSizedBindingsOptions {
  readonly now: Timestamp;
  /** Length of the window before `now`, in days. */
  readonly windowDays: number;
  /** What becomes of permissions of which nobody can tell whether they are used. If not given, they are kept. */
  readonly unknown?: 'keep' | 'drop';
  /** What is known of the use of a permission within the window. If not given, what the graph records. */
  readonly useOf?: (permission: string) => PermissionUse;
}

const BASIC = /^roles\/(?:owner|editor|viewer)$/;

/**
 * Bindings for an identity that keep what it uses and grant nothing that it was not granted before on the same node: for each
 * binding that names it, whether it stays, goes, or gives way to a custom role with what is kept of its permissions (issue 5,
 * findings M17). Bindings of groups and sets stay, since they are there for others too.
 *
 * - Use is told of the identity, not of one binding: a permission that is used stays in every binding that has it.
 * - Conditions stay as they are, and denies and boundaries are not touched.
 * - A role whose permissions are not in the input is not replaced: nobody can tell what it has.
 * - What a basic role gave by the way (`projectEditor:P` in the policy of a bucket) gets a binding of its own where it is kept.
 *
 * @throws KeyreachError `bad-identity` for an identity of another provider, `bad-time` for a `now` that is no RFC 3339 time,
 * `bad-window` for a window that is no positive number of days.
 */
export function rightSizedBindings(
  model: AuthorizationModel,
  identity: IdentityNode,
  { now, windowDays, unknown = 'keep', useOf: given }: RightSizedBindingsOptions,
): RightSizedBindings {
  if (identity.provider !== GCP) {
    throw new KeyreachError('bad-identity', `${quoteText(identity.id)} is not an identity of Google Cloud`);
  }
  const { graph } = model;
  const useOf = given ?? actionUseOf(graph, identity, { now, windowDays, toldBy: gcpUseToldBy });
  const common = {
    schema: 'keyreach-right-sized-bindings',
    schemaVersion: 1,
    identity: identity.id,
    now,
    windowDays,
    unknown,
  } as const;
  const member = memberOf(identity);
  if (typeof member !== 'string') return { ...common, outcome: 'withheld', reasons: [member.why] };
  const sizing = new Sizing(graph, identity, member, unknown, useOf);
  const placed = placedGrants(model, identity).filter((one) => allowsOf(graph, one.attachment));
  for (const one of placed) if (one.itself) sizing.binding(one.attachment);
  // What it perhaps had by the way it may not have had: a binding could grant more than before.
  sizing.byTheWay(placed.filter((one) => !one.itself && one.names !== UNKNOWN && isConvenience(graph, one)));
  return {
    ...common,
    outcome: 'proposed',
    roles: sizing.roles,
    bindings: sizing.bindings,
    couldBreak: sizing.remarks(),
    staysInForce: placed.flatMap((one) => staying(graph, one)),
  };
}

/** How policies name an identity, or why its bindings cannot be changed. */
function memberOf({ id, type, providerManaged, attributes }: IdentityNode): string | { readonly why: string } {
  if (providerManaged === true) return { why: 'Google manages this account and its roles; services stop without them' };
  switch (type) {
    case 'service-account': {
      const email = attributes?.['email'];
      return `serviceAccount:${typeof email === 'string' ? email : id.slice(id.lastIndexOf('/') + 1)}`;
    }
    case 'user':
    case 'federated-subject':
      return id;
    case 'group':
    case 'domain':
    case 'principal-set':
      return { why: 'it never acts itself: ask for its members' };
    default:
      return { why: `bindings of this type of identity (${quoteText(type)}) cannot be changed` };
  }
}

/** What a role has; undefined where the input does not tell all of it. */
function permissionsOf(graph: GraphIndex, { policy }: Attachment): readonly string[] | undefined {
  const document = graph.document(graph.policy(policy)?.document ?? '');
  if (document === undefined || document.unreadable !== undefined) return undefined;
  const allows = document.statements.filter(({ effect }) => effect === 'allow');
  const names = allows.flatMap(({ actions }) => actions.include);
  const isList = allows.every(
    ({ actions, condition, undecidable, resources }) =>
      actions.exclude.length === 0 && condition === undefined && undecidable === undefined && resources === undefined,
  );
  if (!isList || names.some((name) => /[*?]/.test(name))) return undefined;
  return [...new Set(names)].sort();
}

function allowsOf(graph: GraphIndex, { policy }: Attachment): boolean {
  const document = graph.document(graph.policy(policy)?.document ?? '');
  return document?.unreadable !== undefined || document?.statements.some(({ effect }) => effect === 'allow') === true;
}

/** Makes the proposal, binding by binding. */
class Sizing {
  readonly bindings: BindingChange[] = [];
  readonly #graph: GraphIndex;
  readonly #identity: IdentityNode;
  readonly #member: string;
  readonly #unknown: 'keep' | 'drop';
  readonly #useOf: (permission: string) => PermissionUse;
  readonly #uses = new Map<string, PermissionUse>();
  /** By parent and permissions: equal ones are one. */
  readonly #roles = new Map<string, ProposedRole>();
  readonly #dropped = new Set<string>();
  #changesBasic = false;

  constructor(
    graph: GraphIndex,
    identity: IdentityNode,
    member: string,
    unknown: 'keep' | 'drop',
    useOf: (permission: string) => PermissionUse,
  ) {
    this.#graph = graph;
    this.#identity = identity;
    this.#member = member;
    this.#unknown = unknown;
    this.#useOf = useOf;
  }

  get roles(): readonly ProposedRole[] {
    return [...this.#roles.values()];
  }

  /** Adds what becomes of a binding that names the identity. */
  binding(attachment: Attachment): void {
    const place = this.#placeOf(attachment);
    const permissions = permissionsOf(this.#graph, attachment);
    const unchanged = { node: place.node, role: place.role, ...conditionText(place), removes: [], commands: [] };
    if (permissions === undefined) {
      const why = 'which permissions the role has is not in the input; list roles with their permissions';
      this.bindings.push({ change: 'keep', ...unchanged, used: 0, unused: 0, unknown: 0, why });
      return;
    }
    const sized = this.#sized(permissions);
    const { counts, kept, removes } = sized;
    if (removes.length === 0) {
      this.bindings.push({ change: 'keep', ...unchanged, ...counts });
      return;
    }
    if (attachment.condition !== undefined && place.condition === undefined) {
      const why = 'its condition cannot be written again';
      this.bindings.push({ change: 'keep', ...unchanged, ...counts, why });
      return;
    }
    const role = kept.length === 0 ? undefined : this.#roleFor(place.node, kept);
    if (typeof role === 'string') {
      this.bindings.push({ change: 'keep', ...unchanged, ...counts, why: role });
      return;
    }
    for (const permission of removes) if (this.#use(permission).state === 'unknown') this.#dropped.add(permission);
    if (BASIC.test(place.role)) this.#changesBasic = true;
    const add = role === undefined ? [] : [bindingCommand(this.#graph, 'add', { ...place, role: role.name })];
    const commands = [...add, bindingCommand(this.#graph, 'remove', place)];
    this.bindings.push({
      change: role === undefined ? 'remove' : 'replace',
      ...unchanged,
      ...(role === undefined ? {} : { with: role.name }),
      ...counts,
      removes,
      commands: commands.every((command) => command !== undefined) ? commands : [],
    });
  }

  /** Adds bindings for what basic roles that go gave by the way, by the convenience values of policies. */
  byTheWay(placed: readonly PlacedGrant[]): void {
    if (!this.#changesBasic) return;
    for (const { attachment } of placed) {
      const place = this.#placeOf(attachment);
      const permissions = permissionsOf(this.#graph, attachment);
      if (permissions === undefined || (attachment.condition !== undefined && place.condition === undefined)) continue;
      const { counts, kept, removes } = this.#sized(permissions);
      if (kept.length === 0) continue;
      const role = removes.length === 0 ? place.role : this.#roleFor(place.node, kept);
      // Where no smaller role can be made, the one that was given by the way is bound itself.
      const name = typeof role === 'object' ? role.name : place.role;
      const command = bindingCommand(this.#graph, 'add', { ...place, role: name });
      this.bindings.push({
        change: 'add',
        node: place.node,
        role: place.role,
        ...conditionText(place),
        with: name,
        ...counts,
        removes: typeof role === 'object' ? removes : [],
        commands: command === undefined ? [] : [command],
      });
    }
  }

  /** What to look at before any of it is done. */
  remarks(): readonly ProposalRemark[] {
    const remarks: ProposalRemark[] = [];
    const changed = this.bindings.filter(({ change }) => change !== 'keep');
    if (this.#dropped.size > 0) {
      const names = [...this.#dropped].sort();
      const what = `${names.length} permissions of unknown use are taken away: ${shown(names)}`;
      remarks.push({ what, why: 'nobody can tell whether they are used' });
    }
    if (this.#roles.size > 0) {
      const what = 'a permission that custom roles do not take';
      const why =
        'which they are is not in the input; `gcloud iam list-testable-permissions` tells, and making the role fails';
      remarks.push({ what, why });
    }
    const silent = changed.filter(({ commands }) => commands.length === 0);
    if (silent.length > 0) {
      const what = `${silent.length} bindings without a command: ${shown(silent.map(({ node }) => quoteText(node)))}`;
      remarks.push({ what, why: 'change the policy of the resource by its own means' });
    }
    if (changed.some(({ condition }) => condition !== undefined)) {
      const what = 'conditions with a description';
      remarks.push({ what, why: 'the input may not have it; a binding is removed only by the same text' });
    }
    if (this.#changesBasic) {
      const what = 'datasets and buckets that name owners, editors or viewers of the project';
      remarks.push({ what, why: 'the input may not list all of them; the basic role gave access to them by the way' });
    }
    return remarks;
  }

  #sized(permissions: readonly string[]): {
    readonly counts: Pick<BindingChange, 'used' | 'unused' | 'unknown'>;
    readonly kept: readonly string[];
    readonly removes: readonly string[];
  } {
    const counts = { used: 0, unused: 0, unknown: 0 };
    const kept: string[] = [];
    const removes: string[] = [];
    for (const permission of permissions) {
      const { state } = this.#use(permission);
      counts[state] += 1;
      const stays = state === 'used' || (state === 'unknown' && this.#unknown === 'keep');
      (stays ? kept : removes).push(permission);
    }
    return { counts, kept, removes };
  }

  #use(permission: string): PermissionUse {
    const use = this.#uses.get(permission) ?? this.#useOf(permission);
    this.#uses.set(permission, use);
    return use;
  }

  /** A custom role, or why there can be none. */
  #roleFor(node: NodeId, permissions: readonly string[]): ProposedRole | string {
    const parent = roleParent(this.#graph, node, permissions);
    if (parent === undefined) return 'the organization a custom role would be made in is not in the input';
    const key = JSON.stringify([parent, permissions]);
    const known = this.#roles.get(key);
    if (known !== undefined) return known;
    const { name } = this.#identity;
    const title = `Right-sized: ${name}`.slice(0, 100);
    const role = customRole(parent, roleId(name, this.#roles.size + 1), title, permissions);
    if (role === undefined) return 'what is kept of it does not fit one custom role';
    this.#roles.set(key, role);
    return role;
  }

  #placeOf(attachment: Attachment): BindingPlace {
    const condition = celOf(attachment);
    return {
      node: attachment.node,
      member: this.#member,
      role: attachment.policy,
      ...(condition === undefined ? {} : { condition }),
    };
  }
}

/** The name of a placement is the title of its condition (docs/graph-gcp.md). */
function celOf({ condition, name }: Attachment): BindingPlace['condition'] | undefined {
  const body = condition?.body;
  if (typeof body !== 'object' || body === null || !('cel' in body) || typeof body.cel !== 'string') return undefined;
  return { expression: body.cel, ...(name === undefined ? {} : { title: name }) };
}

function conditionText({ condition }: BindingPlace): { readonly condition?: string } {
  return condition === undefined ? {} : { condition: condition.expression };
}

function isConvenience(graph: GraphIndex, { through }: PlacedGrant): boolean {
  return through.length > 0 && through.every((id) => graph.node(id)?.type === 'convenience');
}

/** Bindings that name it by way of others. */
function staying(graph: GraphIndex, one: PlacedGrant): readonly ProposalRemark[] {
  if (one.itself || isConvenience(graph, one)) return [];
  const { attachment, names, through } = one;
  const by = through.length === 0 ? 'its type and place' : through.map(quoteText).join(', ');
  const what = `${quoteText(attachment.policy)} on ${quoteText(attachment.node)}, by way of ${by}`;
  const perhaps = names === UNKNOWN ? 'it may be a member, and ' : '';
  return [{ what, why: `${perhaps}others have it too` }];
}

const MOST_SHOWN = 10;

function shown(names: readonly string[]): string {
  const more = names.length - MOST_SHOWN;
  return `${names.slice(0, MOST_SHOWN).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
