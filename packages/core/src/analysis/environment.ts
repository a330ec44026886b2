import { globMatch } from '../authz/glob.ts';
import type { GraphIndex } from '../graph/graph-index.ts';
import type { GraphNode, ScopeNode } from '../graph/model.ts';
import { quoteText } from '../graph/quote-text.ts';
import { environmentTokens } from './environment-tokens.ts';
import { nameWords } from './name-words.ts';
import { labelsOf } from './node-labels.ts';
import type { Crossing } from './results.ts';

/** The environment of a node and what says so (findings 6.2). */
export interface Environment {
  /** `prod`, `non-prod`, `vendor`, a name of the configuration's own, or `unknown`, which equals nothing. */
  readonly environment: string;
  readonly confidence: 'high' | 'medium' | 'low';
  /** Where it is said, for people: `tag \`env\` is \`prod\``. For `unknown`: what stands in the way. */
  readonly source: string;
}

/** What the user says about environments: the first rank of findings 6.2. */
export interface EnvironmentRules {
  /**
   * Globs (`*`, `?`) over the id or the name of a node or of a scope around it. Rules for the node itself count before
   * those for its scope, and so on outwards; rules of the same distance that disagree make it `unknown`.
   */
  readonly map: readonly { readonly glob: string; readonly environment: string }[];
}

/** Tag and label names that tell the environment (findings 6.2), in lower case. */
const environmentTags: ReadonlySet<string> = new Set(['environment', 'env', 'stage']);

/** Scopes that group accounts, projects and subscriptions: their names count as rank 4, their tags do not count. */
const groupingScopes: ReadonlySet<string> = new Set(['organizational-unit', 'folder', 'management-group']);

/** Scopes above all others: neither their names nor their tags tell an environment. */
const topScopes: ReadonlySet<string> = new Set(['organization', 'root', 'tenant']);

/**
 * The environment of a node by the five ranks of findings 6.2: the user's map, tags on the node, tags on its account,
 * project, subscription or resource group, the name of the nearest OU, folder or management group that holds a token, the
 * name of the scope and then of the node. The first rank that says anything decides; where it contradicts itself or says
 * something unheard of, the answer is `unknown` and no lower rank overrides it.
 *
 * A credential that nothing names is where the identity is that it authenticates as. The answer depends on nothing but
 * the arguments, so it can be kept per node.
 */
export function environmentOf(node: GraphNode, graph: GraphIndex, rules?: EnvironmentRules): Environment {
  const scopes = graph.scopesOf(node.id);
  const own = configured(node, scopes, rules) ?? tagged(node);
  if (own !== undefined) return own;
  const holders = node.kind === 'credential' ? holdersOf(node, graph) : [];
  if (holders.length > 0) return agreed(holders.map((holder) => environmentOf(holder, graph, rules)));
  return (
    scopeTags(scopes) ??
    groupName(node.kind === 'scope' ? [node, ...scopes] : scopes) ??
    placeName(node, scopes) ?? { environment: 'unknown', confidence: 'low', source: 'nothing names an environment' }
  );
}

/**
 * The crossing between two environments (findings 3.2): both known and different, else undefined. Where one of them is
 * known by a name only, it may be none: it counts on hi and not on lo.
 */
export function crossingOf(from: Environment, to: Environment): Crossing | undefined {
  const unknown = from.environment === 'unknown' || to.environment === 'unknown';
  if (unknown || from.environment === to.environment) return undefined;
  const certainty = from.confidence === 'low' || to.confidence === 'low' ? 'unknown' : 'allow';
  return { from: from.environment, to: to.environment, certainty };
}

/** What one place says, before it is weighed against the others of its rank. Environment undefined: not understood. */
interface Saying {
  readonly environment: string | undefined;
  readonly source: string;
}

/** One rank's answer: undefined where it says nothing. */
function decide(sayings: readonly Saying[], confidence: Environment['confidence']): Environment | undefined {
  const [first] = sayings;
  if (first === undefined) return undefined;
  const strange = sayings.find(({ environment }) => environment === undefined);
  if (strange !== undefined)
    return { environment: 'unknown', confidence, source: `${strange.source}, which names no known environment` };
  const other = sayings.find(({ environment }) => environment !== first.environment);
  if (other !== undefined)
    return { environment: 'unknown', confidence, source: `${first.source}, but ${other.source}` };
  return { environment: first.environment ?? 'unknown', confidence, source: first.source };
}

function configured(
  node: GraphNode,
  scopes: readonly ScopeNode[],
  rules: EnvironmentRules | undefined,
): Environment | undefined {
  if (rules === undefined || rules.map.length === 0) return undefined;
  for (const place of [node, ...scopes]) {
    const matching = rules.map.filter(({ glob }) => globMatch(glob, place.id) || globMatch(glob, place.name));
    const sayings = matching.map(({ glob, environment }): Saying => {
      return { environment, source: `the environment map says ${quoteText(environment)} for ${quoteText(glob)}` };
    });
    const decided = decide(sayings, 'high');
    if (decided !== undefined) return decided;
  }
  return undefined;
}

function tagged(node: GraphNode): Environment | undefined {
  return decide(tagSayings(node, ''), 'high');
}

function scopeTags(scopes: readonly ScopeNode[]): Environment | undefined {
  const places = scopes.filter(({ type }) => !groupingScopes.has(type) && !topScopes.has(type));
  return decide(
    places.flatMap((scope) => tagSayings(scope, ` of ${scope.type} ${quoteText(scope.name)}`)),
    'medium',
  );
}

function groupName(scopes: readonly ScopeNode[]): Environment | undefined {
  for (const scope of scopes) {
    if (!groupingScopes.has(scope.type)) continue;
    const decided = decide(nameSayings(scope), 'medium');
    if (decided !== undefined) return decided;
  }
  return undefined;
}

function placeName(node: GraphNode, scopes: readonly ScopeNode[]): Environment | undefined {
  for (const place of [...scopes, node]) {
    if (groupingScopes.has(place.type) || topScopes.has(place.type)) continue;
    const decided = decide(nameSayings(place), 'low');
    if (decided !== undefined) return decided;
  }
  return undefined;
}

function tagSayings(node: GraphNode, of: string): readonly Saying[] {
  const sayings: Saying[] = [];
  for (const [name, value] of labelsOf(node)) {
    if (!environmentTags.has(name.toLowerCase())) continue;
    const source = `tag ${quoteText(name)}${of} is ${quoteText(value)}`;
    const named = environmentsIn(value);
    if (named.size === 0) sayings.push({ environment: undefined, source });
    for (const environment of named) sayings.push({ environment, source });
  }
  return sayings;
}

function nameSayings({ type, name }: GraphNode): readonly Saying[] {
  const source = `the name of ${type} ${quoteText(name)}`;
  return [...environmentsIn(name)].map((environment) => ({ environment, source: `${source} says ${environment}` }));
}

/** The environments that a name or a tag value names. */
function environmentsIn(text: string): ReadonlySet<string> {
  const words = nameWords(text);
  const found = new Set<string>();
  for (let at = 0; at < words.length; ) {
    const token = tokenAt(words, at);
    if (token !== undefined && token.environment !== 'none') found.add(token.environment);
    at += token?.words.length ?? 1;
  }
  return found;
}

type Token = (typeof environmentTokens)[number];

const tokensByFirstWord: ReadonlyMap<string, readonly Token[]> = longestFirst();

function tokenAt(words: readonly string[], at: number): Token | undefined {
  const first = words[at];
  const tokens = first === undefined ? undefined : tokensByFirstWord.get(first);
  return tokens?.find((token) => token.words.every((word, index) => words[at + index] === word));
}

function longestFirst(): ReadonlyMap<string, readonly Token[]> {
  const byFirst = new Map<string, Token[]>();
  for (const token of environmentTokens) {
    const [first = ''] = token.words;
    byFirst.set(
      first,
      [...(byFirst.get(first) ?? []), token].sort((a, b) => b.words.length - a.words.length),
    );
  }
  return byFirst;
}

function holdersOf(credential: GraphNode, graph: GraphIndex): readonly GraphNode[] {
  return graph.outgoing(credential.id, 'authenticates').flatMap(({ to }) => graph.identity(to) ?? []);
}

/** The answer several identities share; `unknown` where they do not. */
function agreed(environments: readonly Environment[]): Environment {
  const weakest = (['low', 'medium', 'high'] as const).find((level) =>
    environments.some(({ confidence }) => confidence === level),
  );
  const confidence = weakest ?? 'low';
  return (
    decide(environments, confidence) ?? { environment: 'unknown', confidence, source: 'nothing names an environment' }
  );
}
