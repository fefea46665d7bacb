import type { CallBody } from '@signalbox/api';
import type { CallListeners, CallOutcome } from '@signalbox/client';
import type { JsonObject } from '@signalbox/sdk';
import type { CliContext } from '../cli-context.ts';
import { cleanLine } from '../terminal/clean-text.ts';
import { ProgressLine } from '../terminal/progress-line.ts';
import { answerElicitation } from './answer-elicitation.ts';

/** Makes a call, showing its progress and log lines and putting its questions to the person at the terminal. */
export async function followCall(context: CliContext, body: CallBody): Promise<CallOutcome> {
  const { runCall } = await import('@signalbox/client');
  const client = await context.connect();
  const line = new ProgressLine(context.output);
  try {
    return await runCall(client, body, listenersOf(context, line));
  } finally {
    line.clear();
  }
}

function listenersOf(context: CliContext, line: ProgressLine): CallListeners {
  const { output, prompter } = context;
  let turn: Promise<unknown> = Promise.resolve();
  return {
    signal: context.signal,
    onProgress: (progress) => line.show(progress),
    onLog: (message) => {
      line.clear();
      output.note(`${logText(message)}\n`);
    },
    onAsk: async (params, signal) => {
      line.clear();
      if (!prompter) {
        // Nobody has said no: a run that asks waits for others who may answer.
        output.note('the tool asks for input and nobody is at a terminal here, so it gets no answer\n');
        return { action: 'cancel' };
      }
      const mine = turn.then(() => answerElicitation(params, prompter, signal));
      turn = mine.catch(() => undefined);
      return mine;
    },
  };
}

function logText(message: JsonObject): string {
  const { level, data } = message;
  const text = typeof data === 'string' ? data : JSON.stringify(data ?? null);
  return `${typeof level === 'string' ? `${cleanLine(level)}: ` : ''}${cleanLine(text)}`;
}
