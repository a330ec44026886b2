// Runs the project from a fresh clone with only Node and npm: `node scripts/bootstrap.mjs demo|test [arguments]`.
// Installs the locked dependencies when they changed, builds, then starts the command or the tests.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const [task, ...rest] = process.argv.slice(2);

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) fail(`Node 20.19 or newer is needed, this is ${process.versions.node}`);

const tasks = {
  demo: ['packages/cli/dist/main.js', 'demo'],
  test: ['node_modules/vitest/vitest.mjs', 'run'],
};
if (!Object.hasOwn(tasks, task ?? '')) fail(`expected one of \`${Object.keys(tasks).join('`, `')}\`, got \`${task}\``);

install();
run('build', process.execPath, ['node_modules/typescript/bin/tsc', '-b', 'packages/cli', 'test/bench']);
process.exitCode = start(process.execPath, [...tasks[task], ...rest]);

/** Skipped while the lockfile and the manifests are those of the last installation. */
function install() {
  const manifests = ['package.json', 'pnpm-lock.yaml', 'pnpm-workspace.yaml'];
  for (const name of readdirSync(join(root, 'packages'))) manifests.push(`packages/${name}/package.json`);
  const hash = createHash('sha256').update(`${process.platform} ${process.arch}\n`);
  for (const file of manifests.sort()) if (existsSync(join(root, file))) hash.update(readFileSync(join(root, file)));
  const wanted = hash.digest('hex');

  const stamp = join(root, 'node_modules/.keyreach-install');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const npx = process.platform === 'win32' ? 'npx.cmd' : 'npx';
  const options = ['--frozen-lockfile', '--loglevel', 'error', '--config.confirm-modules-purge=false'];
  run('install', npx, ['--yes', packageManager, 'install', ...options]);
  writeFileSync(stamp, wanted);
}

/** A preparatory step: quiet on standard output, so that the output belongs to the command that follows. */
function run(step, command, args) {
  const status = start(command, args, ['ignore', 2, 2]);
  if (status !== 0) fail(`${step} failed (exit code ${status}): ${command} ${args.join(' ')}`);
}

function start(command, args, stdio = 'inherit') {
  const shell = command.endsWith('.cmd');
  const { status, error } = spawnSync(command, args, { cwd: root, stdio, shell });
  if (error) fail(`\`${command}\` could not be started: ${error.message}`);
  return status ?? 1;
}

function fail(message) {
  process.stderr.write(`keyreach: ${message}\n`);
  process.exit(1);
}
