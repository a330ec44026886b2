import type { NodeId, Timestamp } from '../graph/model.ts';
import type { ProposalRemark } from './right-sized.ts';

/** A custom role to make. */
export interface ProposedRole {
  /** Full name: `projects/P/roles/ID`. */
  readonly name: string;
  readonly permissions: readonly string[];
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
  /** Expression of its condition; the new binding has it too. */
  readonly condition?: string;
  /** For `replace` and `add`: the role to bind. */
  readonly with?: string;
  /** Permissions of the role by use. */
  readonly used: number;
  readonly unused: number;
  readonly unknown: number;
  /** Permissions that it gave and the proposal does not, sorted. */
  readonly removes: readonly string[];
  /** Why it stays although not all of it is used. */
  readonly why?: string;
  /** To run in this order, after the roles are made. Empty where no command is known or nothing changes. */
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
