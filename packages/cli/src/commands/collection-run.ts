import type { CollectEvent } from '@keyreach/core/collection';
import { type Gap, KeyreachError } from '@keyreach/core/graph';
import { printable } from '@keyreach/report';
import { CommandContext, type CommonOptions } from '../command-context.ts';
import { exitCode } from '../exit-code.ts';
import { type Progress, progressOn } from '../progress.ts';
import type { CommandHost } from './command-host.ts';

/** What a collection is run with. */
export interface CollectionRun {
  readonly now: string;
  /** Given when the user stops the command. */
  readonly signal: AbortSignal;
  readonly onProgress: (event: CollectEvent<unknown>) => void;
}

/** What a collection gives. */
export interface CollectAnswer {
  /** Name of what was read, and its ids: `{ accounts: [...] }`. */
  readonly read: Readonly<Record<string, readonly string[]>>;
  readonly gaps: readonly Gap[];
  readonly callsMade: number;
  /** Bytes that queries read at most, which are paid; absent where no query was run. */
  readonly bytesPaid?: number;
}

/** Options of every collection. */
export interface CollectionOptions extends CommonOptions {
  readonly output: string;
}

/** Codes of errors after which the same command goes on. */
const stopped: ReadonlySet<string> = new Set(['cancelled', 'expired-credentials']);

const mostGaps = 20;

/** Runs a collection of whichever provider: shows how far it is, stops it on Ctrl-C, and tells what became of it. */
export async function runCollection(
  host: CommandHost,
  options: CollectionOptions,
  collect: (run: CollectionRun) => Promise<CollectAnswer>,
): Promise<void> {
  const context = await CommandContext.open(host.console, options);
  const progress = progressOn(host.console.stderr, options.quiet !== true);
  const stop = new AbortController();
  const interrupt = (): void => stop.abort();
  process.once('SIGINT', interrupt);
  process.once('SIGTERM', interrupt);
  try {
    const onProgress = (event: CollectEvent<unknown>): void => show(progress, event);
    const { read, gaps, callsMade, bytesPaid } = await collect({ now: context.now, signal: stop.signal, onProgress });
    progress.end();
    const paid = bytesPaid === undefined ? {} : { bytesPaid };
    const result = {
      schema: 'keyreach-collect',
      schemaVersion: 1,
      now: context.now,
      ...read,
      callsMade,
      ...paid,
      gaps,
    };
    await context.answer(result, noLabels, () => {
      const told = gaps.map(
        ({ scope, what, why, fix }) => `  ${scope}: ${what}: ${why}${fix === undefined ? '' : `; ${fix}`}`,
      );
      const counts = Object.entries(read).map(([name, ids]) => `${ids.length} ${name}`);
      const queries = bytesPaid === undefined ? '' : `, queries over ${(bytesPaid / 1024 ** 3).toFixed(1)} GiB`;
      const summary = `${options.output}: ${counts.join(', ')}, ${callsMade} calls${queries}, ${gaps.length} gaps`;
      return `${[summary, ...told.slice(0, mostGaps)].map(printable).join('\n')}\n${
        told.length > mostGaps ? `  and ${told.length - mostGaps} more in keyreach-bundle.json\n` : ''
      }`;
    });
    if (options.strict === true && gaps.length > 0) {
      context.say(`incomplete collection: ${gaps.length} gaps (--strict)`);
      host.finish(exitCode.incomplete);
    }
  } catch (error) {
    progress.end();
    if (!(error instanceof KeyreachError) || !stopped.has(error.code)) throw error;
    context.say(
      error.code === 'cancelled' ? 'stopped; run the same command again to go on where it stopped' : error.message,
    );
    host.finish(exitCode.incomplete);
  } finally {
    progress.end();
    process.off('SIGINT', interrupt);
    process.off('SIGTERM', interrupt);
  }
}

function show(
  progress: Progress,
  { owner, part, done, total, callsMade, millisecondsLeft }: CollectEvent<unknown>,
): void {
  const left = millisecondsLeft === undefined ? '' : `, about ${Math.ceil(millisecondsLeft / 1000)} s left`;
  progress.report(`${owner} ${part}, ${callsMade} calls${left}: parts`, done, total);
}

function noLabels(id: string): { readonly name: string; readonly type: string } {
  return { name: id, type: '' };
}
