import { writeGraphFile } from '@keyreach/core/graph-file';
import { printable } from '@keyreach/report';
import { Command } from 'commander';
import { CommandContext, type CommonOptions } from '../command-context.ts';
import { type CommandHost, examples, inputHelp, jsonOption, strictOption } from './command-host.ts';

interface ImportOptions extends CommonOptions {
  readonly output: string;
}

/** `keyreach import`: bundles to one graph file. */
export function importCommand(host: CommandHost): Command {
  return new Command('import')
    .description('turn bundles into one graph file')
    .argument('<input...>', inputHelp)
    .requiredOption('-o, --output <file>', 'graph file to write; compressed if the name ends in .gz')
    .option(...jsonOption)
    .option(...strictOption)
    .addHelpText('after', examples('import bundle -o estate.ndjson.gz', 'import prod dev -o estate.ndjson'))
    .action(async (inputs: readonly string[], _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<ImportOptions>();
      const context = await CommandContext.open(host.console, options);
      const estate = await context.read(inputs);
      const { nodes, edges, policies, usage, gaps } = estate.graph;
      await writeGraphFile(options.output, estate.graph);
      const counts = { nodes: nodes.length, edges: edges.length, policies: policies.length, usage: usage.length };
      const result = { schema: 'keyreach-import', schemaVersion: 1, now: context.now, ...counts, gaps };
      await context.answer(result, noLabels, () => {
        const numbers = Object.entries(counts).map(([name, count]) => `${count} ${name}`);
        return `${printable(options.output)}: ${numbers.join(', ')}, ${gaps.length} gaps\n`;
      });
      host.finish(context.exitCodeFor(estate));
    });
}

function noLabels(id: string): { readonly name: string; readonly type: string } {
  return { name: id, type: '' };
}
