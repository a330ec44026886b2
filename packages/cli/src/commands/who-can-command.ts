import { can, type Dependency, whoCan } from '@keyreach/core/authz';
import { labelsOfGraph, whoCanPage } from '@keyreach/report';
import { Command } from 'commander';
import { CommandContext, type CommonOptions } from '../command-context.ts';
import { addContext, type ContextOption } from '../option-values.ts';
import { checkAction, resolveTarget } from '../resolve-node.ts';
import { type CommandHost, examples, inputHelp, jsonOption, strictOption } from './command-host.ts';

interface WhoCanOptions extends CommonOptions {
  readonly context?: ContextOption;
  readonly explain?: true;
}

/** Explaining takes a decision for each; whoever comes after these is listed without. */
const MOST_EXPLAINED = 500;

/** `keyreach who-can`: everybody who may do something, by certainty. */
export function whoCanCommand(host: CommandHost): Command {
  return new Command('who-can')
    .description('who may do this on that, by certainty')
    .argument(
      '<action>',
      'action, such as s3:GetObject, storage.objects.get or Microsoft.Compute/virtualMachines/write',
    )
    .argument('<resource>', 'ARN, full resource name, or a name that only one node has')
    .argument('<input...>', inputHelp)
    .option('--context <key=value>', 'something known about the request; may be repeated', addContext)
    .option('--explain', 'say what those who only may depend on')
    .option(...jsonOption)
    .option(...strictOption)
    .addHelpText(
      'after',
      examples(
        'who-can s3:GetObject arn:aws:s3:::exports/a.csv bundle',
        'who-can sts:AssumeRole role/admin bundle --explain',
        'who-can sts:AssumeRole role/admin bundle --json -',
        'who-can iam.serviceAccounts.getAccessToken ci@shop.iam.gserviceaccount.com bundle',
      ),
    )
    .action(
      async (action: string, resourceText: string, inputs: readonly string[], _options: unknown, command: Command) => {
        const options = command.optsWithGlobals<WhoCanOptions>();
        const context = await CommandContext.open(host.console, options);
        const estate = await context.read(inputs);
        const model = context.model(estate);
        const note = checkAction(model, action);
        const resource = resolveTarget(model.graph, resourceText);
        if (note !== undefined) context.say(note);
        const request = { action, resource, context: options.context ?? new Map(), now: context.instant };
        const found = whoCan(model, request);
        const open = found.filter(({ certainty }) => certainty !== 'allow').slice(0, MOST_EXPLAINED);
        const explained = new Map(
          options.explain === true
            ? open.map(({ id }) => [id, can(model, { ...request, principal: id })] as const)
            : [],
        );
        const principals = found.map((one): typeof one & { readonly dependsOn?: readonly Dependency[] } => {
          const answer = explained.get(one.id);
          return answer === undefined ? one : { ...one, dependsOn: answer.dependsOn };
        });
        const result = { schema: 'keyreach-who-can', schemaVersion: 1, now: context.now, action, resource, principals };
        await context.answer(result, labelsOfGraph(model.graph), (view) =>
          whoCanPage({ action, resource, principals, explained }, view),
        );
        host.finish(context.exitCodeFor(estate));
      },
    );
}
