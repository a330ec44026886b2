import type { GraphNode } from '../graph/model.ts';

/**
 * What people wrote on a node to sort it by: tags and labels, name and value. Of a tag key in a name space (`123456/env`) the name
 * is what follows it; labels of Google Cloud are in `attributes.labels`, since policies do not look at them.
 */
export function labelsOf({ tags, attributes }: GraphNode): readonly (readonly [name: string, value: string])[] {
  const labels = attributes?.['labels'];
  const labelled =
    typeof labels === 'object' && labels !== null && !Array.isArray(labels) ? Object.entries(labels) : [];
  return [
    ...Object.entries(tags ?? {}).map(([name, value]) => [name.slice(name.lastIndexOf('/') + 1), value] as const),
    ...labelled.flatMap(([name, value]) => (typeof value === 'string' ? [[name, value] as const] : [])),
  ];
}
