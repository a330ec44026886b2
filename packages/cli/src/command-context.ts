import type { AnalysisEngine } from '@keyreach/core/analysis';
import type { AuthorizationModel } from '@keyreach/core/authz';
import type { Timestamp } from '@keyreach/core/graph';
import { type Labels, printable, type TerminalView } from '@keyreach/report';
import { type Console, type OutputStream, paletteOf, widthOf } from './console.ts';
import { decisionModel, reachEngine } from './engine.ts';
import { type ReadEstate, readEstate } from './estate-inputs.ts';
import { type ExitCode, exitCode } from './exit-code.ts';
import { type JsonTarget, jsonTarget } from './json-target.ts';
import { writeOutputFile } from './output-file.ts';
import { type Progress, progressOn } from './progress.ts';

/** Options every command takes. */
export interface CommonOptions {
  readonly at?: Timestamp;
  readonly quiet?: true;
  readonly color: boolean;
  readonly json?: string | true;
  readonly strict?: true;
}

const mostProblems = 20;

/** What a command needs of the world: reading with progress and problems, time, and where its answer goes. */
export class CommandContext {
  readonly #console: Console;
  readonly #options: CommonOptions;
  readonly #progress: Progress;
  readonly #json: JsonTarget;
  /** The time every answer is given for. */
  readonly now: Timestamp;

  private constructor(console: Console, options: CommonOptions, now: Timestamp, json: JsonTarget) {
    this.#console = console;
    this.#options = options;
    this.#progress = progressOn(console.stderr, options.quiet !== true);
    this.#json = json;
    this.now = now;
  }

  /** `defaultTime`: the time without `--at`; absent: that of the clock. */
  static async open(console: Console, options: CommonOptions, defaultTime?: Timestamp): Promise<CommandContext> {
    const json = await jsonTarget(options.json);
    return new CommandContext(console, options, options.at ?? defaultTime ?? new Date().toISOString(), json);
  }

  /** {@link now} in milliseconds since the epoch. */
  get instant(): number {
    return Date.parse(this.now);
  }

  /** Reads inputs and says what is wrong with them. */
  async read(inputs: readonly string[]): Promise<ReadEstate> {
    try {
      const estate = await readEstate(inputs, {
        now: this.now,
        onInput: (input) => this.#progress.report(`reading ${printable(input)}`),
        onLogs: (read, all) => this.#progress.report('reading logs, files', read, all),
      });
      this.#progress.end();
      for (const problem of estate.problems.slice(0, mostProblems)) this.say(problem);
      const more = estate.problems.length - mostProblems;
      if (more > 0) this.say(`and ${more} more problems in the input`);
      return estate;
    } finally {
      this.#progress.end();
    }
  }

  /** The graph of an estate, ready for decisions. */
  model({ graph }: ReadEstate): AuthorizationModel {
    this.#progress.report('compiling policies', graph.documents.length);
    const model = decisionModel(graph);
    this.#progress.end();
    return model;
  }

  /** A model with its derived reach; this is where the time goes. */
  engine(model: AuthorizationModel): AnalysisEngine {
    const phases = { classes: 'grouping identities', techniques: 'deriving reach, identity classes' } as const;
    const engine = reachEngine(model, this.instant, ({ phase, done, total }) =>
      this.#progress.report(phases[phase], done, total),
    );
    this.#progress.end();
    return engine;
  }

  /** Progress of an analysis. */
  progress(phase: string): (progress: { readonly done: number; readonly total: number }) => void {
    return ({ done, total }) => {
      if (done === total) this.#progress.end();
      else this.#progress.report(phase, done, total);
    };
  }

  /** Gives the answer: JSON where it was asked for, and text for people, which leaves standard output to the JSON. */
  async answer(result: unknown, labels: Labels, text: (view: TerminalView) => string): Promise<void> {
    this.#progress.end();
    const json = `${JSON.stringify(result, null, 2)}\n`;
    if (this.#json?.to === 'file') await writeOutputFile(this.#json.path, json);
    if (this.#json?.to === 'stdout') this.#console.stdout.write(json);
    this.tell(labels, text);
  }

  /** Text for people, unless they asked for none. */
  tell(labels: Labels, text: (view: TerminalView) => string): void {
    if (this.#options.quiet === true) return;
    const stream: OutputStream = this.#json?.to === 'stdout' ? this.#console.stderr : this.#console.stdout;
    const palette = paletteOf(stream, this.#console, this.#options.color);
    stream.write(text({ width: widthOf(stream), palette, labels }));
  }

  /** One line on standard error. */
  say(line: string): void {
    this.#console.stderr.write(`keyreach: ${printable(line)}\n`);
  }

  /** The exit code of a command that found nothing wrong itself. */
  exitCodeFor({ graph }: ReadEstate): ExitCode {
    if (this.#options.strict !== true || graph.gaps.length === 0) return exitCode.clean;
    this.say(`incomplete collection: ${graph.gaps.length} gaps (--strict)`);
    return exitCode.incomplete;
  }
}
