import type { Gap } from '@keyreach/core/graph';
import { FileProblems, isRecord } from '@keyreach/core/input';
import type { AzureInput, AzureRecordedUse } from './azure-input.ts';
import { INPUT_FILES, type InputFile, READERS } from './input-files.ts';
import { AZURE_SCOPE, EMPTY_INPUT } from './merge-inputs.ts';
import { readRecordedUse } from './recorded-use-file.ts';

/** What files with use that was added up are called in gaps. */
const RECORDED_USE = 'recorded use';

/** Gathers the files of one bundle, each checked for shape as it comes, and makes an {@link AzureInput} of them. */
export class InputCollector {
  readonly #files: Record<string, unknown> = {};
  readonly #recordedUse: AzureRecordedUse[] = [];
  readonly #problems: { readonly problems: FileProblems; readonly fix?: string }[] = [];

  /** Problems of a file, to be told with what was gathered. `fix`: what to run where nothing of the file could be used. */
  problems(what: string, file: string, fix?: string): FileProblems {
    const problems = new FileProblems(what, file);
    this.#problems.push({ problems, ...(fix === undefined ? {} : { fix }) });
    return problems;
  }

  /** Takes the parsed value of a list. */
  value({ key, what, fix }: InputFile, raw: unknown, shown: string): void {
    const problems = new FileProblems(what, shown);
    const read = READERS[key](raw, problems.report);
    if (read !== undefined) this.#files[key] = read;
    this.#problems.push({ problems, ...(read === undefined ? { fix } : {}) });
  }

  /** Takes the parsed value of a file, which may hold several lists. One that it lacks was not collected. */
  file(path: string, raw: unknown, shown: string): void {
    const lists = INPUT_FILES.filter((file) => file.path === path);
    const isOneOfSeveral = lists.some(({ list }) => list !== undefined);
    if (isOneOfSeveral && !isRecord(raw)) {
      const names = lists.map(({ list }) => `\`${list}\``).join(' and ');
      for (const { what, fix } of lists) this.problems(what, shown, fix).report('', `an object with ${names}`);
      return;
    }
    for (const file of lists) {
      if (file.list === undefined) this.value(file, raw, shown);
      else if (isRecord(raw) && raw[file.list] !== undefined && raw[file.list] !== null) {
        this.value(file, raw[file.list], `${shown} ${file.list}`);
      }
    }
  }

  /** Takes the parsed value of a file of use that was added up, once or several times. */
  recordedUse(raw: unknown, shown: string): void {
    const problems = this.problems(RECORDED_USE, shown);
    for (const one of Array.isArray(raw) ? raw : [raw]) {
      const use = readRecordedUse(one, problems.report);
      if (use !== undefined) this.#recordedUse.push(use);
    }
  }

  /** Notes that a file could not be read at all. */
  unreadable(path: string, shown: string, why: string): void {
    const files = INPUT_FILES.filter((file) => file.path === path);
    if (files.length === 0) this.problems(RECORDED_USE, shown).line(why);
    for (const { what, fix } of files) this.problems(what, shown, fix).line(why);
  }

  /** What was gathered, with what the bundle says of itself. */
  input(facts: Partial<Omit<AzureInput, 'recordedUse'>> = {}): AzureInput {
    const { gaps = [], ...rest } = facts;
    const told: readonly Gap[] = this.#problems.flatMap(({ problems, fix }) => problems.gaps(AZURE_SCOPE, fix));
    return { ...EMPTY_INPUT, ...this.#files, ...rest, recordedUse: this.#recordedUse, gaps: [...gaps, ...told] };
  }
}
