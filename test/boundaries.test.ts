import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { checkBoundaries, importSpecifiers, type Manifests, type PackageManifest } from './boundaries.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

function readManifests(): Manifests {
  const manifests = new Map<string, PackageManifest>();
  for (const directory of readdirSync(`${root}packages`)) {
    const {
      name,
      exports,
      dependencies = {},
    } = JSON.parse(readFileSync(`${root}packages/${directory}/package.json`, 'utf8'));
    manifests.set(directory, { name, exports: Object.keys(exports), dependencies: Object.keys(dependencies) });
  }
  return manifests;
}

function readSources(): Map<string, string> {
  const sources = new Map<string, string>();
  for (const directory of readdirSync(`${root}packages`)) {
    const base = `packages/${directory}/src`;
    for (const entry of readdirSync(root + base, { recursive: true, encoding: 'utf8' })) {
      const file = `${base}/${entry.replaceAll('\\', '/')}`;
      if (file.endsWith('.ts')) sources.set(file, readFileSync(root + file, 'utf8'));
    }
  }
  return sources;
}

describe('import boundaries', () => {
  it('hold for every source of every package', () => {
    const sources = readSources();
    expect(sources.size).toBeGreaterThan(5);
    expect(checkBoundaries(sources, readManifests())).toEqual([]);
  });
});

describe('the boundary check', () => {
  const manifests: Manifests = new Map([
    ['core', { name: '@keyreach/core', exports: ['.', './graph'], dependencies: ['zod'] }],
    [
      'aws',
      { name: '@keyreach/aws', exports: ['.', './offline'], dependencies: ['@keyreach/core', '@aws-sdk/client-iam'] },
    ],
    ['report', { name: '@keyreach/report', exports: ['.'], dependencies: ['@keyreach/core'] }],
    [
      'cli',
      { name: 'keyreach', exports: ['.'], dependencies: ['@keyreach/core', '@keyreach/aws', '@keyreach/report'] },
    ],
  ]);
  const check = (files: Readonly<Record<string, string>>) => checkBoundaries(new Map(Object.entries(files)), manifests);

  it('accepts what the design allows', () => {
    expect(
      check({
        'packages/core/src/index.ts': `export * from './graph/index.ts'; export * from './analysis/index.ts';`,
        'packages/core/src/errors.ts': 'export class KeyreachError extends Error {}',
        'packages/core/src/graph/index.ts': `export * from './codec.ts';`,
        'packages/core/src/graph/codec.ts': `import { createGzip } from 'node:zlib'; import '../errors.ts';`,
        'packages/core/src/analysis/index.ts': `import type { A } from '../graph/index.ts';`,
        'packages/core/src/graph/codec.test.ts': `import 'vitest'; import 'node:os'; import '../analysis/index.ts';`,
        'packages/aws/src/index.ts': `import '@aws-sdk/client-iam'; export * from './offline.ts';`,
        'packages/aws/src/offline.ts': `import 'node:fs'; import '@keyreach/core/graph';`,
        'packages/report/src/index.ts': `import type { B } from '@keyreach/core';`,
        'packages/cli/src/main.ts': `await import('@keyreach/aws/offline'); import '@keyreach/report';`,
      }),
    ).toEqual([]);
  });

  const bad: readonly [what: string, files: Readonly<Record<string, string>>, message: RegExp][] = [
    [
      'core importing an adapter',
      { 'packages/core/src/a.ts': `import '@keyreach/aws';` },
      /may not import `@keyreach\/aws`/,
    ],
    ['core importing a registry package', { 'packages/core/src/a.ts': `import 'zod';` }, /may not import `zod`/],
    ['core importing Node', { 'packages/core/src/graph/a.ts': `import 'node:fs';` }, /may not import `node:fs`/],
    [
      'a codec opening a socket',
      { 'packages/core/src/graph/codec.ts': `import 'node:net';` },
      /may not import `node:net`/,
    ],
    [
      'graph importing authz, even a type',
      { 'packages/core/src/graph/a.ts': `import type { B } from '../authz/b.ts';`, 'packages/core/src/authz/b.ts': '' },
      /core\/graph may not import core\/authz/,
    ],
    [
      'usage importing reach by an import type',
      { 'packages/core/src/usage/a.ts': `type B = import('../reach/b.ts').B;`, 'packages/core/src/reach/b.ts': '' },
      /core\/usage may not import core\/reach/,
    ],
    [
      'analysis importing governance',
      {
        'packages/core/src/analysis/a.ts': `export * from '../governance/b.ts';`,
        'packages/core/src/governance/b.ts': '',
      },
      /core\/analysis may not import core\/governance/,
    ],
    [
      'a shared file of core importing a room',
      { 'packages/core/src/errors.ts': `import './graph/a.ts';`, 'packages/core/src/graph/a.ts': '' },
      /core\/errors.ts may not import core\/graph/,
    ],
    [
      'a room without a rule',
      { 'packages/core/src/new-room/a.ts': `import '../graph/b.ts';`, 'packages/core/src/graph/b.ts': '' },
      /no room `new-room`/,
    ],
    ['aws importing report', { 'packages/aws/src/a.ts': `import '@keyreach/report';` }, /may not import/],
    [
      'report importing aws',
      { 'packages/report/src/a.ts': `await import('@keyreach/aws/offline');` },
      /may not import/,
    ],
    ['report importing Node', { 'packages/report/src/a.ts': `import 'node:fs';` }, /may not import `node:fs`/],
    [
      'an entry that is not exported',
      { 'packages/cli/src/a.ts': `import '@keyreach/core/secret';` },
      /does not export/,
    ],
    ['an undeclared dependency', { 'packages/cli/src/a.ts': `import 'commander';` }, /not a dependency of keyreach/],
    ['a bare Node module', { 'packages/cli/src/a.ts': `import 'fs';` }, /not a dependency of keyreach/],
    [
      'a path into another package',
      { 'packages/cli/src/a.ts': `import '../../core/src/index.ts';` },
      /outside its package/,
    ],
    [
      'a source importing a test',
      { 'packages/cli/src/a.ts': `import './b.test.ts';`, 'packages/cli/src/b.test.ts': '' },
      /a test/,
    ],
    ['a missing file', { 'packages/cli/src/a.ts': `import './b.ts';` }, /does not exist/],
    ['a computed import', { 'packages/cli/src/a.ts': 'await import(name);' }, /computed/],
    ['a package without a rule', { 'packages/other/src/a.ts': `import 'zod';` }, /no import rule/],
    [
      'an SDK behind the offline entry',
      {
        'packages/aws/src/offline.ts': `export * from './b.ts';`,
        'packages/aws/src/b.ts': `export * from './c.ts';`,
        'packages/aws/src/c.ts': `import type { IAMClient } from '@aws-sdk/client-iam';`,
      },
      /src\/c\.ts: imports `@aws-sdk\/client-iam`, and packages\/aws\/src\/offline\.ts reaches/,
    ],
    [
      'a cycle of files',
      {
        'packages/cli/src/a.ts': `import './b.ts';`,
        'packages/cli/src/b.ts': `import type { C } from './c.ts';`,
        'packages/cli/src/c.ts': `export * from './a.ts';`,
      },
      /import cycle: .*a\.ts -> .*b\.ts -> .*c\.ts -> .*a\.ts/,
    ],
  ];
  it.each(bad)('reports %s', (_what, files, message) => {
    const violations = check(files);
    expect(violations).toHaveLength(1);
    expect(violations[0]).toMatch(message);
  });

  it('sees every form of import, and none in comments, strings or regular expressions', () => {
    const text = [
      `import a, { type B } from 'one'; import type { C } from "two"; import 'three';`,
      `export { d } from 'four'; export * as e from 'five'; export const f = () => import(\`six\`);`,
      `// import 'comment';`,
      `const text = "import 'string'"; const pattern = /import 'pattern'/; const template = \`import 'no' \${text}\`;`,
      `type G = import('seven').G; export {};`,
    ].join('\n');
    expect([...importSpecifiers(text)].sort()).toEqual(['five', 'four', 'import(…)', 'one', 'seven', 'three', 'two']);
  });
});
