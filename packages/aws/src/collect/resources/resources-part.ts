import type { AccountCalls } from '../calls.ts';
import type { CollectPart } from '../part.ts';
import {
  AGGREGATOR_ACTIONS,
  type AggregatedResources,
  type ConfigAggregator,
  collectResources,
  RESOURCE_ACTIONS,
  readConfigAggregator,
} from './index.ts';

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

/**
 * The same with an aggregator of AWS Config in the account of the caller: it is read once in a collection, and replaces
 * calls in every account for the types that it has.
 */
export function aggregatedResourcesPart(aggregator: ConfigAggregator): CollectPart {
  const reading = new WeakMap<AccountCalls, Promise<AggregatedResources>>();
  return {
    ...resourcesPart(),
    actions: WITH_AGGREGATOR,
    run: async (calls, context) => {
      let read = reading.get(context.caller);
      if (read === undefined) {
        read = readConfigAggregator(context.caller, aggregator);
        reading.set(context.caller, read);
      }
      return resourcesPart(await read).run(calls, context);
    },
  };
}
