import { resolve } from 'node:path';
import { SignalboxError } from '@signalbox/sdk';
import { captureLines } from '../process/capture-lines.ts';
import type { ChildCommand } from '../process/child-processes.ts';
import type { RunningProcess } from '../process/running-process.ts';
import { MessageWire } from '../wire/message-wire.ts';
import { StdioChannel } from '../wire/stdio-channel.ts';
import type { McpContext } from './connect-context.ts';

/** Starts an upstream's process; what it writes on standard error goes into the upstream's log. */
export async function startProcess(context: McpContext, given: ChildCommand): Promise<RunningProcess> {
  const { name, baseDir, processes, addLogLine, onStep } = context;
  const cwd = given.cwd === undefined ? baseDir : resolve(baseDir, given.cwd);
  const running = await processes.start(name, { ...given, cwd });
  captureLines(running.stderr, (line) => addLogLine('stderr', line));
  onStep?.('start', `process ${running.pid} runs`);
  return running;
}

/** Starts a stdio upstream's process and lays a wire to it. */
export async function openStdio(
  context: McpContext,
  onLost: (error: SignalboxError) => void,
): Promise<{ wire: MessageWire; pid: number }> {
  const { name, definition, events } = context;
  if (!('command' in definition))
    throw new SignalboxError('internal', `upstream "${name}" is not a stdio upstream`);
  const running = await startProcess(context, definition);
  const { maxMessageBytes } = definition;
  const channel = new StdioChannel({ name, process: running, maxMessageBytes });
  const wire = new MessageWire({ name, channel, onLost, note: events.note });
  return { wire, pid: running.pid };
}
