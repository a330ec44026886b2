import type { ChosenKey, ConditionRequest, RequestContext, ResourceFacts } from '@keyreach/core/authz';
import { callerSetsKey } from './caller-sets-key.ts';
import { claimReading } from './claim-reading.ts';
import type { ConditionKey } from './condition-key.ts';
import { conditionKeys } from './condition-keys.ts';
import type { Reading } from './reading.ts';
import { readings } from './readings.ts';
import { resourceReadings } from './resource-readings.ts';
import { sessionReadings } from './sessions.ts';

/** A condition key as a policy names it, ready to be read. */
export interface KeyReference {
  /** Lower case, with what follows the family's `/`. */
  readonly name: string;
  readonly key: ConditionKey;
  /** Set where the caller may choose the value: under which name, and what else it must choose for that. */
  readonly chosen?: Pick<ChosenKey, 'key' | 'when' | 'free' | 'lists' | 'always'>;
  /** What of a resource a key that reads resources depends on, as canonical text. */
  resourceFact(resource: ResourceFacts): string;
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
  chosenWith: 'resource-tags',
};

/** The name under which a resource tag is chosen, however a policy spells it. */
const RESOURCE_TAG = 'aws:resourcetag/';

/**
 * Looks a condition key up; names ignore case (aws.md 1.11). An explicit context wins over the session of the caller, and
 * that over the graph; null or no values in a context mean absent. The exception are keys of class C with an action where the caller does not set them: the context
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
  const resourceFact = (resource: ResourceFacts): string =>
    key.fixedBy === undefined ? JSON.stringify(key.read?.(factsOnly(resource), part)) : key.fixedBy.fact(resource);
  return { ...readable(name, key, part), resourceFact };
}

/** A request of which only the resource counts. */
function factsOnly(resource: ResourceFacts): ConditionRequest {
  const node = { kind: 'identity', id: '', provider: 'aws', type: 'none', name: '' } as const;
  return { principal: { node, scopes: [] }, action: '', resource, context: new Map(), now: 0 };
}

function readable(name: string, key: ConditionKey, part: string): Omit<KeyReference, 'resourceFact'> {
  const read = key.read;
  const fromGraph = (request: ConditionRequest): Reading =>
    read === undefined ? readings.atRequest : read(request, part);
  const fromContext = (request: ConditionRequest): Reading | undefined => given(request.context, name);
  if (key.chosenWith === 'resource-tags') {
    const chosen = { key: RESOURCE_TAG + part, when: key.chosenWith };
    return {
      name,
      key,
      chosen,
      read: (request) =>
        fromContext(request) ??
        (request.resource.chosenTags === true ? given(request.context, chosen.key) : undefined) ??
        fromGraph(request),
    };
  }
  if (key.reads === 'principal') {
    return {
      name,
      key,
      ...(key.chosenWith === undefined ? {} : { chosen: { key: name, when: key.chosenWith } }),
      read: (request) => fromContext(request) ?? fromSession(request, name, part) ?? fromGraph(request),
    };
  }
  if (key.source !== 'chosen') {
    return { name, key, read: (request) => fromContext(request) ?? fromGraph(request) };
  }
  const { fixedBy } = key;
  if (fixedBy !== undefined) {
    return {
      name,
      key,
      chosen: { key: name, always: true, free: { by: name, in: fixedBy.free } },
      read: (request) => {
        if (fixedBy.free(request.action, request.resource)) return fromContext(request) ?? readings.atRequest;
        const fixed = fromGraph(request);
        // Where the input does not tell what the target says, the context may.
        return fixed.state === 'undecided' ? (fromContext(request) ?? fixed) : fixed;
      },
    };
  }
  return {
    name,
    key,
    chosen: { key: name, ...(key.lists === undefined ? {} : { lists: key.lists }) },
    read: (request) => {
      switch (callerSetsKey(key.key, request.action)) {
        case 'caller':
          return fromContext(request) ?? readings.atRequest;
        case 'target':
          // Of a target that is not in the graph, such as one about to be made, the context may know more.
          return (request.resource.node === undefined ? fromContext(request) : undefined) ?? fromGraph(request);
        case 'not-sent':
          return readings.absent;
      }
    },
  };
}

/** What a context says of a key; undefined where it says nothing. */
function given(context: RequestContext, name: string): Reading | undefined {
  if (context.size === 0) return undefined;
  const values = context.get(name);
  if (values === undefined) return undefined;
  return values === null || values.length === 0 ? readings.absent : { state: 'values', values };
}

/** What the session of the caller decides, whoever the caller is (aws.md 1.12 class K). */
function fromSession(request: ConditionRequest, name: string, part: string): Reading | undefined {
  const { session } = request.principal;
  if (session === undefined) return undefined;
  return given(session.context, name) ?? sessionReadings(session.kind).get(name)?.(request, part);
}
