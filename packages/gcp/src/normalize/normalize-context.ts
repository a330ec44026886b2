import type { GraphBuilder, NodeId, Timestamp } from '@keyreach/core/graph';
import type { GcpInput } from '../bundle/gcp-input.ts';
import type { PoolDirectory } from './federation/pool-directory.ts';
import type { MemberRegister } from './member-register.ts';
import type { NodeFacts } from './node-facts.ts';
import type { ProjectDirectory } from './project-directory.ts';
import type { RoleRegister } from './role-register.ts';
import type { ServiceAccountDirectory } from './service-account-directory.ts';

/** What the steps of a normalisation share. */
export interface NormalizeContext {
  readonly input: GcpInput;
  readonly builder: GraphBuilder;
  /** Adds nodes together with tags and attributes that other steps know of them. */
  readonly nodes: NodeFacts;
  readonly directory: ProjectDirectory;
  readonly accounts: ServiceAccountDirectory;
  readonly pools: PoolDirectory;
  /** Who is named anywhere; their nodes are added last. */
  readonly members: MemberRegister;
  readonly roles: RoleRegister;
  /** Scopes whose allow policy is in the input. */
  readonly policySet: ReadonlySet<NodeId>;
  /** RFC 3339; time is never read from a clock. */
  readonly now: Timestamp;
}
