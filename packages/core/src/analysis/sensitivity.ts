import type { ResourceNode } from '../graph/model.ts';
import { nameWords } from './name-words.ts';
import { labelsOf } from './node-labels.ts';
import { negations, type Sensitivity, secretTypes, sensitivityTags, sensitivityWords } from './sensitivity-table.ts';

/**
 * Whether a resource is sensitive, by its type and by its classification tags (tables in `sensitivity-table.ts`). One tag
 * that says yes is enough. `no` only where every classification tag says so; a value nobody knows says nothing.
 */
export function sensitivityOf(resource: ResourceNode): Sensitivity {
  if (isSecret(resource)) return 'yes';
  const said = labelsOf(resource)
    .filter(([name]) => sensitivityTags.has(name.toLowerCase().replace(/[-_./:\s]/g, '')))
    .map(([, value]) => sensitivityOfValue(value));
  if (said.includes('yes')) return 'yes';
  return said.length > 0 && said.every((sensitivity) => sensitivity === 'no') ? 'no' : 'unknown';
}

/** A node for resources nobody listed is no secret: there may be none. */
function isSecret({ type, attributes, uncollected }: ResourceNode): boolean {
  if (uncollected === true) return false;
  return secretTypes.some(
    (row) =>
      row.type === type && (row.attribute === undefined || attributes?.[row.attribute.name] === row.attribute.value),
  );
}

function sensitivityOfValue(value: string): Sensitivity {
  const words = nameWords(value.replace(/[,;+&|]/g, ' '));
  if (words.some((word) => negations.has(word))) return 'unknown';
  const said = words.flatMap((word) => sensitivityWords.get(word) ?? []);
  if (said.includes('yes')) return 'yes';
  return said.length > 0 && said.length === words.length ? 'no' : 'unknown';
}
