import { analyzeEstate } from '@keyreach/core/analysis';
import { analysisPage, htmlReport, labelsOfGraph, printable } from '@keyreach/report';
import { Command } from 'commander';
import { CommandContext, type CommonOptions } from '../command-context.ts';
import { accessCatalogues } from '../engine.ts';
import { writeOutputFile } from '../output-file.ts';
import { sampleEstate, sampleTime } from '../sample-estate.ts';
import { type CommandHost, examples, jsonOption } from './command-host.ts';

interface DemoOptions extends CommonOptions {
  readonly html: string;
}

/** `keyreach demo`: the sample estate, in the terminal and as a page. */
export function demoCommand(host: CommandHost): Command {
  return new Command('demo')
    .description('analyse the sample estate: summary here, report.html beside it')
    .option(...jsonOption)
    .option('--html <file>', 'where to write the report', 'report.html')
    .addHelpText('after', examples('demo', 'demo --html /tmp/report.html'))
    .action(async (_options: unknown, command: Command) => {
      const options = command.optsWithGlobals<DemoOptions>();
      const context = await CommandContext.open(host.console, options, sampleTime);
      const estate = await context.read([sampleEstate]);
      const engine = context.engine(context.model(estate));
      const analysis = analyzeEstate(engine, { now: context.instant, access: accessCatalogues });
      const labels = labelsOfGraph(engine.graph);
      await writeOutputFile(options.html, htmlReport(analysis, { labels }));
      await context.answer(analysis, labels, (view) => analysisPage(analysis, view, { top: 20 }));
      context.tell(labels, ({ palette }) =>
        palette.dim(`\nThe report is in ${printable(options.html)}; the estate in ${sampleEstate}\n`),
      );
      host.finish(context.exitCodeFor(estate));
    });
}
