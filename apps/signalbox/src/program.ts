import { errorTable, isSignalboxError, SignalboxError } from '@signalbox/sdk';
import { Command, CommanderError, Option } from 'commander';
import { createContext, type GlobalOptions } from './cli-context.ts';
import type { AddCommand, Run } from './command.ts';
import { examples } from './command.ts';
import { addApproval } from './commands/approval.ts';
import { addAudit } from './commands/audit.ts';
import { addBudget } from './commands/budget.ts';
import { addCalendar } from './commands/calendar.ts';
import { addClient } from './commands/client.ts';
import { addConfig } from './commands/config.ts';
import { addConnect } from './commands/connect.ts';
import { addDb } from './commands/db.ts';
import { addDoctor } from './commands/doctor.ts';
import { addEvent } from './commands/event.ts';
import { addInvite } from './commands/invite.ts';
import { addKey } from './commands/key.ts';
import { addKeys } from './commands/keys.ts';
import { addLogin } from './commands/login.ts';
import { addLogout } from './commands/logout.ts';
import { addMcp } from './commands/mcp.ts';
import { addOrg } from './commands/org.ts';
import { addPipeline } from './commands/pipeline.ts';
import { addPrompt } from './commands/prompt.ts';
import { addResource } from './commands/resource.ts';
import { addRole } from './commands/role.ts';
import { addRule } from './commands/rule.ts';
import { addRun } from './commands/run.ts';
import { addSecret } from './commands/secret.ts';
import { addServer } from './commands/server.ts';
import { addService } from './commands/service.ts';
import { addTask } from './commands/task.ts';
import { addTeam } from './commands/team.ts';
import { addTool } from './commands/tool.ts';
import { addUp } from './commands/up.ts';
import { addUser } from './commands/user.ts';
import { addWebhook } from './commands/webhook.ts';
import { addWhoami } from './commands/whoami.ts';
import { addWhy } from './commands/why.ts';
import type { Edge } from './edge.ts';
import { readVersion } from './read-version.ts';
import { reportError } from './report-error.ts';
import { createOutput } from './terminal/output.ts';
import { type Format, formats } from './terminal/print-items.ts';
import { usageError } from './usage-error.ts';

/** The commands, in the order of the help. */
const commands: readonly AddCommand[] = [
  addUp,
  addMcp,
  addServer,
  addConnect,
  addTool,
  addResource,
  addPrompt,
  addTask,
  addRun,
  addCalendar,
  addPipeline,
  addEvent,
  addBudget,
  addWebhook,
  addWhy,
  addApproval,
  addWhoami,
  addUser,
  addOrg,
  addTeam,
  addRole,
  addRule,
  addKey,
  addService,
  addInvite,
  addAudit,
  addLogin,
  addLogout,
  addClient,
  addKeys,
  addSecret,
  addConfig,
  addDb,
  addDoctor,
];

/** Runs one command line and gives its exit code: that of the error table, 0 for success. */
export async function runProgram(edge: Edge): Promise<number> {
  let exitCode = 0;
  const interrupted = new AbortController();
  const stopListening = edge.onInterrupt(() => {
    // The second Ctrl-C is nobody's any more and ends the process.
    stopListening();
    interrupted.abort(new SignalboxError('cancelled', 'interrupted with Ctrl-C; what ran was cancelled'));
  });
  const program = buildProgram(edge, async (command, action) => {
    const options = command.optsWithGlobals<GlobalOptions>();
    exitCode = (await action(createContext(edge, options, interrupted.signal))) ?? 0;
  });
  try {
    if (edge.argv.length === 0) program.outputHelp();
    else await program.parseAsync(edge.argv, { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return endOfParsing(edge, program, error);
    const shown = interrupted.signal.aborted && !isSignalboxError(error) ? interrupted.signal.reason : error;
    return reportError(outputOf(edge), shown, { format: formatOf(edge.argv), isDebug: isDebug(edge) });
  } finally {
    stopListening();
  }
}

function buildProgram(edge: Edge, run: Run): Command {
  const program = new Command('signalbox')
    .description('One MCP endpoint in front of MCP servers, APIs, services and pipelines')
    .version(readVersion(), '-V, --version', 'print the version')
    .addOption(new Option('-o, --output <format>', 'form of the result').choices(formats).default('table'))
    .option('--url <url>', 'address of the hub (SIGNALBOX_URL)')
    .option('--key-file <file>', 'file with the key to the hub (or the key in SIGNALBOX_KEY)')
    .option('--config <file>', 'settings file (SIGNALBOX_CONFIG); else the nearest signalbox.yaml')
    .option('--no-color', 'no colour (NO_COLOR)')
    .option('--debug', 'show the causes of an error')
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => void edge.stdout.write(text),
      writeErr: (text) => void edge.stderr.write(text),
      outputError: () => undefined,
      getOutHelpWidth: () => edge.stdout.columns ?? 100,
      getErrHelpWidth: () => edge.stderr.columns ?? 100,
    })
    .exitOverride()
    .addHelpText(
      'after',
      examples([
        'signalbox up',
        'signalbox server import --yes',
        'signalbox connect claude-code --yes',
        'signalbox tool call weather__forecast city=Chisinau',
      ]),
    );
  for (const add of commands) add(program, run);
  return program;
}

/** Commander ends parsing by throwing: for help asked for, help shown for lack of a command, and wrong use. */
function endOfParsing(edge: Edge, program: Command, error: CommanderError): number {
  if (error.exitCode === 0) return 0;
  if (error.code === 'commander.help') return errorTable.usage.exit;
  const { failure, hint } = usageError(program, edge.argv, error);
  return reportError(outputOf(edge), failure, { format: formatOf(edge.argv), isDebug: isDebug(edge), hint });
}

function outputOf(edge: Edge) {
  return createOutput(edge, { color: !edge.argv.includes('--no-color') });
}

function isDebug(edge: Edge): boolean {
  return edge.argv.includes('--debug') || edge.env['SIGNALBOX_DEBUG'] === '1';
}

/** The form asked for, read without the parser, because its own errors need it too. */
function formatOf(argv: readonly string[]): Format {
  const index = argv.findIndex((word) => word === '-o' || word === '--output');
  const joined = argv.find((word) => /^(?:-o|--output=)./.test(word))?.replace(/^(?:-o=?|--output=)/, '');
  const given = index >= 0 ? argv[index + 1] : joined;
  return formats.find((format) => format === given) ?? 'table';
}
