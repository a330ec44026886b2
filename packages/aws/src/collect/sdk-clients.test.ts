import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { RESOURCE_ROWS } from './resources/rows/index.ts';
import { SDK_CLIENTS, sdkClients } from './sdk-clients.ts';

/** Exports of every package, as Node itself loads them: test tools load what the packages have for bundlers. */
function exportsOfClients(): ReadonlyMap<string, ReadonlySet<string>> {
  const script = `
    const names = {};
    for (const service of ${JSON.stringify(Object.keys(SDK_CLIENTS))})
      names[service] = Object.keys(await import('@aws-sdk/client-' + service));
    process.stdout.write(JSON.stringify(names));`;
  const { NODE_OPTIONS: _, ...env } = process.env;
  const printed = execFileSync(process.execPath, ['--input-type=module', '--eval', script], {
    cwd: fileURLToPath(new URL('.', import.meta.url)),
    env,
    maxBuffer: 64 * 1024 * 1024,
  });
  const names = JSON.parse(printed.toString('utf8')) as Readonly<Record<string, readonly string[]>>;
  return new Map(Object.entries(names).map(([service, exported]) => [service, new Set(exported)]));
}

it('has a client for every service, and a command for every call of the table of resources', () => {
  const exported = exportsOfClients();
  const withoutClient = Object.entries(SDK_CLIENTS).filter(([service, client]) => !exported.get(service)?.has(client));
  expect(withoutClient).toEqual([]);
  const calls = RESOURCE_ROWS.flatMap(({ service, list, details = [], batch }) =>
    [list, batch, ...details].flatMap((call) => (call === undefined ? [] : [{ service, command: call.command }])),
  );
  expect(calls.length).toBeGreaterThan(50);
  expect(calls.filter(({ service, command }) => !exported.get(service)?.has(`${command}Command`))).toEqual([]);
});

it.each(['constructor', 'nothing', ''])('has no client for `%s`', async (service) => {
  await expect(sdkClients(service, {})).rejects.toMatchObject({ code: 'unknown-service' });
});
