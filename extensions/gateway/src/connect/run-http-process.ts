import { SignalboxError, sleep } from '@signalbox/sdk';
import { captureLines } from '../process/capture-lines.ts';
import type { RunningProcess } from '../process/running-process.ts';
import { untilAborted } from '../wire/abort-error.ts';
import type { HttpEndpoint } from '../wire/http-endpoint.ts';
import type { McpContext } from './connect-context.ts';
import { startProcess } from './open-stdio.ts';

const firstPollMs = 50;
const longestPollMs = 500;

/** Starts the process that serves an HTTP upstream, where there is one, and waits until its URL answers anything at all. */
export async function runHttpProcess(
  context: McpContext,
  endpoint: HttpEndpoint,
  { onEnd, signal }: { onEnd: (error: SignalboxError) => void; signal: AbortSignal },
): Promise<RunningProcess | undefined> {
  const { definition, addLogLine, onStep } = context;
  if (!('url' in definition) || !definition.run) return undefined;
  const running = await startProcess(context, definition.run);
  captureLines(running.stdout, (line) => addLogLine('stderr', line));
  const ended = running.exited.then((reason) => Promise.reject(endedError(context.name, reason)));
  ended.catch(onEnd);
  try {
    await Promise.race([untilAborted(pollUntilAnswer(context, endpoint, signal), signal), ended]);
    onStep?.('reach', `${definition.url} answers`);
    return running;
  } catch (error) {
    await endpoint.close(0);
    await running.stop();
    throw error;
  }
}

async function pollUntilAnswer(
  { clock }: McpContext,
  endpoint: HttpEndpoint,
  signal: AbortSignal,
): Promise<void> {
  let waitMs = firstPollMs;
  while (!(await answers(endpoint))) {
    await sleep(clock, waitMs, signal);
    waitMs = Math.min(longestPollMs, waitMs * 2);
  }
}

/** Any status will do: a GET is refused by most upstreams, and begins a stream at others. */
async function answers(endpoint: HttpEndpoint): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const headers = { ...endpoint.headers, accept: 'text/event-stream' };
  const exchange = endpoint.send({ method: 'GET', headers, onHead: () => resolve(true) });
  exchange.done.catch(() => resolve(false));
  const isAnswered = await promise;
  exchange.abort();
  return isAnswered;
}

function endedError(name: string, reason: string): SignalboxError {
  const text = `upstream "${name}" is not available: its process ${reason}; see "signalbox server logs ${name}"`;
  return new SignalboxError('upstream_unavailable', text);
}
