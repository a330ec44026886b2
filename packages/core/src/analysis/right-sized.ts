import type { Json, NodeId, Timestamp } from '../graph/model.ts';

/** A statement of a policy that is in force. */
export interface StatementPlace {
  /** Id of the policy. */
  readonly policy: string;
  readonly policyName: string;
  /** Place of the statement in it, from 0. */
  readonly statement: number;
  /** The group that passes it on, where it is not held directly. */
  readonly through?: NodeId;
}

/** A policy that the proposed ones take the place of. */
export interface ReplacedPolicy {
  readonly policy: string;
  readonly name: string;
  /** `inline`, `managed`, `aws-managed`. */
  readonly type: string;
  /** The group to leave, where it is not held directly; the group keeps it for its other members. */
  readonly through?: NodeId;
}

/** A policy text to put in place. */
export interface ProposedDocument {
  readonly name: string;
  readonly kind: 'inline' | 'managed';
  readonly document: { readonly [key: string]: Json };
  /** Characters without white space between the parts, which is never less than what the provider counts. */
  readonly size: number;
  /** The most the provider takes; of inline documents: of all of them together. */
  readonly limit: number;
}

/** Where proposed statements come from: each allows no more than one of `from`. */
export interface KeptStatements {
  /** Places in the proposed documents, both from 0: several where a list was too long for one. */
  readonly places: readonly { readonly document: number; readonly statement: number }[];
  readonly effect: 'allow' | 'deny';
  readonly from: readonly StatementPlace[];
  /** Actions kept because they are used; 0 for what is kept as it is. */
  readonly used: number;
  /** Actions and patterns kept because nobody can tell. */
  readonly unknown: number;
}

/** What an old statement gave and the proposed ones do not. */
export type RemovedPermission =
  | {
      readonly kind: 'actions';
      readonly from: StatementPlace;
      readonly why: 'unused' | 'unknown-dropped';
      /** Names, or patterns that stand for nothing but actions that are removed. */
      readonly actions: readonly string[];
      /** How many actions those are; patterns for actions the catalogue does not know count one each. */
      readonly count: number;
      /** Sorted, each once: the latest known use of any of them. */
      readonly lastUsed?: Timestamp;
      /** Sources that saw no use. */
      readonly sources: readonly string[];
    }
  | {
      readonly kind: 'resources';
      readonly from: StatementPlace;
      readonly why: 'unused';
      /** Actions that stay, on other resources. */
      readonly actions: readonly string[];
      readonly count: number;
      /** Patterns that none of the recorded calls of these actions was about. */
      readonly resources: readonly string[];
      readonly sources: readonly string[];
    };

/** Something to look at before the proposal is put in place. */
export interface ProposalRemark {
  readonly what: string;
  readonly why: string;
}

interface ProposalCommon {
  readonly schema: 'keyreach-right-sized-policy';
  readonly schemaVersion: 1;
  readonly identity: NodeId;
  readonly now: Timestamp;
  readonly windowDays: number;
  /** What becomes of permissions of which nobody can tell whether they are used. */
  readonly unknown: 'keep' | 'drop';
  /** Version and date of the list of actions that patterns were resolved with. */
  readonly catalogue: { readonly version: string; readonly date: string };
}

/** Policies for one identity that keep what it uses and allow nothing that it was not allowed before. */
export interface ProposedPolicy extends ProposalCommon {
  readonly outcome: 'proposed';
  /** Empty where nothing it is granted is used. */
  readonly documents: readonly ProposedDocument[];
  /** Why the documents cannot be put in place as they are; absent: they fit the limits of the provider. */
  readonly tooLarge?: string;
  readonly replaces: readonly ReplacedPolicy[];
  readonly keeps: readonly KeptStatements[];
  readonly removes: readonly RemovedPermission[];
  readonly couldBreak: readonly ProposalRemark[];
  /** What goes on granting to it, whatever its own policies say. */
  readonly staysInForce: readonly ProposalRemark[];
}

/** No policy is proposed: a guess could take away what is used, or leave what is not. */
export interface WithheldPolicy extends ProposalCommon {
  readonly outcome: 'withheld';
  readonly reasons: readonly string[];
}

/** A right-sized policy, or why there is none (findings M17, M87). JSON form: `keyreach unused --policy`. */
export type RightSizedPolicy = ProposedPolicy | WithheldPolicy;
