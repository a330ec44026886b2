import type {
  AttachmentRole,
  GrantStrength,
  GraphBuilder,
  NodeId,
  PrincipalMatcher,
  Selector,
  Statement,
} from '@keyreach/core/graph';
import { AWS } from './aws-ids.ts';
import type { EstateDirectory } from './estate-directory.ts';
import { type CompiledPolicy, PolicyCompiler } from './policy-document.ts';
import type { PolicyKind } from './policy-statement.ts';
import type { ExternalIdentity } from './principal-directory.ts';

/** A policy with its text, as the input holds it. */
export interface PolicyText {
  readonly id: string;
  readonly name: string;
  /** For people: `managed`, `inline`, `trust`, `scp`, … */
  readonly type: string;
  readonly kind: PolicyKind;
  readonly text: unknown;
  /** The node that holds the text, or is the policy. */
  readonly owner?: NodeId;
  /** Partition of the account it stands in. */
  readonly partition: string;
  /** What a gap about the text is filed under. */
  readonly gapScope: string;
  /** How far what it allows carries, where that is not told by the form of the principals (grants of a key, aws.md 1.6). */
  readonly strength?: GrantStrength;
  /** Why it is not known whether the text applies at all; the caller says the gap. */
  readonly undecided?: string | undefined;
}

/** A policy whose text is not in the input. */
export interface MissingPolicy {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly why: string;
  readonly owner?: NodeId;
  /** False where AWS's own list says that the text holds no Deny. */
  readonly mayDeny?: boolean;
}

/** Compiles policies into the graph, each text once, and gathers the identities outside the input that they name. */
export class PolicyRegister {
  readonly #builder: GraphBuilder;
  readonly #directory: EstateDirectory;
  readonly #compilers = new Map<string, PolicyCompiler>();
  readonly #externals = new Map<NodeId, ExternalIdentity[]>();
  readonly #known = new Map<string, CompiledPolicy | undefined>();

  constructor(builder: GraphBuilder, directory: EstateDirectory) {
    this.#builder = builder;
    this.#directory = directory;
  }

  /** Adds a policy; what cannot be read or decided in it is a gap. */
  add(policy: PolicyText): CompiledPolicy {
    const { id, name, type, owner, gapScope } = policy;
    const read = this.#compiler(policy.partition).compile(policy.text, policy.kind);
    const { strength, undecided } = policy;
    const applied = (statement: Statement): Statement => {
      const strong = strength === undefined ? statement : ofStrength(statement, strength);
      return undecided === undefined ? strong : { ...strong, undecidable: undecided };
    };
    const compiled =
      (strength !== undefined || undecided !== undefined) && 'statements' in read
        ? { ...read, statements: read.statements.map(applied) }
        : read;
    this.#known.set(id, compiled);
    const document =
      'unreadable' in compiled
        ? this.#builder.document({ provider: AWS, statements: [], unreadable: compiled.unreadable })
        : this.#builder.document({ provider: AWS, statements: compiled.statements });
    this.#builder.policy({ id, provider: AWS, name, type, document, ...(owner === undefined ? {} : { owner }) });
    const problems = 'unreadable' in compiled ? [compiled.unreadable] : compiled.problems;
    for (const problem of problems) {
      const why = `${type} policy \`${name}\`: ${problem}`;
      this.#builder.gap({ scope: gapScope, what: 'policy text', why, kind: 'bad-input' });
    }
    if ('externals' in compiled) for (const external of compiled.externals) this.external(external);
    return compiled;
  }

  /** Adds a policy of which only the name is known: decisions it takes part in are unknown. The caller says the gap. */
  addMissing({ id, name, type, why, owner, mayDeny }: MissingPolicy): void {
    this.#known.set(id, undefined);
    const document = this.#builder.document({
      provider: AWS,
      statements: [],
      unreadable: why,
      ...(mayDeny === undefined ? {} : { mayDeny }),
    });
    this.#builder.policy({ id, provider: AWS, name, type, document, ...(owner === undefined ? {} : { owner }) });
  }

  /** Whether a policy of this id was added, with or without its text. */
  has(id: string): boolean {
    return this.#known.has(id);
  }

  /** What a policy says; undefined where its text is not in the input. */
  compiled(id: string): CompiledPolicy | undefined {
    return this.#known.get(id);
  }

  /** Places a policy on a node. */
  attach(policy: string, node: NodeId, role: AttachmentRole, exclusiveFor?: Selector): void {
    this.#builder.attachment({ policy, node, role, ...(exclusiveFor === undefined ? {} : { exclusiveFor }) });
  }

  /** Notes an identity outside the input. */
  external(identity: ExternalIdentity): void {
    const known = this.#externals.get(identity.id);
    if (known === undefined) this.#externals.set(identity.id, [identity]);
    else known.push(identity);
  }

  /** The identities outside the input, each with every reference to it, in order of their ids. */
  externals(): readonly (readonly [NodeId, readonly ExternalIdentity[]])[] {
    return [...this.#externals].sort(([left], [right]) => (left < right ? -1 : 1));
  }

  #compiler(partition: string): PolicyCompiler {
    let compiler = this.#compilers.get(partition);
    if (compiler === undefined) {
      compiler = new PolicyCompiler(this.#directory.forPartition(partition));
      this.#compilers.set(partition, compiler);
    }
    return compiler;
  }
}

function ofStrength(statement: Statement, strength: GrantStrength): Statement {
  const { principals } = statement;
  if (principals === undefined) return statement;
  const include = principals.include.map(
    (matcher): PrincipalMatcher => (matcher.match === 'unresolved' ? matcher : { ...matcher, strength }),
  );
  return { ...statement, principals: { ...principals, include } };
}
