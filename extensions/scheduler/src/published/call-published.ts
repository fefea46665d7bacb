import { toPlainNumbers } from '@signalbox/protocol';
import {
  type CallResult,
  type Invocation,
  type Invoke,
  isJsonObject,
  isSignalboxError,
  type JsonObject,
  SignalboxError,
  taskInterface,
  type Viewer,
} from '@signalbox/sdk';
import { awaitRun, type WaitingCaller } from '../runs/await-run.ts';
import { engineOf, type WayIn } from '../wire/way-in.ts';
import type { PublishedCall } from './run-published.ts';
import { runResult, toolFailure } from './run-result.ts';
import { sourceOf } from './source-of.ts';

/** Orders the run of a published pipeline and gives its id; see `runPublished`. */
export type OrderPublished = (viewer: Viewer, call: PublishedCall) => Promise<string>;

/** What answers the calls of the published pipelines of an organization: with the outcome of a run. */
export function callPublished(wayIn: WayIn, order: OrderPublished, org: string): Invoke {
  return async (invocation) => {
    const { request, originalName: name } = invocation;
    if (request.kind !== 'tool') return { kind: 'data', value: {} };
    const viewer = { principal: request.principal, interface: request.interface };
    if (request.resume) return finish(wayIn, org, readRun(request.resume.handle), invocation);
    const leave = wayIn.waiting.enter(request.principal);
    try {
      const run = await order(viewer, { org, name, params: paramsOf(invocation) });
      return await finish(wayIn, org, run, invocation);
    } catch (error) {
      // A refusal the model can act on is an answer of the tool.
      if (isSignalboxError(error) && error.code === 'conflict') return toolFailure(error.message);
      throw error;
    } finally {
      leave();
    }
  };
}

async function finish(wayIn: WayIn, org: string, run: string, invocation: Invocation): Promise<CallResult> {
  const caller = callerOf(invocation, org, run);
  const ended = await awaitRun(wayIn, { org, run }, caller, async () => {
    const { kind, id } = caller.viewer.principal;
    // Made by this call, it is the caller's to end.
    await engineOf(wayIn).cancel(org, run, { reason: `its call was canceled by ${kind} ${id}` });
  });
  return runResult(ended, {
    run,
    isTask: caller.channels.task !== undefined,
    isRun: invocation.request.interface.name === taskInterface.name,
  });
}

function callerOf(invocation: Invocation, org: string, run: string): WaitingCaller {
  const { request, signal, originalName, standAside } = invocation;
  return {
    viewer: { principal: request.principal, interface: request.interface },
    channels: request.channels ?? {},
    signal,
    caller: request.signal,
    task: { identity: { source: sourceOf(org), originalName }, handle: { run } },
    standAside: standAside ?? (() => () => undefined),
  };
}

function readRun({ run }: JsonObject): string {
  if (typeof run === 'string') return run;
  throw new SignalboxError('internal', 'a call is gone on with that names no run');
}

/** What the gate has checked. Null stands for what is left out, where it is none of the values there may be. */
function paramsOf({ request, definition }: Invocation): JsonObject {
  const given = toPlainNumbers(request.params['arguments'] ?? {});
  if (!isJsonObject(given)) return {};
  const schema = definition?.['inputSchema'];
  const properties = isJsonObject(schema) && isJsonObject(schema['properties']) ? schema['properties'] : {};
  const kept = Object.entries(given).filter(([name, value]) => value !== null || takesNull(properties[name]));
  return Object.fromEntries(kept);
}

function takesNull(schema: JsonObject[string] | undefined): boolean {
  const type = isJsonObject(schema) ? schema['type'] : undefined;
  return type === undefined || type === 'null' || (Array.isArray(type) && type.includes('null'));
}
