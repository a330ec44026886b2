import type { Gap } from '@keyreach/core/graph';
import { FileProblems } from '@keyreach/core/input';
import { readPim } from './arm-roles.ts';
import type { AzureInput } from './azure-input.ts';
import { INPUT_FILES, type InputFileKey, PIM_FILE, READERS } from './input-files.ts';
import { AZURE_SCOPE, EMPTY_INPUT } from './merge-inputs.ts';

/** Gathers the files of one bundle, each checked for shape, with what of them could not be read. */
export class InputCollector {
  readonly #files: Record<string, unknown> = {};
  readonly #problems: { readonly problems: FileProblems; readonly fix?: string }[] = [];

  /** Problems of a file, to be told with what was gathered. `fix`: what to run where nothing of the file could be used. */
  problems(what: string, file: string, fix?: string): FileProblems {
    const problems = new FileProblems(what, file);
    this.#problems.push({ problems, ...(fix === undefined ? {} : { fix }) });
    return problems;
  }

  /** Takes the parsed value of a file. */
  value(key: InputFileKey | 'pim', raw: unknown, shown: string): void {
    const { what, fix } = fileOf(key);
    const problems = new FileProblems(what, shown);
    const read = key === 'pim' ? readPim(raw, problems.report) : READERS[key](raw, problems.report);
    if (read !== undefined) Object.assign(this.#files, key === 'pim' ? read : { [key]: read });
    this.#problems.push({ problems, ...(read === undefined ? { fix } : {}) });
  }

  /** Notes that a file could not be read at all. */
  unreadable(key: InputFileKey | 'pim', shown: string, why: string): void {
    const { what, fix } = fileOf(key);
    this.problems(what, shown, fix).line(why);
  }

  /** What was gathered, with what the bundle says of itself. */
  input(
    facts: Partial<
      Pick<AzureInput, 'activityLogs' | 'signInLogs' | 'graphActivityLogs' | 'recordedUse' | 'collectedAt'>
    > & {
      readonly gaps?: readonly Gap[];
    } = {},
  ): AzureInput {
    const { gaps = [], ...rest } = facts;
    return {
      ...EMPTY_INPUT,
      ...this.#files,
      ...rest,
      gaps: [...gaps, ...this.#problems.flatMap(({ problems, fix }) => problems.gaps(AZURE_SCOPE, fix))],
    };
  }
}

function fileOf(key: InputFileKey | 'pim'): { readonly what: string; readonly fix: string } {
  const found = [...INPUT_FILES, PIM_FILE].find((file) => file.key === key);
  if (found === undefined) throw new TypeError(`no file \`${key}\``);
  return found;
}
