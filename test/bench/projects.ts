import { analysisEngine, analyzeEstate } from '@keyreach/core/analysis';
import { AuthorizationModel } from '@keyreach/core/authz';
import { GraphIndex } from '@keyreach/core/graph';
import { bounds, countReached, deriveReach } from '@keyreach/core/reach';
import { gcpAccess, gcpSemantics, gcpTechniques, normalizeGcp } from '@keyreach/gcp/offline';
import { syntheticProjects } from './synthetic-projects.ts';

/** Numbers of projects to measure; `KEYREACH_BENCH_PROJECTS`, such as `100,1000`, takes their place. */
function sizes(): readonly number[] {
  const given = (process.env['KEYREACH_BENCH_PROJECTS'] ?? '').split(',').map(Number);
  const valid = given.filter((count) => Number.isInteger(count) && count > 0);
  return valid.length > 0 ? valid : [1_000, 10_000];
}

const time = '2026-01-01T00:00:00.000Z';

/**
 * Everything `analyze` does for an organization of Google Cloud with folders, groups, denies and a boundary. Aim: 10,000 projects
 * with 100,000 service accounts and 300,000 members bound normalised, derived (access to resources included) and all radii counted
 * under 60 s and 4 GiB.
 */
export const projects: { readonly name: string; readonly run: () => Promise<void> } = {
  name: 'projects',
  run: async () => {
    for (const count of sizes()) {
      const input = syntheticProjects(count);
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
      console.log(`  ${count} projects`);
      const graph = normalizeGcp(input, { now: time });
      mark('normalise');
      const model = new AuthorizationModel(new GraphIndex(graph), [gcpSemantics]);
      const now = Date.parse(time);
      const derived = deriveReach(model, [gcpTechniques], { now, access: [gcpAccess] });
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
        `    ${graph.nodes.length} graph nodes, ${graph.attachments.length} bindings, ${derived.identities.length} identities: ` +
          `${nodeCount} reach nodes, ${targets.length} edges, ${jointTo.length} joint; largest reach ${most(lo)} to ${most(hi)}`,
      );
      if (count <= 1_000) {
        const analysis = analyzeEstate(analysisEngine(derived), { now });
        mark('analyse');
        console.log(`    ${analysis.subjects.length} subjects`);
      }
    }
    await Promise.resolve();
  },
};
