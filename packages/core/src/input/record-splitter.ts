/** One complete piece of JSON text, in UTF-8. The bytes are good until the next call only. */
export interface Piece {
  /** `value`: it stands by itself; `element`: in a list; else in the list of that name in the file's one object. */
  readonly kind: string;
  readonly bytes: Uint8Array;
  /** Bytes of the file before it. */
  readonly at: number;
}

/** What a {@link RecordSplitter} finds. */
export interface PieceSink {
  piece(piece: Piece): void;
  /** Something that is no piece: `at` bytes into the file, and why in a few words. */
  problem(at: number, why: string): void;
}

/** Bounds of one piece. */
export interface PieceLimits {
  readonly bytes: number;
  /** Arrays and objects inside one another, from the top of the file. */
  readonly depth: number;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const NEWLINE = 0x0a;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const COMMA = 0x2c;
const SPACE = 0x20;
const TAB = 0x09;
const RETURN = 0x0d;

/** 1 for the bytes inside a text that end it, go before one that does not, or must not be there. */
const SPECIAL_IN_TEXT: Uint8Array = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte === QUOTE || byte === BACKSLASH || byte === NEWLINE ? 1 : 0,
);

/** Bytes before a bracket that tell the name of its field. */
const NAME_BYTES = 32;

const listName = /(?<!\\)"([A-Za-z]{1,20})"[ \t\r\n]*:[ \t\r\n]*$/;

/**
 * Cuts a log file that comes in parts into records, in bounded memory: `{"NAME":[…]}` for some names, a list, or values one
 * after another, each perhaps on a line of its own. Pieces are cut at brackets outside texts and not checked
 * further; whoever parses them finds what is wrong inside. Where each line is a value, a damaged one ends with its line.
 */
export class RecordSplitter {
  readonly #sink: PieceSink;
  readonly #limits: PieceLimits;
  readonly #lists: ReadonlySet<string>;
  /** Bytes of the file before the current part. */
  #before = 0;
  #depth = 0;
  #inText = false;
  #escaped = false;
  /** Depth of the elements of a list of records; -1 outside one. */
  #listDepth = -1;
  #listKind = 'element';
  /** Where the captured piece begins in the file (-1: nothing is captured), at which depth, and its earlier parts. */
  #start = -1;
  #startDepth = 0;
  #kept: Uint8Array[] = [];
  #keptBytes = 0;
  /** Whether values stand on lines of their own: undecided until the first has ended. */
  #lines: boolean | undefined;
  #sawNewline = false;
  #strayed = false;

  /** `sink`: told of pieces and problems in order. `lists`: names of lists of records, of at most 20 letters. */
  constructor(sink: PieceSink, limits: PieceLimits, lists: readonly string[]) {
    this.#sink = sink;
    this.#lists = new Set(lists);
    this.#limits = limits;
  }

  /** Takes the next part of the file. */
  push(part: Uint8Array): void {
    let index = 0;
    if (this.#escaped && part.length > 0) {
      this.#escaped = false;
      index = 1;
    }
    for (; index < part.length; index += 1) {
      if (this.#inText) {
        while (index < part.length && SPECIAL_IN_TEXT[part[index]!] === 0) index += 1;
        switch (part[index]) {
          case QUOTE:
            this.#inText = false;
            break;
          case BACKSLASH:
            index += 1;
            this.#escaped = index >= part.length;
            break;
          // No text of JSON goes over the end of a line: a quotation mark is missing.
          case NEWLINE:
            this.#newline(index);
        }
        continue;
      }
      switch (part[index]) {
        case QUOTE:
          this.#inText = true;
          if (this.#depth === 0 || this.#depth === this.#listDepth) this.#stray(index);
          break;
        case OPEN_OBJECT:
        case OPEN_ARRAY:
          this.#open(part, index);
          break;
        case CLOSE_OBJECT:
        case CLOSE_ARRAY:
          this.#close(part, index);
          break;
        case COMMA:
          if (this.#depth === this.#listDepth) this.#strayed = false;
          else if (this.#depth === 0) this.#stray(index);
          break;
        case NEWLINE:
          this.#newline(index);
          break;
        case SPACE:
        case TAB:
        case RETURN:
          break;
        default:
          if (this.#depth === 0 || this.#depth === this.#listDepth) this.#stray(index);
      }
    }
    if (this.#start >= 0) this.#keep(part);
    this.#before += part.length;
  }

  /** Tells what the file ended in the middle of. */
  end(): void {
    if (this.#depth > 0 || this.#inText) this.#sink.problem(this.#before, 'unexpected end of file');
    else if (this.#before === 0) this.#sink.problem(0, 'an empty file');
  }

  #open(part: Uint8Array, index: number): void {
    const isList = part[index] === OPEN_ARRAY;
    const at = this.#before + index;
    if (this.#start >= 0) {
      const name =
        isList && this.#startDepth === 0 && this.#depth === 1 ? this.#listNameBefore(part, index) : undefined;
      if (name !== undefined) {
        this.#drop();
        this.#listDepth = 2;
        this.#listKind = name;
      }
    } else if (this.#depth === 0 && isList) {
      this.#listDepth = 1;
      this.#listKind = 'element';
    } else if (this.#depth === 0 || this.#depth === this.#listDepth) {
      if (isList) this.#stray(index);
      else {
        this.#start = at;
        this.#startDepth = this.#depth;
      }
    }
    this.#depth += 1;
    if (this.#depth <= this.#limits.depth || this.#start < 0) return;
    this.#drop();
    this.#sink.problem(at, `nested deeper than ${this.#limits.depth} levels`);
  }

  #close(part: Uint8Array, index: number): void {
    if (this.#depth === 0) {
      this.#stray(index);
      return;
    }
    this.#depth -= 1;
    if (this.#depth < this.#listDepth) this.#listDepth = -1;
    if (this.#start >= 0 && this.#depth === this.#startDepth) {
      const at = this.#start;
      const from = Math.max(at - this.#before, 0);
      const last = part.subarray(from, index + 1);
      const bytes = this.#kept.length === 0 ? last : Buffer.concat([...this.#kept, last]);
      this.#drop();
      if (bytes.length > this.#limits.bytes) this.#tooLarge(at);
      else this.#sink.piece({ kind: this.#listDepth < 0 ? 'value' : this.#listKind, bytes, at });
    }
    if (this.#depth === 0) this.#lines ??= !this.#sawNewline;
  }

  #newline(index: number): void {
    this.#sawNewline = true;
    this.#strayed = false;
    const unended = this.#inText;
    this.#inText = false;
    if (this.#lines === true && this.#depth > 0) {
      this.#sink.problem(this.#before + index, 'unexpected end of line');
      this.#depth = 0;
      this.#listDepth = -1;
      this.#drop();
    } else if (unended && this.#start < 0) this.#sink.problem(this.#before + index, 'unexpected end of line');
  }

  /** Something between records that is none. Told once for each. */
  #stray(index: number): void {
    if (this.#strayed || (this.#depth !== 0 && this.#depth !== this.#listDepth)) return;
    this.#strayed = true;
    this.#sink.problem(this.#before + index, 'expected an object');
  }

  #keep(part: Uint8Array): void {
    const bytes = part.slice(Math.max(this.#start - this.#before, 0));
    this.#kept.push(bytes);
    this.#keptBytes += bytes.length;
    if (this.#keptBytes <= this.#limits.bytes) return;
    this.#tooLarge(this.#start);
    this.#drop();
  }

  #tooLarge(at: number): void {
    this.#sink.problem(at, `larger than ${this.#limits.bytes} bytes`);
  }

  #drop(): void {
    this.#start = -1;
    this.#kept = [];
    this.#keptBytes = 0;
  }

  /** Name of the list that begins at `index` of the part, at the top of an object. */
  #listNameBefore(part: Uint8Array, index: number): string | undefined {
    const from = Math.max(this.#start - this.#before, index - NAME_BYTES, 0);
    const here = Buffer.from(part.buffer, part.byteOffset + from, index - from).toString('latin1');
    const earlier = here.length < NAME_BYTES ? Buffer.concat(this.#kept.slice(-NAME_BYTES)).toString('latin1') : '';
    const name = listName.exec((earlier + here).slice(-NAME_BYTES))?.[1];
    return name !== undefined && this.#lists.has(name) ? name : undefined;
  }
}
