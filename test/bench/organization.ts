import { awsAccess, awsInputFromObjects, awsSemantics, awsTechniques, normalizeAws } from '@keyreach/aws/offline';
import { analysisEngine, analyzeEstate } from '@keyreach/core/analysis';
import { AuthorizationModel } from '@keyreach/core/authz';
import { GraphIndex } from '@keyreach/core/graph';
import { bounds, countReached, deriveReach } from '@keyreach/core/reach';
import { landingZone } from './landing-zone.ts';
import { syntheticOrganization } from './synthetic-organization.ts';

/** Organizations to measure: one whose permissions were put together by hand, one built by landing zone tools. */
const KINDS = [
  ['mixed by hand', syntheticOrganization],
  ['landing zone', landingZone],
] as const;

/** Numbers of accounts to measure; `KEYREACH_BENCH_ACCOUNTS`, such as `10,100`, takes their place. */
function sizes(): readonly number[] {
  const given = (process.env['KEYREACH_BENCH_ACCOUNTS'] ?? '').split(',').map(Number);
  const valid = given.filter((count) => Number.isInteger(count) && count > 0);
  return valid.length > 0 ? valid : [100, 1_000];
}

const time = '2026-01-01T00:00:00.000Z';

/**
 * Everything `analyze` does for an organization with SCPs, RCPs, boundaries and trust across accounts. Aim: 100,000
 * identities in 1,000 accounts derived, access to resources included, under 60 s and 4 GiB, and analysed under 120 s.
 */
export const organization: { readonly name: string; readonly run: () => Promise<void> } = {
  name: 'organization',
  run: async () => {
    for (const [kind, organizationOf, accounts] of KINDS.flatMap((one) =>
      sizes().map((accounts) => [...one, accounts] as const),
    )) {
      console.log(`  ${accounts} accounts, ${kind}`);
      let from = performance.now();
      const mark = (phase: string): void => {
        const now = performance.now();
        const memory = Math.round(process.resourceUsage().maxRSS / 1024);
        console.log(
          `    ${phase.padEnd(26)} ${((now - from) / 1000).toFixed(2).padStart(8)} s  peak memory ${memory} MiB`,
        );
        from = performance.now();
      };
      const input = awsInputFromObjects(organizationOf(accounts));
      mark('generate and read');
      const graph = normalizeAws(input, { now: time });
      mark('normalise');
      const model = new AuthorizationModel(new GraphIndex(graph), [awsSemantics]);
      const now = Date.parse(time);
      const derived = deriveReach(model, [awsTechniques], { now, access: [awsAccess] });
      mark('derive');
      const all = Int32Array.from(derived.identities.keys());
      const [lo] = countReached(derived.graph, bounds.lo, all, [{ nodes: all }]);
      mark('reach of all (lo)');
      const [hi] = countReached(derived.graph, bounds.hi, all, [{ nodes: all }]);
      mark('reach of all (hi)');
      const analysis = analyzeEstate(analysisEngine(derived), { now });
      mark('analyse');
      const most = (counts: Int32Array | undefined): number =>
        (counts ?? new Int32Array()).reduce((left, right) => Math.max(left, right), 0);
      const { targets, jointTo, nodeCount } = derived.graph;
      console.log(
        `    ${graph.nodes.length} graph nodes, ${derived.identities.length} identities, ${graph.documents.length} policy texts: ` +
          `${derived.classes.length} classes, ${derived.states.length} states, ${nodeCount} reach nodes, ${targets.length} edges, ${jointTo.length} joint; ` +
          `largest reach ${most(lo)} to ${most(hi)}; ${analysis.subjects.length} subjects`,
      );
    }
    await Promise.resolve();
  },
};
