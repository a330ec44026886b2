// Checks the packages as their users get them: packs each, lints the tarball (publint), checks how its types resolve
// (attw), then installs all tarballs into an empty directory, runs the command and imports every entry.
// Needs freshly built packages, which `pnpm check:packages` makes. The last line is `N passed, N failed, 0 skipped`.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const readJson = (file) => JSON.parse(readFileSync(file, 'utf8'));
const { packageManager } = readJson(join(root, 'package.json'));
const directories = readdirSync(join(root, 'packages')).map((name) => join(root, 'packages', name));

let passed = 0;
let failed = 0;
const work = mkdtempSync(join(tmpdir(), 'keyreach-packages-'));
try {
  const tarballs = directories.map(checkPackage).filter((tarball) => tarball !== undefined);
  checkInstalled(tarballs);
} finally {
  rmSync(work, { recursive: true, force: true });
}
process.stdout.write(`${passed} passed, ${failed} failed, 0 skipped\n`);
process.exitCode = failed === 0 ? 0 : 1;

/** Packs one package and checks the tarball; undefined where it cannot be packed. */
function checkPackage(directory) {
  const { name } = readJson(join(directory, 'package.json'));
  const pack = ['--yes', packageManager, 'pack', '--json', '--pack-destination', work];
  const packed = start(`${name}: packs`, 'npx', pack, directory);
  if (packed === undefined) return undefined;
  const { filename } = JSON.parse(packed.slice(packed.indexOf('{')));
  const listed = start(`${name}: lists its files`, 'tar', ['-tzf', filename], root) ?? '';
  const paths = listed.split('\n').map((path) => path.replace(/^package\//, ''));
  const unwanted = paths.filter((path) => /\.test(-[a-z]+)?\.|(^|\/)testing\/|tsbuildinfo|node_modules/.test(path));
  report(`${name}: holds no tests and no build state`, unwanted.length === 0, unwanted.join('\n'));
  const missing = ['LICENSE', 'README.md', 'package.json'].filter((path) => !paths.includes(path));
  report(`${name}: holds licence and readme`, missing.length === 0, `missing: ${missing.join(', ')}`);
  const bin = (tool, script) => [join(root, 'node_modules', tool, script), filename];
  start(`${name}: publint`, process.execPath, [...bin('publint', 'src/cli.js'), '--strict'], root);
  const attw = [...bin('@arethetypeswrong/cli', 'dist/index.js'), '--profile', 'esm-only', '--no-color'];
  start(`${name}: types resolve`, process.execPath, attw, root);
  return filename;
}

function checkInstalled(tarballs) {
  writeFileSync(join(work, 'package.json'), JSON.stringify({ name: 'consumer', private: true, type: 'module' }));
  const install = ['install', '--no-audit', '--no-fund', '--ignore-scripts', ...tarballs];
  if (start('the packed packages install', 'npm', install, work) === undefined) return;
  const help = start('keyreach --help', join(work, 'node_modules/.bin/keyreach'), ['--help'], work);
  if (help !== undefined) report('keyreach --help names the command', help.includes('keyreach'), help);
  for (const directory of directories) {
    const { name, exports } = readJson(join(directory, 'package.json'));
    for (const entry of Object.keys(exports).filter((key) => key !== './package.json')) {
      const specifier = name + entry.slice(1);
      const script = `const entry = await import('${specifier}'); if (Object.keys(entry).length === 0) throw new Error('exports nothing');`;
      start(`import '${specifier}'`, process.execPath, ['--input-type=module', '--eval', script], work);
    }
  }
}

/** Runs one command as a check; gives its standard output, or undefined where it failed. */
function start(what, command, args, cwd) {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, encoding: 'utf8' });
  report(what, status === 0, `${stdout ?? ''}${stderr ?? ''}${error?.message ?? ''}`);
  return status === 0 ? stdout : undefined;
}

function report(what, good, detail) {
  if (good) passed += 1;
  else failed += 1;
  process.stdout.write(`${good ? 'ok' : 'FAILED'}  ${what}\n`);
  if (!good) process.stdout.write(`${detail.trim().replaceAll(/^/gm, '    ')}\n`);
}
