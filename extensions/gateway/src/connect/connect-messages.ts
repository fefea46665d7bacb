import { isSignalboxError, type SignalboxError } from '@signalbox/sdk';
import type { Connection, PeerFacts } from '../peer/connection.ts';
import { LegacyConnection } from '../peer/legacy-connection.ts';
import { ModernConnection } from '../peer/modern-connection.ts';
import { extensionRule } from '../peer/passed-extensions.ts';
import { untilAborted } from '../wire/abort-error.ts';
import type { MessageWire } from '../wire/message-wire.ts';
import type { Known, McpContext } from './connect-context.ts';
import { deadlineSignal } from './deadline-signal.ts';
import { legacyInitialize } from './legacy-initialize.ts';
import { LossGate } from './loss-gate.ts';
import { explainRefusal, isLegacyEvidence, modernDiscover } from './modern-discover.ts';
import { outcomeWithin } from './outcome-within.ts';

const silenceMs = 3_000;

/** How a wire to an upstream is laid: a process started, a socket connected. */
export interface WireOpener {
  readonly open: (
    context: McpContext,
    onLost: (error: SignalboxError) => void,
    signal: AbortSignal,
  ) => Promise<{ readonly wire: MessageWire; readonly pid: number | undefined }>;
  /** What doing it a second time is called: `it is started again`. */
  readonly again: string;
}

/** Opens an upstream that carries both eras over one channel; when its era is not known, it is probed (2026-07-28, transports/stdio). */
export async function connectMessages(
  context: McpContext,
  known: Known,
  signal: AbortSignal,
  opener: WireOpener,
): Promise<Connection> {
  if (known?.era === 'modern') return openWith(context, signal, { opener, open: modernDiscover });
  if (known?.era === 'legacy') return openWith(context, signal, { opener, open: legacyInitialize });
  // Half of the time there is: the other half belongs to a second start.
  const half = deadlineSignal(context.clock, context.definition.startTimeoutMs / 2, signal);
  let isAsked = false;
  const open: Open = (...given) => {
    isAsked = true;
    return probe(...given);
  };
  try {
    return await openWith(context, half.signal, { opener, open });
  } catch (error) {
    if (signal.aborted || !isAsked || isRefusal(error)) throw error;
    // Some legacy servers end or fall silent on a first request they do not know.
    context.events.note(
      `it did not answer when asked for its era; it is ${opener.again} again and spoken to the old way`,
    );
    return openWith(context, signal, { opener, open: legacyInitialize });
  } finally {
    half.stop();
  }
}

type Open = (context: McpContext, wire: MessageWire, signal: AbortSignal) => Promise<PeerFacts>;

async function openWith(
  context: McpContext,
  signal: AbortSignal,
  { opener, open }: { opener: WireOpener; open: Open },
): Promise<Connection> {
  const { name, definition, events, clientInfo, clock } = context;
  const gate = new LossGate(events.onLost);
  const { wire, pid } = await opener.open(context, gate.onLost, signal);
  try {
    const facts = await untilAborted(open(context, wire, signal), signal);
    context.onStep?.('era', `${facts.era}, protocol ${facts.version}`);
    gate.open();
    const { roots, extensions, sharedCache: trustsSharedCache } = definition;
    const parts = { name, wire, facts, pid, events, roots, mayPass: extensionRule(extensions), clock };
    if (facts.era === 'modern')
      return new ModernConnection({ ...parts, clientInfo, trustsSharedCache, usesHeaders: false });
    wire.notify('notifications/initialized', {});
    return new LegacyConnection(parts);
  } catch (error) {
    await wire.close(0);
    throw error;
  }
}

/** server/discover first; on silence or any error that is not a modern one, initialize in the same process. */
async function probe(context: McpContext, wire: MessageWire, signal: AbortSignal): Promise<PeerFacts> {
  const discovery = modernDiscover(context, wire, signal);
  const outcome = await outcomeWithin(context.clock, silenceMs, discovery);
  if (outcome?.status === 'fulfilled') return outcome.value;
  if (outcome && !isLegacyEvidence(outcome.reason)) throw explainRefusal(context.name, outcome.reason);
  const initialization = legacyInitialize(context, wire, signal);
  // A slow modern server answers the first question late, and the second with an error.
  return outcome ? initialization : firstGood([initialization, discovery]);
}

function firstGood(attempts: readonly Promise<PeerFacts>[]): Promise<PeerFacts> {
  return Promise.any(attempts).catch((error: AggregateError) => Promise.reject(error.errors[0]));
}

function isRefusal(error: unknown): boolean {
  return isSignalboxError(error) && error.code === 'upstream_refused';
}
