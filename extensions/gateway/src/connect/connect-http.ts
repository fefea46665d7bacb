import {
  type Era,
  encodeNotification,
  isAtLeast,
  isLegacyVersion,
  requestHeaders,
} from '@signalbox/protocol';
import { isJsonObject, isSignalboxError, SignalboxError } from '@signalbox/sdk';
import type { Connection, PeerFacts } from '../peer/connection.ts';
import { LegacyConnection } from '../peer/legacy-connection.ts';
import { ModernConnection } from '../peer/modern-connection.ts';
import { extensionRule } from '../peer/passed-extensions.ts';
import type { RunningProcess } from '../process/running-process.ts';
import { untilAborted } from '../wire/abort-error.ts';
import { HttpEndpoint } from '../wire/http-endpoint.ts';
import { type HttpDress, HttpWire } from '../wire/http-wire.ts';
import { MessageWire } from '../wire/message-wire.ts';
import { SseChannel } from '../wire/sse-channel.ts';
import type { Wire } from '../wire/wire.ts';
import type { Known, McpContext } from './connect-context.ts';
import { deadlineSignal } from './deadline-signal.ts';
import { legacyInitialize } from './legacy-initialize.ts';
import { LossGate } from './loss-gate.ts';
import { explainRefusal, isLegacyEvidence, modernDiscover } from './modern-discover.ts';
import { runHttpProcess } from './run-http-process.ts';

const endpointMs = 10_000;

const modernDress: HttpDress = {
  headersOf: ({ method, params, paramHeaders }) => requestHeaders(method, params, paramHeaders),
  plainHeaders: {},
  hasSession: false,
  isLegacy: false,
};

const bareDress: HttpDress = { headersOf: () => ({}), plainHeaders: {}, hasSession: false, isLegacy: true };

/**
 * Reaches an upstream over HTTP and opens it in its era. When that is not known: Streamable HTTP, modern first, then
 * `initialize`, then HTTP+SSE (2025-11-25, basic/transports, "Backwards Compatibility").
 */
export async function connectHttp(
  context: McpContext,
  known: Known,
  signal: AbortSignal,
): Promise<Connection> {
  const endpoint = openEndpoint(context);
  const gate = new LossGate(context.events.onLost);
  const running = await runHttpProcess(context, endpoint, { onEnd: gate.onLost, signal });
  try {
    const { wire, facts } = await untilAborted(open({ context, endpoint, gate, signal }, known), signal);
    const close = async (drainMs: number): Promise<void> => {
      await wire.close(drainMs);
      await running?.stop();
    };
    context.onStep?.('era', `${facts.era}, protocol ${facts.version}`);
    gate.open();
    return toConnection(context, wire, { facts, running, close });
  } catch (error) {
    await endpoint.close(0);
    await running?.stop();
    throw error;
  }
}

interface Opening {
  readonly context: McpContext;
  readonly endpoint: HttpEndpoint;
  readonly gate: LossGate;
  readonly signal: AbortSignal;
}

interface Opened {
  readonly wire: Wire;
  readonly facts: PeerFacts;
}

async function open(opening: Opening, known: Known): Promise<Opened> {
  const { definition } = opening.context;
  const wanted = 'transport' in definition ? definition.transport : 'auto';
  if (wanted === 'sse' || (wanted === 'auto' && known?.transport === 'sse')) return openSse(opening);
  try {
    return await openStreamable(opening, known?.era);
  } catch (error) {
    const mayBeSse = wanted === 'auto' && known?.era !== 'modern' && known?.transport === undefined;
    if (!mayBeSse || opening.signal.aborted || !isSseEvidence(error)) throw error;
    return openSse(opening, error);
  }
}

async function openStreamable(
  { context, endpoint, gate, signal }: Opening,
  era: Era | undefined,
): Promise<Opened> {
  const { name, clock, events } = context;
  const wire = new HttpWire({ name, endpoint, clock, onLost: gate.onDoubt, note: events.note });
  if (era === 'legacy') return { wire, facts: await openLegacy(context, wire, signal) };
  wire.setDress(modernDress);
  try {
    return { wire, facts: await modernDiscover(context, wire, signal) };
  } catch (error) {
    if (era === 'modern' || signal.aborted || !isLegacyEvidence(error))
      throw explainRefusal(context.name, error);
    return { wire, facts: await openLegacy(context, wire, signal) };
  }
}

/** Opens the old way; where there is no such way, what the new way said says more. */
async function openSse({ context, endpoint, gate, signal }: Opening, refusal?: unknown): Promise<Opened> {
  const { name, clock, events } = context;
  const channel = new SseChannel(name, endpoint);
  const wire = new MessageWire({ name, channel, onLost: gate.onLost, note: events.note });
  const text = `upstream "${name}" opened an event stream and named no endpoint within ${endpointMs} ms`;
  const deadline = deadlineSignal(clock, endpointMs, signal, text);
  try {
    await channel.connect(deadline.signal);
  } catch (error) {
    throw channel.isFound ? error : (refusal ?? error);
  } finally {
    deadline.stop();
  }
  const facts = await legacyInitialize(context, wire, signal);
  // Another message must not overtake it on another connection.
  await wire.deliver('notifications/initialized', {});
  return { wire, facts };
}

/** These answers to a POST say that a server may be one of HTTP+SSE. */
function isSseEvidence(error: unknown): boolean {
  const details = isSignalboxError(error) && isJsonObject(error.details) ? error.details : {};
  return details['status'] === 400 || details['status'] === 404 || details['status'] === 405;
}

async function openLegacy(context: McpContext, wire: HttpWire, signal: AbortSignal): Promise<PeerFacts> {
  wire.setDress(bareDress);
  const facts = await legacyInitialize(context, wire, signal);
  wire.setDress(sessionDress(facts.version, wire.sessionId));
  await wire.post(encodeNotification('notifications/initialized', {}));
  wire.openStream();
  return facts;
}

function sessionDress(version: string, sessionId: string | undefined): HttpDress {
  const hasHeader = isLegacyVersion(version) && isAtLeast(version, '2025-06-18');
  const headers = {
    ...(hasHeader ? { 'mcp-protocol-version': version } : {}),
    ...(sessionId === undefined ? {} : { 'mcp-session-id': sessionId }),
  };
  return {
    headersOf: () => headers,
    plainHeaders: headers,
    hasSession: sessionId !== undefined,
    isLegacy: true,
  };
}

function toConnection(
  { name, definition, events, clientInfo, clock }: McpContext,
  wire: Wire,
  { facts, running, close }: { facts: PeerFacts; running: RunningProcess | undefined; close: Wire['close'] },
): Connection {
  const { transport, nextId, request, notify, setListener } = wire;
  const whole: Wire = { transport, nextId, request, notify, setListener, close };
  const parts = {
    name,
    wire: whole,
    facts,
    pid: running?.pid,
    events,
    roots: definition.roots,
    mayPass: extensionRule(definition.extensions),
    clock,
  };
  if (facts.era === 'legacy') return new LegacyConnection(parts);
  return new ModernConnection({
    ...parts,
    clientInfo,
    trustsSharedCache: definition.sharedCache,
    usesHeaders: true,
  });
}

function openEndpoint({ name, definition, signer }: McpContext): HttpEndpoint {
  if ('url' in definition) return new HttpEndpoint({ ...definition, signer });
  throw new SignalboxError('internal', `upstream "${name}" is not an HTTP upstream`);
}
