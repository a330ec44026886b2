import { can } from '@keyreach/core/authz';
import { labelsOfGraph, verdictPage } from '@keyreach/report';
import { Command } from 'commander';
import { CommandContext, type CommonOptions } from '../command-context.ts';
import { addContext, type ContextOption } from '../option-values.ts';
import { checkAction, resolvePrincipal, resolveSubject, resolveTarget } from '../resolve-node.ts';
import { type CommandHost, examples, inputHelp, jsonOption, strictOption } from './command-host.ts';

interface CanOptions extends CommonOptions {
  readonly context?: ContextOption;
  readonly explain?: true;
}

/** `keyreach can`: one verdict with everything behind it. */
export function canCommand(host: CommandHost): Command {
  return new Command('can')
    .description('may this principal do this on that: allow, deny, conditional or unknown, with the reasons')
    .argument(
      '<principal>',
      'ARN, e-mail, member or name of an identity, or one of its credentials (then its kind of session counts)',
    )
    .argument(
      '<action>',
      'action, such as s3:GetObject, storage.objects.get or Microsoft.Compute/virtualMachines/write',
    )
    .argument('<resource>', 'ARN, full resource name, or a name that only one node has')
    .argument('<input...>', inputHelp)
    .option('--context <key=value>', 'something known about the request; may be repeated', addContext)
    .option('--explain', 'what decides, what nearly did, what it depends on, what the input lacks')
    .option(...jsonOption)
    .option(...strictOption)
    .addHelpText(
      'after',
      examples(
        'can ci-deploy s3:GetObject arn:aws:s3:::exports/a.csv bundle',
        'can ana sts:AssumeRole role/admin bundle --context aws:MultiFactorAuthPresent=true',
        'can ana iam:PassRole role/admin bundle --explain',
        'can ana@example.com storage.objects.get //storage.googleapis.com/exports/objects/a.csv bundle',
      ),
    )
    .action(
      async (
        principalText: string,
        action: string,
        resourceText: string,
        inputs: readonly string[],
        _options: unknown,
        command: Command,
      ) => {
        const options = command.optsWithGlobals<CanOptions>();
        const context = await CommandContext.open(host.console, options);
        const estate = await context.read(inputs);
        const model = context.model(estate);
        const subject = resolveSubject(model.graph, principalText);
        const principal = resolvePrincipal(model.graph, principalText).id;
        const note = checkAction(model, action);
        const resource = resolveTarget(model.graph, resourceText);
        if (note !== undefined) context.say(note);
        const answer = can(model, {
          principal,
          ...(subject.kind === 'credential' ? { credential: subject.id } : {}),
          action,
          resource,
          context: options.context ?? new Map(),
          now: context.instant,
        });
        const result = {
          schema: 'keyreach-verdict',
          schemaVersion: 1,
          now: context.now,
          principal,
          action,
          resource,
          ...answer,
        };
        await context.answer(result, labelsOfGraph(model.graph), (view) =>
          verdictPage({ principal, action, resource, answer }, view, { everything: options.explain === true }),
        );
        host.finish(context.exitCodeFor(estate));
      },
    );
}
