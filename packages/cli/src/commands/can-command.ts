import { can } from '@keyreach/core/authz';
import type { GraphIndex, NodeId } from '@keyreach/core/graph';
import { labelsOfGraph, verdictPage } from '@keyreach/report';
import { Command } from 'commander';
import { CommandContext, type CommonOptions } from '../command-context.ts';
import { addContext, type ContextOption } from '../option-values.ts';
import { checkAction, resolvePrincipal, resolveTarget } from '../resolve-node.ts';
import { type CommandHost, examples, inputHelp, jsonOption, strictOption } from './command-host.ts';

interface CanOptions extends CommonOptions {
  readonly context?: ContextOption;
  readonly explain?: true;
}

/** `keyreach can`: one verdict with everything behind it. */
export function canCommand(host: CommandHost): Command {
  return new Command('can')
    .description('may this principal do this on that: allow, deny, conditional or unknown, with the reasons')
    .argument('<principal>', 'ARN or name of a user or role, or one of its credentials')
    .argument('<action>', 'action, such as s3:GetObject')
    .argument('<resource>', 'ARN or name of a resource')
    .argument('<input...>', inputHelp)
    .option('--context <key=value>', 'something known about the request; may be repeated', addContext)
    .option('--explain', 'list every statement that took part')
    .option(...jsonOption)
    .option(...strictOption)
    .addHelpText(
      'after',
      examples(
        'can ci-deploy s3:GetObject arn:aws:s3:::exports/a.csv bundle',
        'can ana sts:AssumeRole role/admin bundle --context aws:MultiFactorAuthPresent=true',
        'can ana iam:PassRole role/admin bundle --explain',
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
        const principal = resolvePrincipal(model.graph, principalText).id;
        const resource = resolveTarget(model.graph, resourceText);
        const note = checkAction(model, action);
        if (note !== undefined) context.say(note);
        const explanation = can(model, {
          principal,
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
          ...explanation,
        };
        const guards = guardsOf(model.graph, principal);
        await context.answer(result, labelsOfGraph(model.graph), (view) =>
          verdictPage({ principal, action, resource, explanation, guards }, view, {
            everything: options.explain === true,
          }),
        );
        host.finish(context.exitCodeFor(estate));
      },
    );
}

/** Names of the policies that cap an identity. */
function guardsOf(graph: GraphIndex, identity: NodeId): readonly string[] {
  return graph
    .attachmentsOn(identity)
    .filter(({ role }) => role === 'identity-guard')
    .map(({ policy }) => graph.policy(policy)?.name ?? policy);
}
