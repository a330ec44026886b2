import type { Console } from '../console.ts';
import type { ExitCode } from '../exit-code.ts';

/** What a command is given by the program around it. */
export interface CommandHost {
  readonly console: Console;
  /** Says how the command ended. */
  finish(code: ExitCode): void;
}

/** Help for an argument that takes inputs. */
export const inputHelp = 'bundle directory, single file or graph; several are read as one estate';

/** Option `--json`, the same for every command. */
export const jsonOption = [
  '--json [file]',
  'write JSON to a file, or to standard output without one or with -',
] as const;

/** Option `--strict`, the same for every command that reads inputs. */
export const strictOption = ['--strict', 'exit with 3 if the input has gaps'] as const;

/** Examples at the end of a help text. */
export function examples(...lines: readonly string[]): string {
  return `\nExamples:\n${lines.map((line) => `  $ keyreach ${line}`).join('\n')}\n`;
}
