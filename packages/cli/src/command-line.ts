import { readFileSync } from 'node:fs';
import { KeyreachError } from '@keyreach/core/graph';
import { printable } from '@keyreach/report';
import { Command, CommanderError } from 'commander';
import { analyzeCommand } from './commands/analyze-command.ts';
import { canCommand } from './commands/can-command.ts';
import { collectCommand } from './commands/collect-command.ts';
import { type CommandHost, examples } from './commands/command-host.ts';
import { demoCommand } from './commands/demo-command.ts';
import { importCommand } from './commands/import-command.ts';
import { radiusCommand } from './commands/radius-command.ts';
import { unusedCommand } from './commands/unused-command.ts';
import { whoCanCommand } from './commands/who-can-command.ts';
import type { Console } from './console.ts';
import { type ExitCode, exitCode } from './exit-code.ts';
import { withJsonValues } from './json-target.ts';
import { readTime } from './option-values.ts';
import { UsageError } from './usage-error.ts';

const commands: readonly ((host: CommandHost) => Command)[] = [
  demoCommand,
  collectCommand,
  analyzeCommand,
  radiusCommand,
  unusedCommand,
  canCommand,
  whoCanCommand,
  importCommand,
];

/**
 * Runs the command line and gives its exit code. Whatever goes wrong is said in one line each on standard error; with
 * `KEYREACH_DEBUG` set the error itself follows.
 */
export async function runCommandLine(args: readonly string[], console: Console): Promise<ExitCode> {
  let code: ExitCode = exitCode.clean;
  const program = programFor({ console, finish: (ended) => (code = ended) });
  try {
    await program.parseAsync([...(await withJsonValues(args))], { from: 'user' });
    return code;
  } catch (error) {
    return explainFailure(error, console);
  }
}

function programFor(host: CommandHost): Command {
  const program = new Command('keyreach')
    .description('How far does each key reach? Unused permissions and the blast radius of every credential.')
    .version(version())
    .option('--at <time>', 'answer as of this time: RFC 3339, or a day (default: now)', readTime)
    .option('--quiet', 'no text and no progress, only problems')
    .option('--no-color', 'no colours; so does NO_COLOR in the environment')
    .addHelpText(
      'after',
      `${examples('demo', 'analyze bundle --html report.html', 'radius AKIAIOSFODNN7EXAMPLE bundle')}
Exit codes: 0 clean, 1 gate failed, 2 usage or input error, 3 incomplete collection under --strict, 4 internal error.
`,
    );
  for (const make of commands) program.addCommand(make(host));
  const commandsOf = (command: Command): readonly Command[] => [command, ...command.commands.flatMap(commandsOf)];
  for (const command of commandsOf(program)) {
    command
      .exitOverride()
      .configureHelp({ showGlobalOptions: true })
      .showHelpAfterError('(add --help for usage and examples)')
      .configureOutput({
        writeOut: (text) => host.console.stdout.write(text),
        writeErr: (text) => host.console.stderr.write(text),
        outputError: (text, write) => write(`keyreach: ${printable(text.trim().replace(/^error: /, ''))}\n`),
      });
  }
  return program;
}

function version(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  const found =
    typeof manifest === 'object' && manifest !== null && 'version' in manifest ? manifest.version : undefined;
  return typeof found === 'string' ? found : 'unknown';
}

function explainFailure(error: unknown, console: Console): ExitCode {
  if (error instanceof CommanderError) {
    // Help and version end the parser too.
    const asked = ['commander.helpDisplayed', 'commander.version', 'commander.help'].includes(error.code);
    return asked && error.exitCode === 0 ? exitCode.clean : exitCode.usageOrInput;
  }
  if (console.environment['KEYREACH_DEBUG']) console.stderr.write(`${error instanceof Error ? error.stack : error}\n`);
  if (error instanceof UsageError) {
    for (const line of error.lines) console.stderr.write(`keyreach: ${printable(line)}\n`);
    return exitCode.usageOrInput;
  }
  if (error instanceof KeyreachError) {
    console.stderr.write(`keyreach: ${printable(error.message)}\n`);
    return exitCode.usageOrInput;
  }
  const message = error instanceof Error ? error.message.split('\n', 1).join('') : String(error);
  console.stderr.write(`keyreach: internal error: ${printable(message)}; set KEYREACH_DEBUG=1 for details\n`);
  return exitCode.internal;
}
