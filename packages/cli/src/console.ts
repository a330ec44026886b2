import type { Palette } from '@keyreach/report';
import pc from 'picocolors';

/** The part of a stream the command writes to. */
export interface OutputStream {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** Where the command writes: results and text for people on `stdout`, problems and progress on `stderr`. */
export interface Console {
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

const widthElsewhere = 120;
const leastWidth = 60;
const mostWidth = 200;

/** Width to lay out text for; a file or a pipe gets a fixed one, so that equal input gives equal bytes. */
export function widthOf(stream: OutputStream): number {
  if (stream.isTTY !== true || stream.columns === undefined) return widthElsewhere;
  return Math.min(mostWidth, Math.max(leastWidth, stream.columns));
}

/** Colours for a stream: only on a terminal, and not where `NO_COLOR`, `--no-color` or a dumb terminal speaks against it. */
export function paletteOf(stream: OutputStream, { environment }: Console, wanted: boolean): Palette {
  const refused = !wanted || (environment['NO_COLOR'] ?? '') !== '' || environment['TERM'] === 'dumb';
  const forced = (environment['FORCE_COLOR'] ?? '0') !== '0';
  return pc.createColors(!refused && (forced || stream.isTTY === true));
}
