import { GraphBuilder } from './graph-builder.ts';
import { badGraph, validateGraphRecord } from './graph-validate.ts';
import type { Graph, GraphRecord, NodeId } from './model.ts';
import { quoteText } from './quote-text.ts';

const header = '`{"record":"header","schema":"keyreach-graph/1"}`';

/** Reads a graph file line by line; {@link decodeGraph} and `readGraphFile` drive it. */
export class GraphDecoder {
  readonly #builder = new GraphBuilder();
  readonly #texts = new Map<string, string>();
  readonly #parts = new Map<string, object>();
  #line = 0;
  #records = 0;
  #expected: number | undefined;
  #hasHeader = false;

  /**
   * Takes the next line, without its line break. Blank lines are skipped.
   *
   * @throws KeyreachError `bad-graph`
   */
  line(text: string): void {
    this.#line += 1;
    if (text === '' || text.trim() === '') return;
    const value = this.#parsed(text);
    if (!this.#hasHeader) {
      this.#readHeader(value);
      return;
    }
    this.#records += 1;
    this.#add(validateGraphRecord(value, this.#line));
  }

  /**
   * The graph, after the last line.
   *
   * @throws KeyreachError `bad-graph` where lines are missing.
   */
  end(): Graph {
    if (!this.#hasHeader)
      throw badGraph(Math.max(this.#line, 1), `there is nothing here; expected the header ${header}`);
    if (this.#expected !== undefined && this.#expected !== this.#records) {
      const found = `the header promises \`${this.#expected}\` records, the file holds \`${this.#records}\``;
      throw badGraph(this.#line, `${found}; it was cut off or edited, write it again`);
    }
    return this.#builder.build();
  }

  #parsed(text: string): unknown {
    try {
      return JSON.parse(text);
    } catch (error) {
      if (!this.#hasHeader) throw badGraph(this.#line, `not a graph file; expected the header ${header}`, error);
      throw badGraph(this.#line, 'not valid JSON; the file is cut off or damaged, write it again', error);
    }
  }

  #readHeader(value: unknown): void {
    if (typeof value !== 'object' || value === null || !('record' in value) || value.record !== 'header') {
      throw badGraph(this.#line, `not a graph file; expected the header ${header}`);
    }
    validateGraphRecord(value, this.#line);
    this.#hasHeader = true;
    if ('records' in value && typeof value.records === 'number') this.#expected = value.records;
  }

  /** The string the node itself holds, so that a million edges do not keep two million copies of ids alive. */
  #nodeId(id: NodeId): NodeId {
    return this.#builder.get(id)?.id ?? id;
  }

  /** One string for each text that many records repeat. */
  #shared(text: string): string {
    const known = this.#texts.get(text);
    if (known === undefined) this.#texts.set(text, text);
    return known ?? text;
  }

  /** One object for equal parts of many placements: the principals of bindings, their conditions. */
  #sharedPart<Part extends object>(part: Part): Part {
    const text = JSON.stringify(part);
    const known = this.#parts.get(text);
    if (known === undefined) this.#parts.set(text, part);
    // Equal text is equal content, so what was stored under it has this very shape.
    return (known as Part | undefined) ?? part;
  }

  #add(value: GraphRecord): void {
    const builder = this.#builder;
    switch (value.record) {
      case 'header':
        throw badGraph(this.#line, 'a second header; merge graphs instead of joining their files');
      case 'node': {
        const { record: _, ...node } = value;
        builder.node(node.scope === undefined ? node : { ...node, scope: this.#shared(node.scope) });
        return;
      }
      case 'edge': {
        const { record: _, ...edge } = value;
        builder.edge({ ...edge, from: this.#nodeId(edge.from), to: this.#nodeId(edge.to) });
        return;
      }
      case 'document': {
        const { record: _, ...document } = value;
        const id = builder.storedDocument(document);
        if (id !== document.id)
          throw badGraph(this.#line, `a second document ${quoteText(document.id)} with other content`);
        return;
      }
      case 'policy': {
        const { record: _, ...policy } = value;
        builder.policy(policy);
        return;
      }
      case 'attachment': {
        const { record: _, ...attachment } = value;
        const { policy, node, principals, condition } = attachment;
        builder.attachment({
          ...attachment,
          policy: this.#shared(policy),
          node: this.#nodeId(node),
          ...(principals === undefined ? {} : { principals: this.#sharedPart(principals) }),
          ...(condition === undefined ? {} : { condition: this.#sharedPart(condition) }),
        });
        return;
      }
      case 'usage': {
        const { record: _, ...usage } = value;
        builder.usage({ ...usage, identity: this.#nodeId(usage.identity), action: this.#shared(usage.action) });
        return;
      }
      case 'observation': {
        const { record: _, ...observation } = value;
        builder.observation(observation);
        return;
      }
      case 'gap': {
        const { record: _, ...gap } = value;
        builder.gap(gap);
        return;
      }
    }
  }
}
