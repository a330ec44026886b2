import type { ProposedDocument } from '@keyreach/core/analysis';
import type { Json } from '@keyreach/core/graph';
import type { PolicyVersion } from '../normalize/policy-statement.ts';
import { POLICY_LIMITS } from './policy-limits.ts';
import { oneOrMore } from './statement-json.ts';

/** A statement as a policy text has it, with the version of the language it needs. */
export interface WrittenStatement {
  readonly version: PolicyVersion;
  readonly statement: { readonly [element: string]: Json };
}

/** Policy documents that hold given statements. */
export interface FittedDocuments {
  readonly documents: readonly ProposedDocument[];
  /** For each of the statements: where it went; several places where it had to be taken apart. */
  readonly places: readonly (readonly { readonly document: number; readonly statement: number }[])[];
  /** Why they cannot be put in place as they are. */
  readonly tooLarge?: string;
}

/**
 * Puts statements into documents within the limits of IAM: inline where that is enough, else into managed policies, as few
 * as come of filling them one after the other. A statement that is too long for any is taken apart at its list of actions,
 * then at that of resources; the parts say the same together.
 *
 * @param name of the first document; further ones get a number.
 */
export function fitDocuments(
  statements: readonly WrittenStatement[],
  type: 'user' | 'role',
  name: string,
): FittedDocuments {
  const inline = new Shelf(Number.POSITIVE_INFINITY);
  const places = statements.map((written) => [inline.put(written)]);
  const limit = POLICY_LIMITS.inline[type];
  if (inline.size <= limit) return { documents: inline.documents(name, 'inline', limit), places };

  const managed = new Shelf(POLICY_LIMITS.managed);
  const parts = statements.map((written) => fittingParts(written).map((part) => managed.put(part)));
  const documents = managed.documents(name, 'managed', POLICY_LIMITS.managed);
  const tooLarge = reasons(documents, limit);
  return { documents, places: parts, ...(tooLarge === undefined ? {} : { tooLarge }) };
}

function reasons(documents: readonly ProposedDocument[], inline: number): string | undefined {
  const { managed, attached } = POLICY_LIMITS;
  const long = documents.filter(({ size }) => size > managed).length;
  if (long > 0) {
    const which = long === 1 ? 'one statement' : `${long} statements`;
    return `${which} cannot be taken apart and has more than the ${managed} characters of a managed policy; all together have more than the ${inline} of inline policies`;
  }
  if (documents.length <= attached) return undefined;
  return `${documents.length} managed policies are needed, and ${attached} can be attached unless the quota of the account is raised`;
}

/** Documents that are being filled. */
class Shelf {
  readonly #limit: number;
  readonly #open: {
    readonly version: PolicyVersion;
    readonly statements: WrittenStatement['statement'][];
    size: number;
  }[] = [];

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Puts a statement into the first document of its version that has room, or into a new one. */
  put({ version, statement }: WrittenStatement): { readonly document: number; readonly statement: number } {
    const length = JSON.stringify(statement).length;
    let document = this.#open.findIndex((one) => one.version === version && one.size + 1 + length <= this.#limit);
    if (document < 0) {
      document = this.#open.length;
      this.#open.push({ version, statements: [statement], size: EMPTY + length });
    } else {
      const found = this.#open[document]!;
      found.statements.push(statement);
      found.size += 1 + length;
    }
    return { document, statement: this.#open[document]!.statements.length - 1 };
  }

  /** Characters of all documents. */
  get size(): number {
    return this.#open.reduce((sum, { size }) => sum + size, 0);
  }

  documents(name: string, kind: ProposedDocument['kind'], limit: number): readonly ProposedDocument[] {
    return this.#open.map(({ version, statements, size }, index) => ({
      name: index === 0 ? name : `${name}-${index + 1}`,
      kind,
      document: { Version: version, Statement: statements },
      size,
      limit,
    }));
  }
}

/** Characters of a document without statements. */
const EMPTY = JSON.stringify({ Version: '2012-10-17', Statement: [] }).length;

/** A statement, or the same in parts each of which fits into a managed policy, as far as that can be. */
function fittingParts(written: WrittenStatement): readonly WrittenStatement[] {
  const { Action: actions, Resource: resources } = written.statement;
  const room = POLICY_LIMITS.managed - EMPTY;
  if (JSON.stringify(written.statement).length <= room) return [written];
  if (isList(actions) && actions.length > 1) {
    const besides = JSON.stringify({ ...written.statement, Action: [] }).length;
    const chunks = chunksOf(actions, room - besides);
    if (chunks !== undefined) return chunks.map((some) => withList(written, 'Action', some));
  }
  if (!isList(resources) || resources.length < 2) return [written];
  const middle = resources.length >>> 1;
  return [resources.slice(0, middle), resources.slice(middle)].flatMap((some) =>
    fittingParts(withList(written, 'Resource', some)),
  );
}

/** Items in lists of at most so many characters, with quotes and commas; undefined where one item has more. */
function chunksOf(items: readonly string[], room: number): readonly (readonly string[])[] | undefined {
  const chunks: string[][] = [];
  let size = room;
  for (const item of items) {
    const length = JSON.stringify(item).length + 1;
    if (length > room) return undefined;
    if (size + length > room) {
      chunks.push([]);
      size = 0;
    }
    chunks[chunks.length - 1]!.push(item);
    size += length;
  }
  return chunks;
}

function withList(written: WrittenStatement, element: string, items: readonly string[]): WrittenStatement {
  return { ...written, statement: { ...written.statement, [element]: oneOrMore(items) } };
}

function isList(value: Json | undefined): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}
