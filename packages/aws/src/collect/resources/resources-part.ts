import type { CollectPart } from '../part.ts';
import { AGGREGATOR_ACTIONS, type AggregatedResources, collectResources, RESOURCE_ACTIONS } from './index.ts';

/** IAM actions with those that reading an aggregator needs beside, sorted. */
const WITH_AGGREGATOR: readonly string[] = [...new Set([...RESOURCE_ACTIONS, ...AGGREGATOR_ACTIONS])].sort();

const NAME = 'resources';

/** The part of a collection that writes resources.json. */
export const RESOURCES_PART: CollectPart = {
  name: NAME,
  what: 'resources',
  file: 'resources.json',
  actions: RESOURCE_ACTIONS,
  regional: true,
  run: (calls, { allRegions }) => collectResources(calls, { allRegions }),
};

/**
 * Parts of a collection that take resources from an aggregator of AWS Config, as far as it has them. `read`: what it has, for
 * all accounts; asked for when the resources of an account are read.
 */
export function withAggregator(
  parts: readonly CollectPart[],
  read: () => Promise<AggregatedResources>,
): readonly CollectPart[] {
  return parts.map((part) => {
    if (part.name !== NAME) return part;
    return {
      ...part,
      actions: WITH_AGGREGATOR,
      run: async (calls, { allRegions }) => collectResources(calls, { allRegions, aggregated: await read() }),
    };
  });
}
