import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CommandRun } from '../run-command.ts';
import { filesOf } from './bundle-on-disk.ts';
import { runCollect } from './run-collect.ts';
import { SecretRegister } from './secret-register.ts';
import type { SeededEstate } from './seed.ts';
import type { StaticCredentials } from './seed-clients.ts';
import { type CountedCall, startWireServer, type WireServer, type WireServerOptions } from './wire-server.ts';

/** What a test of a collection plays in: a server, a directory, and an eye on secrets. */
export interface Scene {
  readonly server: WireServer;
  /** Directory of the bundle. */
  readonly bundle: string;
  /** Secrets of the estate and of every session. */
  readonly secrets: SecretRegister;
  /** Runs `keyreach collect aws -o BUNDLE` with further arguments. */
  collect(args?: readonly string[], more?: CollectOptions): Promise<CommandRun>;
  /** Runs any other command on loopback. */
  run(args: readonly string[]): Promise<CommandRun>;
  /** Where secrets were planted that came out: in a file of the scene, or in what a command wrote. */
  leaks(): readonly string[];
  close(): Promise<void>;
}

/** How one run of the collection differs from a plain one. */
export interface CollectOptions {
  readonly credentials?: StaticCredentials;
  readonly onStart?: (interrupt: () => void) => void;
}

/** Starts a server in front of moto and makes an empty directory. */
export async function openScene(
  estate: SeededEstate,
  options: Omit<WireServerOptions, 'motoUrl' | 'secrets'> = {},
): Promise<Scene> {
  const secrets = new SecretRegister();
  for (const [value, where] of estate.secrets) secrets.keep(where, value);
  const externalId = secrets.plant('external id');
  const directory = mkdtempSync(join(tmpdir(), 'keyreach-e2e-'));
  const bundle = join(directory, 'bundle');
  const server = await startWireServer({ ...options, motoUrl: estate.motoUrl, secrets });
  const written: string[] = [];
  const run = async (args: readonly string[], more: CollectOptions = {}): Promise<CommandRun> => {
    const { credentials = estate.collector, ...rest } = more;
    const ran = await runCollect({ args, cwd: directory, endpoint: server.url, credentials, ...rest });
    written.push(ran.stdout, ran.stderr);
    return ran;
  };
  return {
    server,
    bundle,
    secrets,
    run,
    collect: (args = [], more = {}) =>
      run(['collect', 'aws', '-o', bundle, '--external-id', externalId, ...args], more),
    leaks: () => [...Object.values(filesOf(directory)), ...written].flatMap((text) => secrets.foundIn(text)),
    close: async () => {
      await server.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** Calls that ask for a state that changes, or open a session: they may be made again. */
const repeatable: ReadonlySet<string> = new Set([
  'AssumeRole',
  'GetCallerIdentity',
  'GenerateCredentialReport',
  'GetCredentialReport',
  'GenerateServiceLastAccessedDetails',
  'GetServiceLastAccessedDetails',
  'DescribeQuery',
]);

/** Calls that were answered more than once though they asked the same. */
export function answeredTwice(calls: readonly CountedCall[]): readonly string[] {
  const seen = new Set<string>();
  const twice: string[] = [];
  for (const { service, action, account, region, request, status } of calls) {
    if (status !== 200 || repeatable.has(action)) continue;
    const call = `${account} ${region} ${service} ${action} ${request}`;
    if (seen.has(call)) twice.push(call);
    seen.add(call);
  }
  return twice;
}
