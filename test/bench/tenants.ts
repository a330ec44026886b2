import { type AzureInput, azureAccess, azureSemantics, azureTechniques, normalizeAzure } from '@keyreach/azure/offline';
import { AuthorizationModel } from '@keyreach/core/authz';
import { GraphIndex } from '@keyreach/core/graph';
import { bounds, countReached, deriveReach } from '@keyreach/core/reach';
import { syntheticTenant } from './synthetic-tenant.ts';

/** Numbers of subscriptions to measure; `KEYREACH_BENCH_SUBSCRIPTIONS`, such as `100,1000`, takes their place. */
function sizes(): readonly number[] {
  const given = (process.env['KEYREACH_BENCH_SUBSCRIPTIONS'] ?? '').split(',').map(Number);
  const valid = given.filter((count) => Number.isInteger(count) && count > 0);
  return valid.length > 0 ? valid : [200, 2_000];
}

const time = '2026-01-01T00:00:00.000Z';

/**
 * What `analyze` does for a tenant of Azure. Aim: 2,000 subscriptions with 100,000 service principals and 500,000 role assignments
 * normalised, derived (access to resources included) and all radii counted under 60 s and 4 GiB.
 */
export const tenants: { readonly name: string; readonly run: () => Promise<void> } = {
  name: 'tenants',
  run: async () => {
    for (const count of sizes()) {
      // Not held any longer than until it is normalised.
      let input: AzureInput | undefined = syntheticTenant(count);
      const start = performance.now();
      let from = start;
      const mark = (phase: string): void => {
        const now = performance.now();
        const memory = Math.round(process.resourceUsage().maxRSS / 1024);
        console.log(
          `    ${phase.padEnd(26)} ${((now - from) / 1000).toFixed(2).padStart(8)} s  peak memory ${memory} MiB`,
        );
        from = now;
      };
      console.log(`  ${count} subscriptions`);
      const graph = normalizeAzure(input, { now: time });
      input = undefined;
      mark('normalise');
      const model = new AuthorizationModel(new GraphIndex(graph), [azureSemantics]);
      const derived = deriveReach(model, [azureTechniques], { now: Date.parse(time), access: [azureAccess] });
      mark('derive');
      const all = Int32Array.from(derived.identities.keys());
      const [lo] = countReached(derived.graph, bounds.lo, all, [{ nodes: all }]);
      mark('radii of all (lo)');
      const [hi] = countReached(derived.graph, bounds.hi, all, [{ nodes: all }]);
      mark('radii of all (hi)');
      console.log(`    ${'all of that'.padEnd(26)} ${((from - start) / 1000).toFixed(2).padStart(8)} s`);
      const most = (counts: Int32Array | undefined): number =>
        (counts ?? new Int32Array()).reduce((left, right) => Math.max(left, right), 0);
      const { targets, jointTo, nodeCount } = derived.graph;
      console.log(
        `    ${graph.nodes.length} graph nodes, ${graph.attachments.length} assignments, ${derived.identities.length} identities: ` +
          `${nodeCount} reach nodes, ${targets.length} edges, ${jointTo.length} joint; largest reach ${most(lo)} to ${most(hi)}`,
      );
    }
    await Promise.resolve();
  },
};
