import { isSignalboxError } from '@signalbox/sdk';
import type { Connection, PeerFacts } from '../peer/connection.ts';
import { LegacyConnection } from '../peer/legacy-connection.ts';
import { ModernConnection } from '../peer/modern-connection.ts';
import { untilAborted } from '../wire/abort-error.ts';
import type { StdioWire } from '../wire/stdio-wire.ts';
import { type ConnectContext, type KnownEra, rootsOf } from './connect-context.ts';
import { deadlineSignal } from './deadline-signal.ts';
import { legacyInitialize } from './legacy-initialize.ts';
import { LossGate } from './loss-gate.ts';
import { explainRefusal, isLegacyEvidence, modernDiscover } from './modern-discover.ts';
import { openStdio } from './open-stdio.ts';
import { outcomeWithin } from './outcome-within.ts';

const silenceMs = 3_000;

/** Starts a stdio upstream and opens it in its era; when that is not known, it is probed (2026-07-28, transports/stdio). */
export async function connectStdio(
  context: ConnectContext,
  era: KnownEra,
  signal: AbortSignal,
): Promise<Connection> {
  if (era === 'modern') return openWith(context, signal, modernDiscover);
  if (era === 'legacy') return openWith(context, signal, legacyInitialize);
  // Half of the time there is: the other half belongs to a second start.
  const half = deadlineSignal(context.clock, context.definition.startTimeoutMs / 2, signal);
  let isAsked = false;
  try {
    return await openWith(context, half.signal, (...given) => {
      isAsked = true;
      return probe(...given);
    });
  } catch (error) {
    if (signal.aborted || !isAsked || isRefusal(error)) throw error;
    // Some legacy servers end or fall silent on a first request they do not know.
    context.events.note(
      'it did not answer when asked for its era; it is started again and spoken to the old way',
    );
    return openWith(context, signal, legacyInitialize);
  } finally {
    half.stop();
  }
}

type Open = (context: ConnectContext, wire: StdioWire, signal: AbortSignal) => Promise<PeerFacts>;

async function openWith(context: ConnectContext, signal: AbortSignal, open: Open): Promise<Connection> {
  const { name, definition, events, clientInfo, clock } = context;
  const gate = new LossGate(events.onLost);
  const { wire, pid } = await openStdio(context, gate.onLost);
  try {
    const facts = await untilAborted(open(context, wire, signal), signal);
    context.onStep?.('era', `${facts.era}, protocol ${facts.version}`);
    gate.open();
    const parts = { name, wire, facts, pid, events, roots: rootsOf(definition) };
    if (facts.era === 'modern')
      return new ModernConnection({ ...parts, clientInfo, clock, usesHeaders: false });
    wire.notify('notifications/initialized', {});
    return new LegacyConnection(parts);
  } catch (error) {
    await wire.close(0);
    throw error;
  }
}

/** server/discover first; on silence or any error that is not a modern one, initialize in the same process. */
async function probe(context: ConnectContext, wire: StdioWire, signal: AbortSignal): Promise<PeerFacts> {
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
