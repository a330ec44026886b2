import type { ASTNode } from '@marcbachmann/cel-js';
import { pathOf } from './cel/walk-cel.ts';
import { MODIFIED_GRANTS } from './request-facts.ts';
import { tagKey, tagReading } from './tag-functions.ts';

/** What an expression looks at, whatever comes of it. */
export interface CelReadings {
  /** Attributes by path, `resource.name`, and names of API attributes. */
  readonly attributes: ReadonlySet<string>;
  /** Keys of request context that stand for tags, with the values they are compared with. */
  readonly tags: ReadonlyMap<string, ReadonlySet<string>>;
  /** Lists of roles that changed grants are held against; undefined where one is not a plain list. */
  readonly roles: readonly (readonly string[])[] | undefined;
  /** Names of the methods it calls. */
  readonly functions: readonly string[];
}

/** Everything an expression reads. */
export function celReadings(root: ASTNode): CelReadings {
  const attributes = new Set<string>();
  const tags = new Map<string, Set<string>>();
  const lists: (readonly string[] | undefined)[] = [];
  const functions = new Set<string>();
  const visit = (node: ASTNode): void => {
    if (node.op === '.' || node.op === 'id') {
      const path = pathOf(node);
      if (path !== undefined) {
        attributes.add(path);
        return;
      }
    }
    if (node.op === 'rcall') {
      const [name, receiver, args] = node.args;
      functions.add(name);
      const path = pathOf(receiver);
      const texts = args.map(textOf);
      if (path === 'resource' && texts.every((text) => text !== undefined)) {
        const reading = tagReading(name, texts);
        if (reading !== undefined) {
          const values = tags.get(tagKey(reading.key)) ?? new Set();
          if (reading.value !== undefined) values.add(reading.value);
          tags.set(tagKey(reading.key), values);
          return;
        }
      }
      if (path === 'api' && name === 'getAttribute' && texts[0] !== undefined) {
        attributes.add(texts[0]);
        return;
      }
      if (name === 'hasOnly') lists.push(listOf(args[0]));
    }
    for (const child of children(node)) visit(child);
  };
  visit(root);
  const known = lists.filter((list) => list !== undefined);
  const all = attributes.has(MODIFIED_GRANTS) && known.length < lists.length ? undefined : known;
  return { attributes, tags, roles: all, functions: [...functions] };
}

function children(node: ASTNode): readonly ASTNode[] {
  const found: ASTNode[] = [];
  const add = (value: unknown): void => {
    if (Array.isArray(value)) for (const one of value) add(one);
    else if (typeof value === 'object' && value !== null && 'op' in value) found.push(value as ASTNode);
  };
  add(node.args);
  return found;
}

function textOf(node: ASTNode | undefined): string | undefined {
  return node?.op === 'value' && typeof node.args === 'string' ? node.args : undefined;
}

function listOf(node: ASTNode | undefined): readonly string[] | undefined {
  if (node?.op !== 'list') return undefined;
  const texts = node.args.map(textOf);
  return texts.every((text) => text !== undefined) ? texts : undefined;
}
