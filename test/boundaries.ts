import { posix } from 'node:path';
import { parseAst } from 'vitest/node';

/** TypeScript sources by their path from the repository root, with forward slashes: `packages/core/src/index.ts`. */
export type Sources = ReadonlyMap<string, string>;

/** What the rules need to know of one package: the manifest fields of that name. */
export interface PackageManifest {
  readonly name: string;
  readonly exports: readonly string[];
  readonly dependencies: readonly string[];
}

/** Manifests by directory name below `packages/`. */
export type Manifests = ReadonlyMap<string, PackageManifest>;

/** One broken rule, as `file: what is wrong`. */
export type Violation = string;

/** Which rooms of `packages/core/src` a room may import, besides itself. Files beside the rooms may import no room. */
const coreRooms: Readonly<Record<string, readonly string[]>> = {
  graph: [],
  input: ['graph'],
  collection: ['graph', 'input'],
  authz: ['graph'],
  usage: ['graph'],
  reach: ['graph', 'authz'],
  analysis: ['graph', 'authz', 'usage', 'reach'],
  governance: ['graph', 'authz', 'usage', 'reach', 'analysis'],
};

interface PackageRule {
  /** Directories of the workspace packages it may import. */
  readonly workspace: readonly string[];
  /** Which registry packages it may import: whatever its manifest declares, or these alone. */
  readonly registry: 'declared' | readonly string[];
  /** Whether a file (path below `src/`) may import this Node module. */
  readonly node: (file: string, module: string) => boolean;
}

const inputModules = /^node:(zlib|fs|path|stream)$/;
const collectionModules = /^node:(fs|path|stream\/promises|timers\/promises)$/;
const codecModules = /^node:(zlib|stream|stream\/promises|fs|fs\/promises)$/;

const packageRules: Readonly<Record<string, PackageRule>> = {
  core: {
    workspace: [],
    registry: ['@noble/hashes'],
    node: (file, module) =>
      (file.startsWith('graph/codec') && codecModules.test(module)) ||
      (file.startsWith('input/') && inputModules.test(module)) ||
      (file.startsWith('collection/') && collectionModules.test(module)),
  },
  aws: { workspace: ['core'], registry: 'declared', node: () => true },
  gcp: { workspace: ['core'], registry: 'declared', node: () => true },
  azure: { workspace: ['core'], registry: 'declared', node: () => true },
  report: { workspace: ['core'], registry: [], node: () => false },
  cli: { workspace: ['core', 'aws', 'gcp', 'azure', 'report'], registry: 'declared', node: () => true },
};

/** Entries that promise to pull in no cloud SDK, and what counts as one. */
const sdkFreeEntries: readonly string[] = [
  'packages/aws/src/offline.ts',
  'packages/gcp/src/offline.ts',
  'packages/azure/src/offline.ts',
];
const cloudSdk = /^(@(aws-sdk|smithy|aws-crypto|google-cloud|googleapis|azure)\/|google-auth-library$)/;

/** What tests may import on top of their package's own dependencies. */
const testTools: readonly string[] = ['vitest', 'fast-check', '@fast-check/vitest'];

/**
 * Checks every import of every package source against the rules of docs/architecture.md.
 *
 * Type-only imports count like any other: they tie files together just the same. Tests are free to use any room of
 * their package, the test tools and Node; tests across packages live in `test/`.
 */
export function checkBoundaries(sources: Sources, manifests: Manifests): readonly Violation[] {
  const violations: Violation[] = [];
  const imports = new Map<string, readonly string[]>();
  for (const [file, text] of sources) {
    const specifiers = importSpecifiers(text);
    imports.set(file, specifiers);
    for (const specifier of specifiers) {
      const problem = problemWith(file, specifier, sources, manifests);
      if (problem !== undefined) violations.push(`${file}: ${problem}`);
    }
  }
  for (const entry of sdkFreeEntries) {
    for (const file of reachableFrom(entry, imports, sources)) {
      for (const specifier of imports.get(file) ?? []) {
        if (cloudSdk.test(specifier))
          violations.push(`${file}: imports \`${specifier}\`, and ${entry} reaches this file`);
      }
    }
  }
  for (const cycle of importCycles(imports, sources)) violations.push(`import cycle: ${cycle.join(' -> ')}`);
  return violations;
}

/** Every module named by an import, export, `import()` or import type; a computed one is given as `import(…)`. */
export function importSpecifiers(text: string): readonly string[] {
  const specifiers = new Set<string>();
  // A real parser, so that strings, comments and regular expressions cannot be mistaken for imports.
  const pending: unknown[] = [parseAst(text, { lang: 'ts' })];
  while (pending.length > 0) {
    const value = pending.pop();
    if (Array.isArray(value)) pending.push(...value);
    if (!isNode(value)) continue;
    switch (value.type) {
      case 'ImportDeclaration':
      case 'ExportAllDeclaration':
      case 'ExportNamedDeclaration':
      case 'ImportExpression':
      case 'TSImportType':
        if (value['source']) specifiers.add(literal(value['source']));
        break;
      case 'TSExternalModuleReference':
        specifiers.add(literal(value['expression']));
        break;
    }
    for (const child of Object.values(value)) if (typeof child === 'object' && child !== null) pending.push(child);
  }
  return [...specifiers];
}

type AstNode = { readonly type: string } & Readonly<Record<string, unknown>>;

function isNode(value: unknown): value is AstNode {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}

function literal(source: unknown): string {
  if (isNode(source) && source.type === 'Literal' && typeof source['value'] === 'string') return source['value'];
  return 'import(…)';
}

function problemWith(file: string, specifier: string, sources: Sources, manifests: Manifests): string | undefined {
  const [, directory = '', inner = ''] = /^packages\/([^/]+)\/src\/(.+)$/.exec(file) ?? [];
  const rule = packageRules[directory];
  const manifest = manifests.get(directory);
  if (rule === undefined || manifest === undefined) return `\`${directory}\` has no import rule in test/boundaries.ts`;
  const test = isTest(file);

  if (specifier === 'import(…)') return 'imports a computed module name; write it out';

  if (specifier.startsWith('.')) {
    const target = posix.join(posix.dirname(file), specifier);
    if (!target.startsWith(`packages/${directory}/src/`)) {
      return `imports \`${specifier}\` outside its package; use the package name`;
    }
    if (!/\.(ts|json)$/.test(specifier)) return `imports \`${specifier}\`; write the file extension .ts`;
    if (specifier.endsWith('.ts') && !sources.has(target)) return `imports \`${specifier}\`, which does not exist`;
    if (!test && isTest(target)) return `imports \`${specifier}\`, a test`;
    return directory === 'core' && !test ? roomProblem(inner, target.slice('packages/core/src/'.length)) : undefined;
  }

  if (specifier.startsWith('node:')) {
    return test || rule.node(inner, specifier) ? undefined : `may not import \`${specifier}\``;
  }

  const [, name = specifier, subpath = ''] = /^((?:@[^/]+\/)?[^/]+)(\/.*)?$/.exec(specifier) ?? [];
  const workspace = [...manifests].find(([, candidate]) => candidate.name === name);
  if (workspace !== undefined) {
    const [target, { exports }] = workspace;
    if (!rule.workspace.includes(target)) return `${manifest.name} may not import \`${specifier}\``;
    if (!exports.includes(`.${subpath}`)) return `imports \`${specifier}\`, which ${name} does not export`;
  }
  if (test && testTools.includes(name)) return undefined;
  if (workspace === undefined && rule.registry !== 'declared' && !rule.registry.includes(name)) {
    return `${manifest.name} may not import \`${specifier}\``;
  }
  if (!manifest.dependencies.includes(name)) return `imports \`${specifier}\`, not a dependency of ${manifest.name}`;
  return undefined;
}

function roomProblem(from: string, to: string): string | undefined {
  const fromRoom = roomOf(from);
  const toRoom = roomOf(to);
  for (const room of [fromRoom, toRoom]) {
    if (room !== '' && !Object.hasOwn(coreRooms, room)) return `core has no room \`${room}\` in test/boundaries.ts`;
  }
  if (from === 'index.ts' || toRoom === '' || fromRoom === toRoom) return undefined;
  const allowed = fromRoom === '' ? [] : (coreRooms[fromRoom] ?? []);
  return allowed.includes(toRoom) ? undefined : `core/${fromRoom || from} may not import core/${toRoom}`;
}

function roomOf(inner: string): string {
  return inner.includes('/') ? (inner.split('/')[0] ?? '') : '';
}

function isTest(file: string): boolean {
  return /\.test(-[a-z]+)?\.ts$/.test(file) || file.includes('/testing/');
}

function localTargets(file: string, imports: ReadonlyMap<string, readonly string[]>, sources: Sources): string[] {
  const relative = (imports.get(file) ?? []).filter((specifier) => specifier.startsWith('.'));
  return relative
    .map((specifier) => posix.join(posix.dirname(file), specifier))
    .filter((target) => sources.has(target));
}

function reachableFrom(entry: string, imports: ReadonlyMap<string, readonly string[]>, sources: Sources): Set<string> {
  const seen = new Set<string>([entry]);
  for (const file of seen) for (const target of localTargets(file, imports, sources)) seen.add(target);
  return seen;
}

/** One cycle per back edge of a depth-first walk: none exactly when the files form a directed acyclic graph. */
function importCycles(imports: ReadonlyMap<string, readonly string[]>, sources: Sources): string[][] {
  const cycles: string[][] = [];
  const done = new Set<string>();
  const path: string[] = [];
  const visit = (file: string): void => {
    if (done.has(file)) return;
    const start = path.indexOf(file);
    if (start >= 0) {
      cycles.push([...path.slice(start), file]);
      return;
    }
    path.push(file);
    for (const target of localTargets(file, imports, sources)) visit(target);
    path.pop();
    done.add(file);
  };
  for (const file of sources.keys()) visit(file);
  return cycles;
}
