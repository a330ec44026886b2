import { type ChildProcess, spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { pythonProgram } from './python-environment.ts';

/** A running moto server: an imitation of AWS on loopback, with many accounts. */
export interface MotoServer {
  /** `http://127.0.0.1:PORT`. */
  readonly url: string;
  stop(): Promise<void>;
}

/** The account that moto answers as for credentials it does not know: here the management account. */
export const managementAccount = '123456789012';

/**
 * Starts moto on a free port of loopback and makes its random ids the same in every run. Throws, with what moto wrote,
 * where it does not answer within a minute.
 */
export async function startMoto(): Promise<MotoServer> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  // With this variable set moto would answer as one account for every caller.
  const { MOTO_ACCOUNT_ID: _, ...inherited } = process.env;
  const env = { ...inherited, MOTO_IAM_LOAD_MANAGED_POLICIES: 'true' };
  const child = spawn(pythonProgram('moto_server'), ['-H', '127.0.0.1', '-p', String(port)], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let written = '';
  const keep = (text: string): void => {
    written = (written + text).slice(-4000);
  };
  child.stdout.setEncoding('utf8').on('data', keep);
  child.stderr.setEncoding('utf8').on('data', keep);
  const stop = () => stopProcess(child);
  for (let waited = 0; waited < 600; waited += 1) {
    if (child.exitCode !== null) break;
    if (await answers(url)) {
      await fetch(`${url}/moto-api/seed?a=20261101`, { method: 'POST' });
      return { url, stop };
    }
    await sleep(100);
  }
  await stop();
  throw new Error(`moto does not answer on \`${url}\`: ${written}`);
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/moto-api/data.json`)).ok;
  } catch {
    return false;
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() =>
        typeof address === 'object' && address ? resolve(address.port) : reject(new Error('no port')),
      );
    });
  });
}

function stopProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.once('close', () => resolve());
    child.kill('SIGTERM');
  });
}
