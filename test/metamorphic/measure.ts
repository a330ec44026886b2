import { awsAccess, awsInputFromObjects, awsSemantics, awsTechniques, normalizeAws } from '@keyreach/aws/offline';
import {
  type AnalysisEngine,
  analysisEngine,
  type Bound,
  type Radius,
  type RadiusBounds,
  radiusOf,
} from '@keyreach/core/analysis';
import { AuthorizationModel } from '@keyreach/core/authz';
import { type Certainty, GraphIndex } from '@keyreach/core/graph';
import { deriveReach } from '@keyreach/core/reach';
import type { Estate } from './estate.ts';

const time = '2026-01-01T00:00:00.000Z';
/** When every estate is measured. */
export const now: number = Date.parse(time);

/** 0 out of reach, 1 unknown, 2 conditional, 3 proven. */
export type Level = 0 | 1 | 2 | 3;

const levels: Readonly<Record<Certainty, Level>> = { unknown: 1, conditional: 2, allow: 3 };

/** Numbers of a radius that only count what is in reach, so that more of it never makes them smaller. */
export type Counts = Pick<
  RadiusBounds,
  'identities' | 'resources' | 'resourcesByClass' | 'sensitive' | 'adminScopes' | 'secretsFanout' | 'span'
>;

/** What one credential or identity reaches. */
export interface Reaches {
  /** By what is reached: `identity ID`, `resource ID`, `CLASS ID`, `admin SCOPE`, `unlisted CLASS SCOPE`. */
  readonly levels: ReadonlyMap<string, Level>;
  readonly counts: Counts;
  readonly radius: Radius;
}

/** The whole chain run on an estate. */
export interface Measured {
  readonly engine: AnalysisEngine;
  /** By id of the credential or identity. */
  readonly reaches: ReadonlyMap<string, Reaches>;
}

/** The engine of an estate: read, normalised, derived. */
export function engineOf(estate: Estate): AnalysisEngine {
  const graph = normalizeAws(awsInputFromObjects(estate), { now: time });
  const model = new AuthorizationModel(new GraphIndex(graph), [awsSemantics]);
  return analysisEngine(deriveReach(model, [awsTechniques], { now, access: [awsAccess] }));
}

/** Everything every credential and identity of an estate reaches. */
export function measure(estate: Estate): Measured {
  const engine = engineOf(estate);
  const { graph } = engine;
  const reaches = new Map<string, Reaches>();
  for (const { id } of graph.credentials) reaches.set(id, reachesOf(engine, id));
  for (const { id, type } of graph.identities) if (type !== 'group') reaches.set(id, reachesOf(engine, id));
  return { engine, reaches };
}

function reachesOf(engine: AnalysisEngine, id: string): Reaches {
  const radius = radiusOf(engine, id, { now, paths: 0 });
  const found = new Map<string, Level>();
  for (const one of radius.reaches) {
    found.set(`${one.kind} ${one.id}`, levels[one.certainty]);
    for (const access of one.access ?? []) found.set(`${access.class} ${one.id}`, levels[access.certainty]);
  }
  for (const { scope, certainty } of radius.admin) found.set(`admin ${scope}`, levels[certainty]);
  for (const one of radius.unbounded) found.set(`unlisted ${one.class} ${one.scope}`, levels[one.certainty]);
  const { identities, resources, resourcesByClass, sensitive, adminScopes, secretsFanout, span } = radius.bounds;
  const counts = { identities, resources, resourcesByClass, sensitive, adminScopes, secretsFanout, span };
  return { levels: found, counts, radius };
}

/** The level at which something is reached. */
export function levelOf({ levels: found }: Reaches, what: string): Level {
  return found.get(what) ?? 0;
}

/** Bounds of a radius by name, those of access classes too. */
export function boundsOf({ resourcesByClass, ...counts }: Counts): readonly (readonly [name: string, bound: Bound])[] {
  return [...Object.entries(counts), ...Object.entries(resourcesByClass)];
}

/** The id at the end of what is reached. */
export function idIn(what: string): string {
  return what.slice(what.lastIndexOf(' ') + 1);
}
