import { encodeNotification, isAtLeast, isLegacyVersion, requestHeaders } from '@signalbox/protocol';
import { SignalboxError } from '@signalbox/sdk';
import type { Connection, PeerFacts } from '../peer/connection.ts';
import { LegacyConnection } from '../peer/legacy-connection.ts';
import { ModernConnection } from '../peer/modern-connection.ts';
import type { RunningProcess } from '../process/running-process.ts';
import { untilAborted } from '../wire/abort-error.ts';
import { HttpEndpoint } from '../wire/http-endpoint.ts';
import { type HttpDress, HttpWire } from '../wire/http-wire.ts';
import type { Wire } from '../wire/wire.ts';
import { type ConnectContext, type KnownEra, rootsOf } from './connect-context.ts';
import { legacyInitialize } from './legacy-initialize.ts';
import { LossGate } from './loss-gate.ts';
import { explainRefusal, isLegacyEvidence, modernDiscover } from './modern-discover.ts';
import { runHttpProcess } from './run-http-process.ts';

const modernDress: HttpDress = {
  headersOf: ({ method, params, paramHeaders }) => requestHeaders(method, params, paramHeaders),
  plainHeaders: {},
  hasSession: false,
  isLegacy: false,
};

const bareDress: HttpDress = { headersOf: () => ({}), plainHeaders: {}, hasSession: false, isLegacy: true };

/** Reaches an upstream over Streamable HTTP and opens it in its era; when that is not known, modern is tried first. */
export async function connectHttp(
  context: ConnectContext,
  era: KnownEra,
  signal: AbortSignal,
): Promise<Connection> {
  const endpoint = openEndpoint(context);
  const { name, clock, events } = context;
  const gate = new LossGate(events.onLost);
  const running = await runHttpProcess(context, endpoint, { onEnd: gate.onLost, signal });
  const wire = new HttpWire({ name, endpoint, clock, onLost: gate.onDoubt, note: events.note });
  const close = async (drainMs: number): Promise<void> => {
    await wire.close(drainMs);
    await running?.stop();
  };
  try {
    const facts = await untilAborted(open(context, wire, era, signal), signal);
    context.onStep?.('era', `${facts.era}, protocol ${facts.version}`);
    gate.open();
    return toConnection(context, wire, { facts, running, close });
  } catch (error) {
    await close(0);
    throw error;
  }
}

async function open(
  context: ConnectContext,
  wire: HttpWire,
  era: KnownEra,
  signal: AbortSignal,
): Promise<PeerFacts> {
  if (era === 'legacy') return openLegacy(context, wire, signal);
  wire.setDress(modernDress);
  try {
    return await modernDiscover(context, wire, signal);
  } catch (error) {
    if (era === 'modern' || signal.aborted || !isLegacyEvidence(error))
      throw explainRefusal(context.name, error);
    return openLegacy(context, wire, signal);
  }
}

async function openLegacy(context: ConnectContext, wire: HttpWire, signal: AbortSignal): Promise<PeerFacts> {
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
  { name, definition, events, clientInfo, clock }: ConnectContext,
  wire: HttpWire,
  { facts, running, close }: { facts: PeerFacts; running: RunningProcess | undefined; close: Wire['close'] },
): Connection {
  const { nextId, request, notify, setListener } = wire;
  const whole: Wire = { nextId, request, notify, setListener, close };
  const parts = { name, wire: whole, facts, pid: running?.pid, events, roots: rootsOf(definition) };
  if (facts.era === 'legacy') return new LegacyConnection(parts);
  return new ModernConnection({ ...parts, clientInfo, clock, usesHeaders: true });
}

function openEndpoint({ name, definition }: ConnectContext): HttpEndpoint {
  if ('url' in definition) return new HttpEndpoint(definition);
  throw new SignalboxError('internal', `upstream "${name}" is not an HTTP upstream`);
}
