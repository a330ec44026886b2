/** Where the value of an attribute comes from. */
export type AttributeSource = 'resource' | 'request' | 'principal' | 'environment';

/** An attribute as a condition names it. */
export interface AbacAttribute {
  readonly source: AttributeSource;
  /** Lower case. */
  readonly key: string;
}

/** One side of a comparison. */
export type AbacOperand =
  | { readonly kind: 'attribute'; readonly attribute: AbacAttribute }
  | { readonly kind: 'values'; readonly values: readonly string[] };

/** How many values of each side have to agree; names as in azure.md 1.3, lower case. */
export type AbacQuantifier = 'foranyofanyvalues' | 'forallofanyvalues' | 'foranyofallvalues' | 'forallofallvalues';

/** A condition as a tree. */
export type AbacNode =
  | { readonly op: 'and' | 'or'; readonly parts: readonly AbacNode[] }
  | { readonly op: 'not'; readonly of: AbacNode }
  | { readonly op: 'action-matches' | 'suboperation-matches'; readonly values: readonly string[] }
  | { readonly op: 'exists'; readonly attribute: AbacAttribute }
  | {
      readonly op: 'compare';
      readonly left: AbacOperand;
      /** Lower case. */
      readonly operator: string;
      readonly quantifier?: AbacQuantifier;
      readonly right: AbacOperand;
    };

/** A tree, or why there is none. */
export type ParsedAbac =
  | { readonly node: AbacNode; readonly why?: undefined }
  | { readonly node?: undefined; readonly why: string };

/** Azure takes 8 KB. */
const LONGEST = 32_768;
const DEEPEST = 64;

const SOURCES: ReadonlySet<string> = new Set(['resource', 'request', 'principal', 'environment']);
const QUANTIFIERS: ReadonlySet<string> = new Set([
  'foranyofanyvalues',
  'forallofanyvalues',
  'foranyofallvalues',
  'forallofallvalues',
]);

interface Token {
  readonly kind: 'sign' | 'word' | 'text' | 'attribute';
  readonly text: string;
}

/**
 * Reads a condition of a role assignment (azure.md 1.3, the grammar). AND binds tighter than OR. Never throws; linear in the text.
 *
 * @example
 * parseAbac("@Resource[Microsoft.Storage/storageAccounts:name] StringEquals 'a'").node?.op; // 'compare'
 */
export function parseAbac(text: string): ParsedAbac {
  if (text.length > LONGEST) return { why: 'the condition is too long' };
  const tokens = tokensOf(text);
  if (tokens === undefined) return { why: 'the condition cannot be read' };
  const node = new Parser(tokens).whole();
  return node === undefined ? { why: 'the condition cannot be read' } : { node };
}

function tokensOf(text: string): readonly Token[] | undefined {
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    const char = text[at]!;
    if (isSpace(char)) {
      at += 1;
      continue;
    }
    if (char === "'" || char === '"') {
      const end = text.indexOf(char, at + 1);
      if (end < 0) return undefined;
      tokens.push({ kind: 'text', text: text.slice(at + 1, end) });
      at = end + 1;
    } else if (char === '@') {
      const open = text.indexOf('[', at);
      const close = open < 0 ? -1 : text.indexOf(']', open);
      if (close < 0) return undefined;
      tokens.push({ kind: 'attribute', text: text.slice(at + 1, close).toLowerCase() });
      at = close + 1;
    } else if ('(){},!:'.includes(char)) {
      tokens.push({ kind: 'sign', text: char });
      at += 1;
    } else if (text.startsWith('&&', at) || text.startsWith('||', at)) {
      tokens.push({ kind: 'word', text: char === '&' ? 'and' : 'or' });
      at += 2;
    } else {
      let end = at;
      while (end < text.length && isWordPart(text.charCodeAt(end))) end += 1;
      if (end === at) return undefined;
      tokens.push({ kind: 'word', text: text.slice(at, end).toLowerCase() });
      at = end;
    }
  }
  return tokens;
}

function isSpace(char: string): boolean {
  return char === ' ' || char === '\t' || char === '\n' || char === '\r';
}

/** Letters, digits, `_`, `-`, `.`. */
function isWordPart(code: number): boolean {
  return (
    (code >= 48 && code <= 57) ||
    (code >= 65 && code <= 90) ||
    (code >= 97 && code <= 122) ||
    code === 95 ||
    code === 45 ||
    code === 46
  );
}

/** Methods give undefined where the text does not go on as it should. */
class Parser {
  readonly #tokens: readonly Token[];
  #at = 0;
  #depth = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  whole(): AbacNode | undefined {
    const node = this.#joined('or');
    return this.#at === this.#tokens.length ? node : undefined;
  }

  #joined(op: 'and' | 'or'): AbacNode | undefined {
    const parts: AbacNode[] = [];
    do {
      const part = op === 'or' ? this.#joined('and') : this.#unary();
      if (part === undefined) return undefined;
      parts.push(part);
    } while (this.#take('word', op));
    return parts.length === 1 ? parts[0] : { op, parts };
  }

  #unary(): AbacNode | undefined {
    this.#depth += 1;
    try {
      if (this.#depth > DEEPEST) return undefined;
      if (this.#take('sign', '!') || this.#take('word', 'not')) {
        const of = this.#unary();
        return of === undefined ? undefined : { op: 'not', of };
      }
      return this.#primary();
    } finally {
      this.#depth -= 1;
    }
  }

  #primary(): AbacNode | undefined {
    if (this.#take('sign', '(')) {
      const node = this.#joined('or');
      return node !== undefined && this.#take('sign', ')') ? node : undefined;
    }
    for (const [word, op] of MATCHES) {
      if (!this.#take('word', word)) continue;
      const values = this.#set();
      return values === undefined ? undefined : { op, values };
    }
    if (this.#take('word', 'exists')) {
      const operand = this.#operand();
      return operand?.kind === 'attribute' ? { op: 'exists', attribute: operand.attribute } : undefined;
    }
    return this.#comparison();
  }

  #comparison(): AbacNode | undefined {
    const left = this.#operand();
    const first = left === undefined ? undefined : this.#word();
    if (left === undefined || first === undefined) return undefined;
    let operator: string | undefined = first;
    let quantifier: AbacQuantifier | undefined;
    if (this.#take('sign', ':')) {
      if (!isQuantifier(first)) return undefined;
      quantifier = first;
      operator = this.#word();
    }
    const right = operator === undefined ? undefined : this.#operand();
    if (operator === undefined || right === undefined) return undefined;
    return { op: 'compare', left, operator, ...(quantifier === undefined ? {} : { quantifier }), right };
  }

  #operand(): AbacOperand | undefined {
    const token = this.#tokens[this.#at];
    if (token === undefined) return undefined;
    if (token.kind === 'attribute') {
      this.#at += 1;
      const open = token.text.indexOf('[');
      const source = token.text.slice(0, open).trim();
      const key = token.text.slice(open + 1).trim();
      if (!isSource(source) || key === '') return undefined;
      return { kind: 'attribute', attribute: { source, key } };
    }
    if (token.kind === 'sign') {
      const values = this.#set();
      return values === undefined ? undefined : { kind: 'values', values };
    }
    this.#at += 1;
    return { kind: 'values', values: [token.text] };
  }

  #set(): readonly string[] | undefined {
    if (!this.#take('sign', '{')) return undefined;
    const values: string[] = [];
    do {
      const token = this.#tokens[this.#at];
      if (token === undefined || (token.kind !== 'text' && token.kind !== 'word')) return undefined;
      values.push(token.text);
      this.#at += 1;
    } while (this.#take('sign', ','));
    return this.#take('sign', '}') ? values : undefined;
  }

  #word(): string | undefined {
    const token = this.#tokens[this.#at];
    if (token?.kind !== 'word') return undefined;
    this.#at += 1;
    return token.text;
  }

  #take(kind: Token['kind'], text: string): boolean {
    const token = this.#tokens[this.#at];
    if (token?.kind !== kind || token.text !== text) return false;
    this.#at += 1;
    return true;
  }
}

const MATCHES = [
  ['actionmatches', 'action-matches'],
  ['suboperationmatches', 'suboperation-matches'],
] as const;

function isQuantifier(word: string): word is AbacQuantifier {
  return QUANTIFIERS.has(word);
}

function isSource(word: string): word is AttributeSource {
  return SOURCES.has(word);
}
