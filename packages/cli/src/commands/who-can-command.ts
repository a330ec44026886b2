import { whoCan } from '@keyreach/core/authz';
import { labelsOfGraph, whoCanPage } from '@keyreach/report';
import { Command } from 'commander';
import { CommandContext, type CommonOptions } from '../command-context.ts';
import { addContext, type ContextOption } from '../option-values.ts';
import { checkAction, resolveTarget } from '../resolve-node.ts';
import { type CommandHost, examples, inputHelp, jsonOption, strictOption } from './command-host.ts';

interface WhoCanOptions extends CommonOptions {
  readonly context?: ContextOption;
}

/** `keyreach who-can`: everybody who may do something, by certainty. */
export function whoCanCommand(host: CommandHost): Command {
  return new Command('who-can')
    .description('who may do this on that, by certainty')
    .argument('<action>', 'action, such as s3:GetObject')
    .argument('<resource>', 'ARN or name of a resource')
    .argument('<input...>', inputHelp)
    .option('--context <key=value>', 'something known about the request; may be repeated', addContext)
    .option(...jsonOption)
    .option(...strictOption)
    .addHelpText(
      'after',
      examples(
        'who-can s3:GetObject arn:aws:s3:::exports/a.csv bundle',
        'who-can sts:AssumeRole role/admin bundle --json -',
      ),
    )
    .action(
      async (action: string, resourceText: string, inputs: readonly string[], _options: unknown, command: Command) => {
        const options = command.optsWithGlobals<WhoCanOptions>();
        const context = await CommandContext.open(host.console, options);
        const estate = await context.read(inputs);
        const model = context.model(estate);
        const resource = resolveTarget(model.graph, resourceText);
        const note = checkAction(model, action);
        if (note !== undefined) context.say(note);
        const principals = whoCan(model, {
          action,
          resource,
          context: options.context ?? new Map(),
          now: context.instant,
        });
        const result = { schema: 'keyreach-who-can', schemaVersion: 1, now: context.now, action, resource, principals };
        await context.answer(result, labelsOfGraph(model.graph), (view) =>
          whoCanPage({ action, resource, principals }, view),
        );
        host.finish(context.exitCodeFor(estate));
      },
    );
}
