import type { Statement } from '@keyreach/core/graph';
import { isRecord, MAX_JSON_DEPTH, parseJson, type RawRecord } from '@keyreach/core/input';
import { Invalid } from './invalid.ts';
import { compileStatement, type PolicyKind, type PolicyVersion } from './policy-statement.ts';
import type { ExternalIdentity, PrincipalDirectory } from './principal-directory.ts';

/** What a policy text says, or why it says nothing for sure. */
export type CompiledPolicy =
  | {
      readonly statements: readonly Statement[];
      /** Identities outside the input that it names. */
      readonly externals: readonly ExternalIdentity[];
      /** Parts that could not be decided; the statements concerned say so too. */
      readonly problems: readonly string[];
    }
  | { readonly unreadable: string };

/** Far above every AWS quota; a longer text is not compiled. */
const maxTextLength = 1_000_000;
const maxPatterns = 10_000;

/**
 * Compiles one AWS policy document (aws.md 1.10): an object, a JSON string, or the RFC 3986-encoded string of the API.
 * A document that AWS would not have stored is unreadable, with the statement at fault; nothing is guessed.
 */
export function compilePolicyDocument(raw: unknown, kind: PolicyKind, directory: PrincipalDirectory): CompiledPolicy {
  const document = policyObject(raw);
  if (document instanceof Invalid) return { unreadable: document.reason };
  const version = readVersion(document['Version']);
  if (version instanceof Invalid) return { unreadable: version.reason };
  const list = document['Statement'];
  if (list === undefined || list === null) return { unreadable: 'the policy has no `Statement`' };
  const elements: readonly unknown[] = Array.isArray(list) ? list : [list];
  if (elements.length > maxPatterns) return { unreadable: `the policy has more than ${maxPatterns} statements` };

  const statements: Statement[] = [];
  const externals: ExternalIdentity[] = [];
  const problems: string[] = [];
  let patterns = 0;
  for (const [index, element] of elements.entries()) {
    const compiled = compileStatement(element, { index, kind, version, directory });
    if (compiled instanceof Invalid) return { unreadable: `${statementName(index, element)}: ${compiled.reason}` };
    patterns += compiled.patterns;
    if (patterns > maxPatterns) return { unreadable: `the policy has more than ${maxPatterns} patterns and values` };
    statements.push(compiled.statement);
    externals.push(...compiled.externals);
    const { undecidable } = compiled.statement;
    if (undecidable !== undefined) problems.push(`${statementName(index, element)}: ${undecidable}`);
  }
  return { statements, externals, problems };
}

/** Compiles each distinct text once, however many policies share it (design, section 4). */
export class PolicyCompiler {
  readonly #directory: PrincipalDirectory;
  readonly #compiled = new Map<string, CompiledPolicy>();

  constructor(directory: PrincipalDirectory) {
    this.#directory = directory;
  }

  /** See {@link compilePolicyDocument}. Equal texts give the same object. */
  compile(raw: unknown, kind: PolicyKind): CompiledPolicy {
    const text = typeof raw === 'string' ? raw : jsonText(raw);
    if (text === undefined) return compilePolicyDocument(raw, kind, this.#directory);
    const key = `${kind} ${text}`;
    let compiled = this.#compiled.get(key);
    if (compiled === undefined) {
      compiled = compilePolicyDocument(raw, kind, this.#directory);
      this.#compiled.set(key, compiled);
    }
    return compiled;
  }
}

/** "statement 2 (`AllowDeploy`)", counted from 1 as people do. */
function statementName(index: number, element: unknown): string {
  const sid = isRecord(element) ? element['Sid'] : undefined;
  const named = typeof sid === 'string' && /^[A-Za-z0-9 _.:-]{1,128}$/.test(sid) ? ` (\`${sid}\`)` : '';
  return `statement ${index + 1}${named}`;
}

function policyObject(raw: unknown): RawRecord | Invalid {
  if (raw === undefined || raw === null) return new Invalid('the input does not hold the policy text');
  if (isRecord(raw)) {
    // Objects come from a parser with a limit, or from an embedding program without one.
    const text = jsonText(raw);
    if (text === undefined) return new Invalid('the policy is not plain JSON');
    return text.length > maxTextLength ? new Invalid(`the policy is longer than ${maxTextLength} characters`) : raw;
  }
  if (typeof raw !== 'string') return new Invalid('the policy is neither an object nor a string');
  if (raw.length > 3 * maxTextLength) return new Invalid(`the policy is longer than ${maxTextLength} characters`);
  const text = decoded(raw);
  if (text === undefined) return new Invalid('the policy is not valid URL-encoded text (RFC 3986)');
  if (text.length > maxTextLength) return new Invalid(`the policy is longer than ${maxTextLength} characters`);
  const parsed = parseJson(text, { file: 'policy', maxDepth: MAX_JSON_DEPTH });
  if (!parsed.ok) return new Invalid(`the policy is not JSON: ${parsed.error.message}`);
  return isRecord(parsed.value) ? parsed.value : new Invalid('the policy is not a JSON object');
}

/** The API encodes; the command line decodes. A JSON object starts with a brace, encoded text never does. */
function decoded(text: string): string | undefined {
  if (text.trimStart().startsWith('{')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

function jsonText(raw: unknown): string | undefined {
  try {
    return JSON.stringify(raw);
  } catch {
    return undefined;
  }
}

/** A document without a version is of the first one, in which variables are literal text (aws.md 1.10). */
function readVersion(raw: unknown): PolicyVersion | Invalid {
  if (raw === undefined || raw === '2008-10-17') return '2008-10-17';
  if (raw === '2012-10-17') return raw;
  return new Invalid('`Version` must be `2012-10-17` or `2008-10-17`');
}
