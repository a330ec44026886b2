import { DAY, instantOf, selectorCovers, type UseWindow, useStateOf } from '@keyreach/core/analysis';
import type { GraphIndex, IdentityNode, Observation, Usage } from '@keyreach/core/graph';

/** What records say of the resources that calls of one action were about. */
export interface ToldResources {
  /** Each once, sorted. */
  readonly resources: readonly string[];
  /** The source that saw every call, with its resource. */
  readonly source: string;
}

/** The end of evidence may lie so far before now that rows from before the window count in it; never too few do. */
const MARGIN = 7 * DAY;

/** Which resources an identity used its actions on within a window, where every use is told. */
export class UsedResources {
  readonly #identity: IdentityNode;
  readonly #window: UseWindow;
  readonly #watching: readonly { readonly observation: Observation; readonly covers: (action: string) => boolean }[];
  readonly #rows: ReadonlyMap<string, readonly Usage[]>;

  constructor(graph: GraphIndex, identity: IdentityNode, window: UseWindow) {
    this.#identity = identity;
    this.#window = window;
    const subjects = [identity.id, ...graph.scopesOf(identity.id).map(({ id }) => id)];
    this.#watching = subjects
      .flatMap((subject) => graph.observationsOf(subject))
      .filter(({ granularity }) => granularity === 'action')
      .map((observation) => ({ observation, covers: selectorCovers(observation.actions) }));
    const rows = new Map<string, Usage[]>();
    for (const row of graph.usageOf(identity.id)) {
      if (!this.#isInWindow(row)) continue;
      const action = row.action.toLowerCase();
      const known = rows.get(action);
      if (known === undefined) rows.set(action, [row]);
      else known.push(row);
    }
    this.#rows = rows;
  }

  /**
   * Names of the actions that were used within the window, or perhaps were, in lower case; `s3:*` is one for all of a
   * service.
   */
  get actions(): readonly string[] {
    return [...this.#rows.keys()].sort();
  }

  /** Whether it is sure that an action was used. */
  isSure(action: string): boolean {
    return this.#rows.get(action.toLowerCase())?.some(({ perhaps }) => perhaps !== true) === true;
  }

  /**
   * The resources of an action; undefined where some use may have been on others: no source saw the action over the whole
   * window, or it saw a call without telling the resource, or there was use after it stopped looking.
   */
  of(action: string): ToldResources | undefined {
    const folded = action.toLowerCase();
    const rows = this.#rows.get(folded);
    if (rows === undefined) return undefined;
    const observations = this.#watching.filter(({ covers }) => covers(folded)).map(({ observation }) => observation);
    const { created } = this.#identity;
    const seen = useStateOf({ lastUse: undefined, undated: false, created, observations, wouldTell: '' }, this.#window);
    if (seen.state !== 'unused') return undefined;
    const service = `${folded.slice(0, folded.indexOf(':'))}:*`;
    const all = [...rows, ...(this.#rows.get(service) ?? []), ...(this.#rows.get('*') ?? [])];
    const source = seen.sources.find((one) => tellsAll(one, all, observations));
    if (source === undefined) return undefined;
    return { resources: [...new Set(rows.flatMap(({ resource }) => resource ?? []))].sort(), source };
  }

  #isInWindow({ first, last, count }: Usage): boolean {
    if (last === undefined && first === undefined && (count ?? 0) === 0) return false;
    const time = instantOf(last);
    return time === undefined || time >= this.#window.now - this.#window.length - MARGIN;
  }
}

/** Whether each use is one that the source saw with its resource; what other sources saw before its end it saw as well. */
function tellsAll(source: string, rows: readonly Usage[], observations: readonly Observation[]): boolean {
  const ends = observations.filter((one) => one.source === source).map(({ to }) => instantOf(to) ?? 0);
  const end = Math.max(...ends);
  return rows.every((row) => {
    if (row.resource !== undefined) return true;
    const time = instantOf(row.last);
    return row.source !== source && time !== undefined && time <= end;
  });
}
