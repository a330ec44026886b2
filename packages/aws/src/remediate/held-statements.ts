import type { ReplacedPolicy, StatementPlace } from '@keyreach/core/analysis';
import type { GraphIndex, IdentityNode, Statement } from '@keyreach/core/graph';

/** A statement that an identity holds, and where it stands. */
export interface HeldStatement {
  readonly statement: Statement;
  readonly place: StatementPlace;
}

/** Everything that grants to an identity by its own policies and those of its groups. */
export interface HeldStatements {
  readonly policies: readonly ReplacedPolicy[];
  readonly statements: readonly HeldStatement[];
  /** Policies whose text is not known, for people. */
  readonly unreadable: readonly string[];
}

/**
 * The statements of the policies that a user or role holds, directly or through its groups (aws.md 1.2): in order of the
 * attachments, groups after the identity. A policy held in two ways is told twice and its statements once.
 */
export function heldStatements(graph: GraphIndex, identity: IdentityNode): HeldStatements {
  const policies: ReplacedPolicy[] = [];
  const statements: HeldStatement[] = [];
  const unreadable: string[] = [];
  const seen = new Set<string>();
  for (const holder of [identity, ...graph.groupsOf(identity.id)]) {
    const through = holder === identity ? {} : { through: holder.id };
    for (const { policy: id, role } of graph.attachmentsOn(holder.id)) {
      if (role !== 'identity-grant') continue;
      const policy = graph.policy(id);
      const document = policy === undefined ? undefined : graph.document(policy.document);
      if (policy === undefined || document === undefined || document.unreadable !== undefined) {
        const why = document?.unreadable ?? 'the input does not hold it';
        unreadable.push(`${policy?.type ?? 'a'} policy \`${policy?.name ?? id}\`: ${why}`);
        continue;
      }
      policies.push({ policy: id, name: policy.name, type: policy.type, ...through });
      if (seen.has(id)) continue;
      seen.add(id);
      for (const statement of document.statements) {
        const place = { policy: id, policyName: policy.name, statement: statement.index, ...through };
        statements.push({ statement, place });
      }
    }
  }
  return { policies, statements, unreadable };
}
