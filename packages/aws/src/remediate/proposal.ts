import type { KeptStatements, StatementPlace } from '@keyreach/core/analysis';
import type { WrittenStatement } from './fit-documents.ts';
import type { HeldStatement } from './held-statements.ts';
import { type RestrictedStatement, withoutCovered } from './restrict-statement.ts';
import { actionElement, oneOrMore, type StatementScope, statementScope } from './statement-json.ts';

interface Written {
  readonly from: StatementPlace[];
  readonly effect: 'allow' | 'deny';
  /** Names of actions. */
  readonly used: Set<string>;
  /** Names of actions, and patterns. */
  readonly unknown: Set<string>;
}

/** An Allow that is being put together of parts with the same scope. */
interface MergedAllow extends Written {
  readonly scope: StatementScope;
  readonly patterns: string[];
}

/** A statement that stays as it is. */
interface KeptWhole extends Written {
  readonly whole: WrittenStatement;
}

/** The statements of a proposal, each once, in the order of those they come from. */
export class Proposal {
  readonly #statements = new Map<string, MergedAllow | KeptWhole>();

  /** Adds what is left of an Allow. Parts with the same scope are one statement: it allows what the two allow. */
  add(place: StatementPlace, { parts }: RestrictedStatement): void {
    for (const { scope, patterns, used, unknown } of parts) {
      const key = `allow ${JSON.stringify([scope.version, scope.resources, scope.condition ?? null])}`;
      const known = this.#statements.get(key);
      if (known !== undefined && 'patterns' in known) {
        known.patterns.push(...patterns);
        if (!known.from.includes(place)) known.from.push(place);
        for (const name of used) known.used.add(name);
        for (const name of unknown) known.unknown.add(name);
      } else {
        const counted = { used: new Set(used), unknown: new Set(unknown) };
        this.#statements.set(key, { scope, patterns: [...patterns], ...counted, from: [place], effect: 'allow' });
      }
    }
  }

  /** Keeps a statement as it is; false where it cannot be written. */
  keep({ statement, place }: HeldStatement): boolean {
    const scope = statementScope(statement);
    if (scope === undefined) return false;
    const { include, exclude } = statement.actions;
    // The patterns it had name no service, so it says nothing (aws.md 1.10).
    if (include.length === 0) return true;
    const actions = actionElement({ include, exclude });
    if (actions === undefined) return false;
    const whole: WrittenStatement = {
      version: scope.version,
      statement: {
        Effect: statement.effect === 'deny' ? 'Deny' : 'Allow',
        ...actions,
        ...scope.resources,
        ...(scope.condition === undefined ? {} : { Condition: scope.condition }),
      },
    };
    const key = `whole ${JSON.stringify(whole)}`;
    const known = this.#statements.get(key);
    if (known === undefined) {
      const counted = { used: new Set<string>(), unknown: new Set<string>() };
      this.#statements.set(key, { whole, from: [place], effect: statement.effect, ...counted });
    } else known.from.push(place);
    return true;
  }

  /** Statements in the order they were first added, and what is told of each. */
  written(): {
    readonly statements: readonly WrittenStatement[];
    readonly keeps: readonly Omit<KeptStatements, 'places'>[];
  } {
    const each = [...this.#statements.values()];
    return {
      statements: each.map((one) => ('whole' in one ? one.whole : writtenAllow(one))),
      keeps: each.map(({ effect, from, used, unknown }) => ({ effect, from, used: used.size, unknown: unknown.size })),
    };
  }
}

function writtenAllow({ scope, patterns }: MergedAllow): WrittenStatement {
  return {
    version: scope.version,
    statement: {
      Effect: 'Allow',
      Action: oneOrMore([...withoutCovered(patterns)].sort()),
      ...scope.resources,
      ...(scope.condition === undefined ? {} : { Condition: scope.condition }),
    },
  };
}
