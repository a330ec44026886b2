import type { ProviderSemantics } from './semantics.ts';

/** What {@link withoutZones} answers. */
export type ZoneAnswers = Pick<
  ProviderSemantics,
  | 'zoneless'
  | 'alwaysAllowed'
  | 'requestTemplates'
  | 'zoneOf'
  | 'needsResourceGrant'
  | 'creates'
  | 'serviceContext'
  | 'serviceRule'
  | 'hasServiceRule'
  | 'takesOutsiders'
  | 'listsAll'
  | 'needsNoConsent'
  | 'session'
>;

/**
 * The answers of a provider without authorization zones to all questions about zones, kinds of sessions and rules of services,
 * none of which it has. A semantics begins with them and goes on with what it does have.
 *
 * - no id names a zone, and no action is bound to resources of one pattern;
 * - the principal of a request is all there is to know of who makes it: no kinds of sessions, no context of services;
 * - a resource that is not in the graph may exist and may let anybody in.
 *
 * @example
 * ```ts
 * const semantics: ProviderSemantics = { ...withoutZones, provider, actions, resources, conditions, holdersOf };
 * ```
 */
export const withoutZones: ZoneAnswers = {
  zoneless: true,
  alwaysAllowed: [],
  requestTemplates: () => [],
  zoneOf: () => undefined,
  needsResourceGrant: () => false,
  creates: () => false,
  serviceContext: () => NO_CONTEXT,
  serviceRule: () => undefined,
  hasServiceRule: () => false,
  takesOutsiders: () => true,
  listsAll: () => false,
  needsNoConsent: () => false,
  session: () => undefined,
};

const NO_CONTEXT: ReadonlyMap<string, readonly string[] | null> = new Map();
