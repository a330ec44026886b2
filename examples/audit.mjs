// An audit in twenty lines: reads an AWS bundle, ranks what falls if a credential is stolen, and ends with 1 if one has
// to be acted on. Run it after a build: node examples/audit.mjs [BUNDLE]
import { fileURLToPath } from 'node:url';
import { awsAccess, awsSemantics, awsTechniques, normalizeAws, readAwsInput } from '@keyreach/aws/offline';
import { analysisEngine, analyzeEstate } from '@keyreach/core/analysis';
import { AuthorizationModel } from '@keyreach/core/authz';
import { GraphIndex } from '@keyreach/core/graph';
import { deriveReach } from '@keyreach/core/reach';
import { boundText } from '@keyreach/report';

const now = '2026-11-01T06:00:00.000Z';
const input = await readAwsInput(process.argv[2] ?? fileURLToPath(new URL('estate', import.meta.url)));
const graph = new GraphIndex(normalizeAws(input, { now }));
const model = new AuthorizationModel(graph, [awsSemantics]);
const reach = deriveReach(model, [awsTechniques], { now: Date.parse(now), access: [awsAccess] });
const analysis = analyzeEstate(analysisEngine(reach), { now: Date.parse(now) });

console.log(analysis.headline[0]);
for (const { action, name, identities, admin } of analysis.subjects.slice(0, 5)) {
  const scopes = admin.filter(({ certainty }) => certainty === 'allow').map((scope) => scope.name);
  console.log(
    `${action.lo}: ${name} reaches ${boundText(identities)} identities, admin of ${scopes.join(', ') || 'nothing'}`,
  );
}
process.exitCode = analysis.subjects.some(({ action }) => action.lo === 'Act') ? 1 : 0;
