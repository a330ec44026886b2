import type { NodeId, Timestamp } from '../graph/model.ts';
import type { ProposalRemark } from './right-sized.ts';

/** A custom role to make. */
export interface ProposedRole {
  /** Full name, as bindings have it: `projects/P/roles/ID`. */
  readonly name: string;
  /** Names, or patterns where the provider takes them. */
  readonly permissions: readonly string[];
  /** What the patterns do not stand for. Absent: nothing. */
  readonly except?: readonly string[];
  /** Text of the file to make it from. */
  readonly text: string;
  /** Name of that file in `command`. */
  readonly file: string;
  readonly command: string;
}

/** What becomes of one binding of the identity. */
export interface BindingChange {
  /**
   * `keep`: it stays; `replace`: a role with less takes its place; `remove`: nothing of it is used; `add`: a new one, for what
   * another binding gave by the way.
   */
  readonly change: 'keep' | 'replace' | 'remove' | 'add';
  /** Where the binding stands. */
  readonly node: NodeId;
  /** The role it has, or would be added for. */
  readonly role: string;
  /** What people call the role, where its id tells nothing. */
  readonly roleName?: string;
  /** What sort of binding it is, where the provider has several: `role-definition`, `directory-role`, `app-role`. */
  readonly kind?: string;
  /** Id of the binding, where it has one. */
  readonly binding?: string;
  /** Expression of its condition; the new binding has it too. */
  readonly condition?: string;
  /** For `replace` and `add`: the role to bind. */
  readonly with?: string;
  /** What people call that role, where its id tells nothing. */
  readonly withName?: string;
  /** Permissions of the role by use. */
  readonly used: number;
  readonly unused: number;
  readonly unknown: number;
  /** Permissions that it gave and the proposal does not, sorted. A pattern stands for what it names and the proposal does not keep. */
  readonly removes: readonly string[];
  /** Permissions, or patterns, that stay only because nobody can tell whether they are used, sorted. Absent: not told. */
  readonly keptUnknown?: readonly string[];
  /** For `replace`: a role of the provider in the place of a custom one, where one covers all that stays and gives less than before. */
  readonly alternative?: RoleAlternative;
  /** Why it stays although not all of it is used. */
  readonly why?: string;
  /** To run in this order, after the roles are made. Empty where no command is known or nothing changes. */
  readonly commands: readonly string[];
}

/** A role of the provider that could take the place of a custom one. */
export interface RoleAlternative {
  readonly role: string;
  readonly roleName: string;
  /** Known permissions it gives beyond those that stay. */
  readonly more: number;
  /** To run in the place of the commands of the change, in this order. */
  readonly commands: readonly string[];
}

interface BindingsCommon {
  readonly schema: 'keyreach-right-sized-bindings';
  readonly schemaVersion: 1;
  readonly identity: NodeId;
  readonly now: Timestamp;
  readonly windowDays: number;
  /** What becomes of permissions of which nobody can tell whether they are used. */
  readonly unknown: 'keep' | 'drop';
}

/** Bindings for one identity that keep what it uses and grant nothing that it was not granted before, on the same nodes. */
export interface ProposedBindings extends BindingsCommon {
  readonly outcome: 'proposed';
  readonly roles: readonly ProposedRole[];
  readonly bindings: readonly BindingChange[];
  readonly couldBreak: readonly ProposalRemark[];
  /** What goes on granting to it: by way of groups and sets, or for everybody. */
  readonly staysInForce: readonly ProposalRemark[];
}

/** Nothing is proposed: a guess could take away what is used, or leave what is not. */
export interface WithheldBindings extends BindingsCommon {
  readonly outcome: 'withheld';
  readonly reasons: readonly string[];
}

/** Right-sized bindings, or why there are none. JSON form: `keyreach unused --policy`. */
export type RightSizedBindings = ProposedBindings | WithheldBindings;
