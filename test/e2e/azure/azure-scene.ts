import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CommandRun, command, keyreach } from '../../run-command.ts';
import { filesOf } from '../bundle-on-disk.ts';
import { SecretRegister } from '../secret-register.ts';
import { type AzureEstate, azureEstate } from './azure-estate.ts';
import { type AzureServer, type AzureServerOptions, startAzureServer } from './azure-server.ts';

/** Time of all collections and analyses. */
const AT = '2026-06-02T00:00:00Z';

/** A server, a bundle that is collected from it, and everything that was printed. */
export interface AzureScene {
  readonly server: AzureServer;
  readonly bundle: string;
  /** Runs `keyreach collect azure` into the bundle. */
  collect(args?: readonly string[], onStart?: (interrupt: () => void) => void): Promise<CommandRun>;
  /** Runs another command, without credentials. */
  run(args: readonly string[]): Promise<CommandRun>;
  /** Where secrets came out: in what was printed, or in a file. */
  leaks(): readonly string[];
  readonly secrets: SecretRegister;
  close(): Promise<void>;
}

/** What happens in a scene. */
export interface AzureSceneOptions extends Pick<AzureServerOptions, 'faults' | 'onCall' | 'page'> {
  /** Another tenant than that of {@link azureEstate}. */
  readonly change?: (estate: AzureEstate) => AzureEstate;
}

/** Starts a server with the tenant of these tests. Credentials are a managed identity, as App Service gives them to a process. */
export async function openAzureScene({
  change = (estate) => estate,
  ...options
}: AzureSceneOptions = {}): Promise<AzureScene> {
  const secrets = new SecretRegister();
  const server = await startAzureServer({ estate: change(azureEstate(secrets)), secrets, ...options });
  const directory = mkdtempSync(join(tmpdir(), 'keyreach-azure-'));
  const bundle = join(directory, 'bundle');
  const printed: CommandRun[] = [];
  const keep = (ran: CommandRun): CommandRun => {
    printed.push(ran);
    return ran;
  };
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(?:AZURE_|MSI_|IDENTITY_|KEYREACH_|FORCE_COLOR$)/.test(name),
  );
  const env = {
    ...Object.fromEntries(inherited),
    AZURE_TOKEN_CREDENTIALS: 'ManagedIdentityCredential',
    IDENTITY_ENDPOINT: `${server.url}/msi/token`,
    IDENTITY_HEADER: server.header,
    KEYREACH_AZURE_ENDPOINT: server.url,
    NO_PROXY: '127.0.0.1',
  };
  return {
    server,
    bundle,
    secrets,
    collect: async (args = [], onStart) => {
      const given = ['collect', 'azure', '-o', bundle, '--at', AT, ...args];
      return keep(await runWith(env, given, directory, onStart));
    },
    run: async (args) => keep(await keyreach([...args, '--at', AT], directory)),
    leaks: () => [
      ...printed.flatMap(({ stdout, stderr }) => secrets.foundIn(stdout + stderr)),
      ...Object.values(filesOf(bundle)).flatMap((text) => secrets.foundIn(text)),
    ],
    close: async () => {
      await server.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

function runWith(
  env: NodeJS.ProcessEnv,
  args: readonly string[],
  cwd: string,
  onStart: ((interrupt: () => void) => void) | undefined,
): Promise<CommandRun> {
  return new Promise((resolve, reject) => {
    const started = Date.now();
    const child = spawn(process.execPath, [command, ...args], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (part: string) => (stdout += part));
    child.stderr.setEncoding('utf8').on('data', (part: string) => (stderr += part));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr, milliseconds: Date.now() - started }));
    onStart?.(() => child.kill('SIGINT'));
  });
}
