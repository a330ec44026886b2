import { type ActionName, analyzeEstate, type EstateAnalysis } from '@keyreach/core/analysis';
import { analysisPage, htmlReport, labelsOfGraph, printable } from '@keyreach/report';
import { Command, Option } from 'commander';
import { CommandContext, type CommonOptions } from '../command-context.ts';
import { accessCatalogues } from '../engine.ts';
import { type ExitCode, exitCode } from '../exit-code.ts';
import { readCount } from '../option-values.ts';
import { writeOutputFile } from '../output-file.ts';
import { type CommandHost, examples, inputHelp, jsonOption, strictOption } from './command-host.ts';

/** Gates by the word of `--fail-on`, strictest action first. */
const gates: readonly (readonly [string, ActionName])[] = [
  ['act', 'Act'],
  ['attend', 'Attend'],
  ['track-star', 'Track*'],
  ['track', 'Track'],
];

interface AnalyzeOptions extends CommonOptions {
  readonly html?: string;
  readonly failOn?: string;
  readonly top: number;
  readonly window: number;
}

/** `keyreach analyze`: every credential ranked, with what falls if it is stolen. */
export function analyzeCommand(host: CommandHost): Command {
  return new Command('analyze')
    .description('rank every credential by what falls if it is stolen')
    .argument('<input...>', inputHelp)
    .option(...jsonOption)
    .option('--html <file>', 'write a report as one HTML file')
    .addOption(
      new Option('--fail-on <action>', 'exit with 1 if the proven action of any credential is this or worse').choices(
        gates.map(([word]) => word),
      ),
    )
    .option('--top <count>', 'rows of the ranking to show', readCount, 20)
    .option('--window <days>', 'days without use that make something unused', readCount, 90)
    .option(...strictOption)
    .addHelpText(
      'after',
      examples(
        'analyze account-authorization-details.json',
        'analyze assets.ndjson',
        'analyze bundle --html report.html --json analysis.json',
        'analyze bundle --fail-on act --quiet',
      ),
    )
    .action(async (inputs: readonly string[], _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<AnalyzeOptions>();
      const context = await CommandContext.open(host.console, options);
      host.finish(await analyze(context, inputs, options));
    });
}

async function analyze(context: CommandContext, inputs: readonly string[], options: AnalyzeOptions): Promise<ExitCode> {
  const estate = await context.read(inputs);
  const engine = context.engine(context.model(estate));
  const analysis = analyzeEstate(engine, {
    now: context.instant,
    windowDays: options.window,
    access: accessCatalogues,
    onProgress: context.progress('ranking credentials'),
  });
  const labels = labelsOfGraph(engine.graph);
  if (options.html !== undefined) await writeOutputFile(options.html, htmlReport(analysis, { labels }));
  await context.answer(analysis, labels, (view) => analysisPage(analysis, view, { top: options.top }));
  context.tell(labels, ({ palette }) => nextSteps(analysis, inputs, options.html).map(palette.dim).join(''));
  const failed = failing(analysis, options.failOn);
  if (failed === 0) return context.exitCodeFor(estate);
  context.say(`gate failed: ${failed} of ${analysis.subjects.length} at ${options.failOn} or worse (--fail-on)`);
  return exitCode.gateFailed;
}

/** How many subjects a gate catches, on what is proven. */
function failing({ subjects }: EstateAnalysis, failOn: string | undefined): number {
  const limit = gates.findIndex(([word]) => word === failOn);
  return subjects.filter(({ action }) => gates.findIndex(([, name]) => name === action.lo) <= limit).length;
}

/** What to run next, for the subject on top. */
export function nextSteps(
  { subjects, unused }: EstateAnalysis,
  inputs: readonly string[],
  html: string | undefined,
): string[] {
  const given = inputs.map(argument).join(' ');
  const [first] = subjects;
  const steps: string[] = ['\nNext\n'];
  if (first !== undefined) steps.push(`  keyreach radius ${argument(first.id)} ${given}\n`);
  if (unused.length > 0) steps.push(`  keyreach unused ${given}\n`);
  steps.push(html === undefined ? `  keyreach analyze ${given} --html report.html\n` : `  open ${argument(html)}\n`);
  return steps;
}

/** An argument as a shell takes it. */
function argument(text: string): string {
  const shown = printable(text);
  return /^[\w@%+=:,./-]+$/.test(shown) ? shown : `'${shown.replaceAll("'", `'\\''`)}'`;
}
