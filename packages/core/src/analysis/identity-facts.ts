import type { NodeId, Provider } from '../graph/model.ts';
import type { AnalysisEngine } from './engine.ts';
import type { Environment } from './environment.ts';

/** What measuring asks of every identity, by reach node, as small integers into the tables beside them. */
export interface IdentityFacts {
  readonly scope: Int32Array;
  readonly scopes: readonly NodeId[];
  readonly provider: Int32Array;
  readonly providers: readonly Provider[];
  readonly environment: Int32Array;
  readonly environments: readonly Environment[];
}

const known: WeakMap<AnalysisEngine, IdentityFacts> = new WeakMap();

/** The facts of all identities, looked up once for an engine. An identity in no scope has scope -1. */
export function identityFacts(engine: AnalysisEngine): IdentityFacts {
  const found = known.get(engine);
  if (found !== undefined) return found;
  const { identities } = engine.reach;
  const scope = new Int32Array(identities.length).fill(-1);
  const provider = new Int32Array(identities.length);
  const environment = new Int32Array(identities.length);
  const scopes = new Table<NodeId>();
  const providers = new Table<Provider>();
  const environments = new Table<Environment>();
  for (let node = 0; node < identities.length; node += 1) {
    const identity = identities[node]!;
    const of = engine.graph.zoneOf(identity.id)?.id ?? identity.scope;
    if (of !== undefined) scope[node] = scopes.index(of, of);
    provider[node] = providers.index(identity.provider, identity.provider);
    const place = engine.environment(identity.id);
    environment[node] = environments.index(`${place.environment}\n${place.confidence}`, place);
  }
  const facts: IdentityFacts = {
    scope,
    scopes: scopes.values,
    provider,
    providers: providers.values,
    environment,
    environments: environments.values,
  };
  known.set(engine, facts);
  return facts;
}

/** Numbers distinct values in the order they come. */
class Table<Value> {
  readonly values: Value[] = [];
  readonly #indices: Map<string, number> = new Map();

  index(key: string, value: Value): number {
    const known = this.#indices.get(key);
    if (known !== undefined) return known;
    this.#indices.set(key, this.values.length);
    this.values.push(value);
    return this.values.length - 1;
  }
}
