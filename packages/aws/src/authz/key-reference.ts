import type { ConditionRequest } from '@keyreach/core/authz';
import { callerSetsKey } from './caller-sets-key.ts';
import { claimReading } from './claim-reading.ts';
import type { ConditionKey } from './condition-key.ts';
import { conditionKeys } from './condition-keys.ts';
import type { Reading } from './reading.ts';
import { readings } from './readings.ts';
import { resourceReadings } from './resource-readings.ts';

/** A condition key as a policy names it, ready to be read. */
export interface KeyReference {
  /** Lower case, with what follows the family's `/`. */
  readonly name: string;
  readonly key: ConditionKey;
  /** The reading for a request: its context if that speaks of the key, else what the graph tells. */
  read(request: ConditionRequest): Reading;
}

const byName: ReadonlyMap<string, ConditionKey> = new Map(conditionKeys.map((key) => [key.key, key]));
const families: readonly ConditionKey[] = conditionKeys.filter(({ key }) => key.endsWith('/') || key.endsWith(':'));

/** `SERVICE:ResourceTag/k`: every service has its own spelling of `aws:ResourceTag/k`. */
const resourceTag: ConditionKey = {
  key: ':resourcetag/',
  source: 'static',
  multivalued: false,
  reads: 'resource',
  read: resourceReadings.tag,
};

/**
 * Looks a condition key up; names ignore case (aws.md 1.11). An explicit context wins over the graph, null or no values
 * there mean absent. The exception are keys of class C with an action where the caller does not set them: the context
 * then describes a request that cannot be made, and the graph decides.
 */
export function keyReference(written: string): KeyReference {
  const name = written.toLowerCase();
  const exact = byName.get(name);
  if (exact !== undefined && !families.includes(exact)) return reference(name, exact, '');
  for (const family of families) {
    if (name.startsWith(family.key)) return reference(name, family, name.slice(family.key.length));
  }
  const tag = name.indexOf(resourceTag.key);
  if (tag > 0 && name.indexOf(':') === tag)
    return reference(name, resourceTag, name.slice(tag + resourceTag.key.length));
  const colon = name.lastIndexOf(':');
  const issuer = name.slice(0, Math.max(colon, 0));
  if (issuer === 'saml' || issuer.includes('.') || issuer.includes('/')) {
    return reference(name, claimKey(name, issuer, name.slice(colon + 1)), '');
  }
  return reference(name, { key: name, source: 'request', multivalued: false, reads: 'nothing' }, '');
}

function claimKey(name: string, issuer: string, claim: string): ConditionKey {
  return {
    key: name,
    source: 'static',
    multivalued: claim === 'amr',
    reads: 'principal',
    read: (request) => claimReading(request, issuer, claim),
  };
}

function reference(name: string, key: ConditionKey, part: string): KeyReference {
  const read = key.read;
  const fromGraph = (request: ConditionRequest): Reading =>
    read === undefined ? readings.atRequest : read(request, part);
  const fromContext = (request: ConditionRequest): Reading | undefined => {
    if (request.context.size === 0) return undefined;
    const given = request.context.get(name);
    if (given === undefined) return undefined;
    return given === null || given.length === 0 ? readings.absent : { state: 'values', values: given };
  };
  if (key.source !== 'chosen') {
    return { name, key, read: (request) => fromContext(request) ?? fromGraph(request) };
  }
  return {
    name,
    key,
    read: (request) => {
      switch (callerSetsKey(key.key, request.action)) {
        case 'caller':
          return fromContext(request) ?? readings.atRequest;
        case 'target':
          return fromGraph(request);
        case 'not-sent':
          return readings.absent;
      }
    },
  };
}
