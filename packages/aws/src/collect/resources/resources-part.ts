import type { CollectPart } from '../part.ts';
import { AGGREGATOR_ACTIONS, type AggregatedResources, collectResources, RESOURCE_ACTIONS } from './index.ts';

/** IAM actions with those that reading an aggregator needs beside, sorted. */
const WITH_AGGREGATOR: readonly string[] = [...new Set([...RESOURCE_ACTIONS, ...AGGREGATOR_ACTIONS])].sort();

/**
 * The part of a collection that writes resources.json. `aggregated`: what an aggregator of AWS Config has, read once for all
 * accounts (`readConfigAggregator`).
 */
export function resourcesPart(aggregated?: AggregatedResources): CollectPart {
  return {
    name: 'resources',
    what: 'resources',
    file: 'resources.json',
    actions: aggregated === undefined ? RESOURCE_ACTIONS : WITH_AGGREGATOR,
    regional: true,
    run: (calls, { allRegions }) =>
      collectResources(calls, { allRegions, ...(aggregated === undefined ? {} : { aggregated }) }),
  };
}
