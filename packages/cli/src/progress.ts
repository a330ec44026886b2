import type { OutputStream } from './console.ts';

/** Shows what is being done on one line of a terminal. */
export interface Progress {
  /** A phase, with how much of it is done where that is known. */
  report(phase: string, done?: number, total?: number): void;
  /** Takes the line away. */
  end(): void;
}

const silent: Progress = { report: () => undefined, end: () => undefined };

const least = 100;

/** Progress on a terminal; silent elsewhere. */
export function progressOn(stream: OutputStream, wanted: boolean): Progress {
  if (!wanted || stream.isTTY !== true) return silent;
  const started = Date.now();
  let last = 0;
  let shown = '';
  return {
    report: (phase, done, total) => {
      const now = Date.now();
      const name = phase;
      if (name === shown && now - last < least) return;
      last = now;
      shown = name;
      const counts = done === undefined ? '' : total === undefined ? ` ${done}` : ` ${done} of ${total}`;
      const line = `${phase}${counts}, ${((now - started) / 1000).toFixed(1)} s`;
      stream.write(`\r\u001b[K${line.slice(0, Math.max(20, (stream.columns ?? 80) - 1))}`);
    },
    end: () => {
      if (shown !== '') stream.write('\r\u001b[K');
    },
  };
}
