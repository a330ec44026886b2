import { stat } from 'node:fs/promises';
import { useToldBy } from '@keyreach/aws/offline';
import { azureUseToldBy } from '@keyreach/azure/offline';
import { grantedActions, grantedServices, unusedReport } from '@keyreach/core/analysis';
import { gcpUseToldBy } from '@keyreach/gcp/offline';
import { labelsOfGraph, unusedPage } from '@keyreach/report';
import { Command } from 'commander';
import { CommandContext, type CommonOptions } from '../command-context.ts';
import { accessCatalogues } from '../engine.ts';
import { readCount } from '../option-values.ts';
import { resolvePrincipal } from '../resolve-node.ts';
import { type CommandHost, examples, inputHelp, jsonOption, strictOption } from './command-host.ts';
import {
  answerWithPolicy,
  dropUnknownOption,
  type PolicyOptions,
  policyOption,
  policyTarget,
} from './unused-policy.ts';

interface UnusedOptions extends CommonOptions, PolicyOptions {
  readonly window: number;
  readonly top: number;
  readonly id?: string;
  /** Absent: where one identity is asked about. */
  readonly actions?: boolean;
}

/** `keyreach unused`: what nobody used, and what nobody can tell. */
export function unusedCommand(host: CommandHost): Command {
  return new Command('unused')
    .description('permissions and identities nobody used, and those nobody can tell of')
    .argument('<input...>', `optionally first an ARN, e-mail or name; ${inputHelp}`)
    .option('--id <id>', 'only this identity: ARN, access key id, e-mail, member, or a name that only one node has')
    .option('--window <days>', 'days without use that make something unused', readCount, 90)
    .option('--actions', 'list each action with its use, and with each credential; the default where one id is given')
    .option('--no-actions', 'only count them')
    .option('--top <count>', 'identities to show', readCount, 50)
    .option(...policyOption)
    .option(...dropUnknownOption)
    .option(...jsonOption)
    .option(...strictOption)
    .addHelpText(
      'after',
      examples(
        'unused bundle',
        'unused ci-deploy bundle',
        'unused bundle --window 180 --actions --json unused.json',
        'unused ci-deploy bundle --policy ci-deploy.json',
      ),
    )
    .action(async (given: readonly string[], _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<UnusedOptions>();
      const { id, inputs } = await subjectFirst(given, options.id);
      const policy = policyTarget(options, id);
      const context = await CommandContext.open(
        host.console,
        policy === undefined ? options : { ...options, ...policy },
      );
      const estate = await context.read(inputs);
      const model = context.model(estate);
      const identities = id === undefined ? undefined : [resolvePrincipal(model.graph, id)];
      if (policy !== undefined && identities?.[0] !== undefined) {
        await answerWithPolicy(context, model, identities[0], options);
        host.finish(context.exitCodeFor(estate));
        return;
      }
      const report = unusedReport(model.graph, {
        now: context.now,
        windowDays: options.window,
        ...(identities === undefined ? {} : { identities }),
        grantedServices: (identity) => grantedServices(model, identity),
        grantedActions: (identity) => grantedActions(model, identity),
        access: accessCatalogues,
        detail: (options.actions ?? id !== undefined) ? 'actions' : 'counts',
        toldBy,
      });
      await context.answer(report, labelsOfGraph(model.graph), (view) =>
        unusedPage(report, view, { top: options.top }),
      );
      host.finish(context.exitCodeFor(estate));
    });
}

/** What would tell of the use of an action, by provider. */
function toldBy(action: string, provider: string): string {
  switch (provider) {
    case 'gcp':
      return gcpUseToldBy(action);
    case 'azure':
      return azureUseToldBy(action);
    default:
      return useToldBy(action);
  }
}

/** `unused [ID] INPUT…`: a first argument that is no file, before others, is an id. */
async function subjectFirst(
  given: readonly string[],
  option: string | undefined,
): Promise<{ readonly id: string | undefined; readonly inputs: readonly string[] }> {
  const [first = '', ...rest] = given;
  if (option !== undefined || rest.length === 0) return { id: option, inputs: given };
  const isFile = await stat(first).then(
    () => true,
    () => false,
  );
  return isFile ? { id: undefined, inputs: given } : { id: first, inputs: rest };
}
