import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type CommandRun, command } from '../run-command.ts';
import type { StaticCredentials } from './seed-clients.ts';

const loopbackNames = fileURLToPath(new URL('loopback-names.mjs', import.meta.url));

/** How the command is run against a server on loopback. */
export interface CollectRun {
  /** Arguments after `keyreach`. */
  readonly args: readonly string[];
  readonly cwd: string;
  /** URL of the server that stands for AWS. */
  readonly endpoint: string;
  readonly credentials: StaticCredentials;
  /** Told what to call to press Ctrl-C. */
  readonly onStart?: (interrupt: () => void) => void;
}

/** Starts the built command as a user does, with the environment of the AWS SDK and nothing else of AWS. */
export function runCollect({ args, cwd, endpoint, credentials, onStart }: CollectRun): Promise<CommandRun> {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(AWS_|KEYREACH_DEBUG$|FORCE_COLOR$)/.test(name));
  const env = {
    ...Object.fromEntries(inherited),
    AWS_ENDPOINT_URL: endpoint,
    AWS_ENDPOINT_URL_S3_CONTROL: endpoint.replace('127.0.0.1', 'wire.localhost'),
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    ...(credentials.sessionToken === undefined ? {} : { AWS_SESSION_TOKEN: credentials.sessionToken }),
    AWS_REGION: 'us-east-1',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_CONFIG_FILE: '/nonexistent/config',
    AWS_SHARED_CREDENTIALS_FILE: '/nonexistent/credentials',
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    NODE_OPTIONS: `--import=${loopbackNames}`,
  };
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
