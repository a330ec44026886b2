import { awsInputFromObjects, awsSemantics, awsTechniques, normalizeAws } from '@keyreach/aws/offline';
import { AuthorizationModel } from '@keyreach/core/authz';
import { GraphIndex } from '@keyreach/core/graph';
import { countReached, deriveReach } from '@keyreach/core/reach';
import { syntheticAccount } from './synthetic-account.ts';

const time = '2026-01-01T00:00:00.000Z';

/** Normalise, derive and count the reach of every identity, on both bounds. Aim: 100,000 under 30 s and 3 GiB. */
export const reach: { readonly name: string; readonly run: () => Promise<void> } = {
  name: 'reach',
  run: async () => {
    for (const [identities, sets] of [
      [1_000, 200],
      [10_000, 1_000],
      [100_000, 2_000],
    ] as const) {
      const objects = syntheticAccount(identities, sets);
      const times: number[] = [performance.now()];
      const mark = (): void => {
        times.push(performance.now());
      };
      const graph = normalizeAws(awsInputFromObjects(objects), { now: time });
      mark();
      const model = new AuthorizationModel(new GraphIndex(graph), [awsSemantics]);
      mark();
      const derived = deriveReach(model, [awsTechniques], { now: Date.parse(time) });
      mark();
      const all = Int32Array.from(derived.identities.keys());
      const [lo] = countReached(derived.graph, 3, all, [{ nodes: all }]);
      const [hi] = countReached(derived.graph, 1, all, [{ nodes: all }]);
      mark();
      const spent = times.slice(1).map((at, index) => ((at - times[index]!) / 1000).toFixed(2));
      const most = (counts: Int32Array | undefined): number =>
        (counts ?? new Int32Array()).reduce((left, right) => Math.max(left, right), 0);
      const memory = Math.round(process.resourceUsage().maxRSS / 1024);
      console.log(
        `  ${identities.toLocaleString('en-US')} identities, ${sets} policy sets: normalise ${spent[0]} s, index ${spent[1]} s, derive ${spent[2]} s, reach of all (lo and hi) ${spent[3]} s; ` +
          `${derived.classes.length} classes, ${derived.graph.nodeCount} nodes, ${derived.graph.targets.length} edges, ${derived.graph.jointTo.length} joint; largest reach ${most(lo)} to ${most(hi)}; peak memory ${memory} MiB`,
      );
    }
    await Promise.resolve();
  },
};
