import { radiusOf } from '@keyreach/core/analysis';
import { labelsOfGraph, radiusPage } from '@keyreach/report';
import { Command } from 'commander';
import { CommandContext, type CommonOptions } from '../command-context.ts';
import { readCount } from '../option-values.ts';
import { resolveSubject } from '../resolve-node.ts';
import { type CommandHost, examples, inputHelp, jsonOption, strictOption } from './command-host.ts';

interface RadiusCommandOptions extends CommonOptions {
  readonly nearest: number;
  readonly explain?: true;
}

/** `keyreach radius`: what one credential or identity reaches, and by which path. */
export function radiusCommand(host: CommandHost): Command {
  return new Command('radius')
    .description('what one credential or identity reaches, and by which path')
    .argument('<id>', 'ARN, access key id, e-mail, member, key id, or a name that only one node has')
    .argument('<input...>', inputHelp)
    .option(...jsonOption)
    .option('--nearest <count>', 'how many paths and names to show', readCount, 6)
    .option('--explain', 'say for every hop what it rests on')
    .option(...strictOption)
    .addHelpText(
      'after',
      examples(
        'radius AKIAIOSFODNN7EXAMPLE bundle',
        'radius role/deploy estate.ndjson.gz --explain',
        'radius deploy bundle --json -',
        'radius ci@shop.iam.gserviceaccount.com bundle',
      ),
    )
    .action(async (id: string, inputs: readonly string[], _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<RadiusCommandOptions>();
      const context = await CommandContext.open(host.console, options);
      const estate = await context.read(inputs);
      const model = context.model(estate);
      const subject = resolveSubject(model.graph, id);
      const radius = radiusOf(context.engine(model), subject.id, { now: context.instant });
      const detail = options.explain === true ? 'full' : 'short';
      await context.answer(radius, labelsOfGraph(model.graph), (view) =>
        radiusPage(radius, view, { nearest: options.nearest, detail }),
      );
      host.finish(context.exitCodeFor(estate));
    });
}
