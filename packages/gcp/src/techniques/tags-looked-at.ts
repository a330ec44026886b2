import { FALSE, TRUE, type Truth, UNKNOWN } from '@keyreach/core/authz';
import type { Condition, GraphIndex, GraphNode } from '@keyreach/core/graph';
import { gcpConditionLanguage } from '../authz/condition-language.ts';
import { tagKey } from '../authz/tag-functions.ts';

/** Keys of tags that conditions of one graph look at, as request context has them, with the values they name. */
type TagsRead = ReadonlyMap<string, ReadonlySet<string>>;

const known = new WeakMap<GraphIndex, TagsRead>();

/**
 * Whether conditions look at a tag value, or at values of a tag key (gcp.md 1.7, 3.B). Sure only where they look at nothing else:
 * whoever may bind one of several values decides some of the conditions, and which the rows do not tell apart.
 */
export function isTagLookedAt(tag: GraphNode, graph: GraphIndex): Truth {
  const read = tagsRead(graph);
  if (read.size === 0) return FALSE;
  const id = tag.id.slice(tag.id.lastIndexOf('/tag') + 1);
  const name = tag.attributes?.['namespacedName'];
  const parent = tag.attributes?.['tagKey'];
  const isKey = id.startsWith('tagKeys/');
  const slash = typeof name === 'string' ? name.lastIndexOf('/') : -1;
  const keyName = isKey ? name : typeof name === 'string' && slash > 0 ? name.slice(0, slash) : undefined;
  const keyId = isKey ? id : parent;
  const keys = [keyName, keyId].filter((one): one is string => typeof one === 'string').map(tagKey);
  const named = keys.flatMap((key) => read.get(key) ?? []);
  // A key that goes by name in conditions and by id in the input, or the other way round, may be any.
  if (named.length === 0) return keys.length === 2 ? FALSE : UNKNOWN;
  if (read.size > 1) return UNKNOWN;
  if (isKey) return TRUE;
  const values = new Set(named.flatMap((one) => [...one]));
  const own = [id, typeof name === 'string' ? name.slice(slash + 1) : id];
  return values.size === 0 || (values.size === 1 && own.some((one) => values.has(one))) ? TRUE : UNKNOWN;
}

function tagsRead(graph: GraphIndex): TagsRead {
  const found = known.get(graph);
  if (found !== undefined) return found;
  const read = new Map<string, Set<string>>();
  const texts = new Set<string>();
  const add = (condition: Condition | undefined): void => {
    if (condition === undefined || condition.language !== gcpConditionLanguage.id) return;
    const text = JSON.stringify(condition.body);
    if (texts.has(text)) return;
    texts.add(text);
    for (const { key, values } of gcpConditionLanguage.compile(condition.body).chosen) {
      const of = read.get(key) ?? new Set<string>();
      for (const value of values) of.add(value);
      read.set(key, of);
    }
  };
  for (const { condition } of graph.graph.attachments) add(condition);
  for (const { statements } of graph.graph.documents) for (const { condition } of statements) add(condition);
  known.set(graph, read);
  return read;
}
