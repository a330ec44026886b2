import { availableParallelism, cpus, totalmem } from 'node:os';
import { decide } from './decide.ts';
import { organization } from './organization.ts';
import { projects } from './projects.ts';
import { reach } from './reach.ts';
import { simulate } from './simulate.ts';
import { tenants } from './tenants.ts';
import { trail } from './trail.ts';

/** One benchmark suite. It prints its own rows: the sizes it ran on and what it measured. */
export interface Suite {
  readonly name: string;
  readonly run: () => Promise<void>;
}

/** Add a suite here, in a file of its own beside this one. */
const suites: readonly Suite[] = [decide, simulate, reach, organization, projects, tenants, trail];

const wanted = process.argv.slice(2).filter((argument) => argument !== '--' && argument !== '--small');
const unknown = wanted.filter((name) => !suites.some((suite) => suite.name === name));
if (unknown.length > 0) {
  const known = suites.map((suite) => suite.name).join(', ') || 'none yet';
  process.stderr.write(`no benchmark suite is called \`${unknown.join('`, `')}\`; there are: ${known}\n`);
  process.exitCode = 2;
} else {
  const gibibytes = (totalmem() / 2 ** 30).toFixed(1);
  process.stdout.write(`machine: ${cpus()[0]?.model.trim() ?? 'unknown processor'}, ${availableParallelism()} cores, `);
  process.stdout.write(`${gibibytes} GiB memory, Node ${process.version} ${process.execArgv.join(' ')}\n`);
  for (const suite of suites) {
    if (wanted.length > 0 && !wanted.includes(suite.name)) continue;
    process.stdout.write(`\n${suite.name}\n`);
    await suite.run();
  }
}
