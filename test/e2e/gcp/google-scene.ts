import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CommandRun, command, keyreach } from '../../run-command.ts';
import { filesOf } from '../bundle-on-disk.ts';
import { SecretRegister } from '../secret-register.ts';
import { type GoogleEstate, googleEstate } from './google-estate.ts';
import { type GoogleServer, type GoogleServerOptions, startGoogleServer } from './google-server.ts';

/** Time of all collections and analyses. */
const AT = '2026-06-02T00:00:00Z';

/** A server, a bundle that is collected from it, and everything that was printed. */
export interface GoogleScene {
  readonly server: GoogleServer;
  readonly bundle: string;
  /** Runs `keyreach collect gcp` into the bundle. */
  collect(args?: readonly string[], onStart?: (interrupt: () => void) => void): Promise<CommandRun>;
  /** Runs another command, without credentials. */
  run(args: readonly string[]): Promise<CommandRun>;
  /** Where secrets came out: in what was printed, or in a file. */
  leaks(): readonly string[];
  readonly secrets: SecretRegister;
  close(): Promise<void>;
}

/** What happens in a scene. */
export interface GoogleSceneOptions extends Pick<GoogleServerOptions, 'bigQuery' | 'faults' | 'onCall'> {
  /** Another estate than that of {@link googleEstate}. */
  readonly change?: (estate: GoogleEstate) => GoogleEstate;
}

/** Starts a server with the estate of these tests. Credentials are an external account, whose tokens the server exchanges. */
export async function openGoogleScene({
  change = (estate) => estate,
  ...options
}: GoogleSceneOptions = {}): Promise<GoogleScene> {
  const secrets = new SecretRegister();
  const server = await startGoogleServer({ estate: change(googleEstate(secrets)), secrets, ...options });
  const directory = mkdtempSync(join(tmpdir(), 'keyreach-google-'));
  const bundle = join(directory, 'bundle');
  const subject = join(directory, 'subject-token');
  const credentials = join(directory, 'credentials.json');
  writeFileSync(subject, secrets.plant('subject token'));
  writeFileSync(
    credentials,
    JSON.stringify({
      type: 'external_account',
      audience: '//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/q',
      subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
      token_url: `${server.url}/v1/token`,
      credential_source: { file: subject },
    }),
  );
  const printed: CommandRun[] = [];
  const keep = (ran: CommandRun): CommandRun => {
    printed.push(ran);
    return ran;
  };
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(GOOGLE_|GCLOUD_|CLOUDSDK_|KEYREACH_|FORCE_COLOR$)/.test(name),
  );
  const env = {
    ...Object.fromEntries(inherited),
    GOOGLE_APPLICATION_CREDENTIALS: credentials,
    KEYREACH_GOOGLE_ENDPOINT: server.url,
    NO_PROXY: '127.0.0.1',
  };
  return {
    server,
    bundle,
    secrets,
    collect: async (args = [], onStart) => {
      const given = ['collect', 'gcp', '-o', bundle, '--at', AT, ...args];
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
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr, milliseconds: Date.now() - started }));
    onStart?.(() => child.kill('SIGINT'));
  });
}
