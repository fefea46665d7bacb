import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import {
  type Clock,
  type Log,
  type Mount,
  type MountContext,
  type Principal,
  SignalboxError,
  toSignalboxError,
} from '@signalbox/sdk';
import type { Authenticator } from '../access/authenticate.ts';
import type { CoreSettings } from '../config/core-settings.ts';
import { limitConnectionsPerAddress } from './connection-limit.ts';
import { pathOf, sendError } from './error-answer.ts';
import type { FoundMount, Mounts } from './mounts.ts';
import { TrustedProxies } from './trusted-proxies.ts';

/** What the listener dispatches to. */
export interface ListenerParts {
  readonly settings: CoreSettings['http'];
  readonly mounts: Mounts;
  readonly authenticator: Authenticator;
  readonly guard: (request: IncomingMessage) => void;
  /** Everything that is no mount. */
  readonly fallback: (request: IncomingMessage, response: ServerResponse) => void;
  readonly log: Log;
  readonly clock: Clock;
}

/** A listener that is up. */
export interface Listener {
  readonly url: string;
  readonly host: string;
  readonly port: number;
  /** Stops taking connections; those open get a moment to end, then are cut. */
  readonly close: (graceMs: number) => Promise<void>;
}

/** Starts listening on bare node:http. Errors: `conflict` when the port is taken. */
export async function listen(parts: ListenerParts): Promise<Listener> {
  const { settings } = parts;
  const server = createServer({
    maxHeaderSize: 16_384,
    headersTimeout: settings.headersTimeoutMs,
    requestTimeout: settings.requestTimeoutMs,
    keepAliveTimeout: settings.keepAliveTimeoutMs,
    connectionsCheckingInterval: Math.min(5_000, settings.headersTimeoutMs),
    noDelay: true,
    // An upgrade nobody wants (h2c, by default of some clients) is a plain request (RFC 9110 §7.8).
    shouldUpgradeCallback: (request) => takesUpgrade(parts.mounts.find(pathOf(request)), request),
  });
  server.maxConnections = settings.maxConnections;
  const proxies = new TrustedProxies(settings.trustedProxies);
  limitConnectionsPerAddress(server, settings.maxConnectionsPerAddress, proxies);
  server.on('request', (request, response) => {
    proxies.note(request);
    dispatch(parts, request, response);
  });
  // The server forgets a connection that is upgraded, and yet waits for its end.
  const upgraded = new Set<Duplex>();
  server.on('upgrade', (request, socket, head) => {
    upgraded.add(socket);
    socket.once('close', () => upgraded.delete(socket));
    // What the client sent along with its request belongs to the new protocol.
    if (head.length > 0) socket.unshift(head);
    proxies.note(request);
    dispatchUpgrade(parts, request, socket);
  });
  await bind(server, settings.host, settings.port);
  const { port } = server.address() as AddressInfo;
  const name = settings.host.includes(':') ? `[${settings.host}]` : settings.host;
  return {
    url: `http://${name}:${port}`,
    host: settings.host,
    port,
    close: (graceMs) => close(server, upgraded, { clock: parts.clock, graceMs }),
  };
}

function takesUpgrade(found: FoundMount | undefined, { headers }: IncomingMessage): boolean {
  if (found?.mount.upgrade === undefined) return false;
  const { upgradeTo } = found.mount;
  return upgradeTo === undefined || headers.upgrade?.toLowerCase() === upgradeTo;
}

function dispatch(parts: ListenerParts, request: IncomingMessage, response: ServerResponse): void {
  let found: FoundMount | undefined;
  const fail = (error: unknown): void =>
    sendError(request, response, { error, log: parts.log, challenge: challengeOf(parts, found, request) });
  try {
    const path = pathOf(request);
    if (path === '/livez') return answerAlive(response);
    parts.guard(request);
    found = parts.mounts.find(path);
    if (!found) return parts.fallback(request, response);
    const { mount } = found;
    const next = (context: MountContext): void => mount.handle(request, response, context);
    withContext(parts, found, request, { next, fail });
  } catch (error) {
    fail(error);
  }
}

function dispatchUpgrade(parts: ListenerParts, request: IncomingMessage, socket: Duplex): void {
  socket.on('error', () => socket.destroy());
  let found: FoundMount | undefined;
  const fail = (thrown: unknown): void => {
    const error = toSignalboxError(thrown);
    const challenge = challengeOf(parts, found, request)(error);
    const header = challenge === undefined ? '' : `www-authenticate: ${challenge}\r\n`;
    const refusal = `HTTP/1.1 ${error.facts.http} ${error.code}\r\n${header}connection: close\r\ncontent-length: 0\r\n\r\n`;
    socket.end(refusal, () => socket.destroy());
  };
  try {
    parts.guard(request);
    found = parts.mounts.find(pathOf(request));
    const upgrade = found?.mount.upgrade;
    if (!found || !upgrade)
      throw new SignalboxError('not_found', `nothing to upgrade at ${pathOf(request).slice(0, 200)}`);
    const next = (context: MountContext): void => upgrade(request, socket, context);
    withContext(parts, found, request, { next, fail });
  } catch (error) {
    fail(error);
  }
}

/** Goes on as soon as it is known who asks: at once where the credential is known. */
function withContext(
  parts: ListenerParts,
  found: FoundMount,
  request: IncomingMessage,
  { next, fail }: { next: (context: MountContext) => void; fail: (error: unknown) => void },
): void {
  const { mount, rest } = found;
  const go = (principal: Principal): void =>
    next({
      principal,
      interface: parts.authenticator.httpInterface(request),
      rest,
      challenge: challengeOf(parts, found, request),
    });
  if (mount.access === 'public') return go(anonymous);
  const principal = parts.authenticator.authenticate(request, resourceOf(mount, request));
  if (!(principal instanceof Promise)) return go(principal);
  principal.then(go).catch(fail);
}

function resourceOf(mount: Mount | undefined, request: IncomingMessage): string {
  const path = pathOf(request);
  return mount?.resource?.(path) ?? path;
}

function challengeOf(
  { authenticator }: ListenerParts,
  found: FoundMount | undefined,
  request: IncomingMessage,
): MountContext['challenge'] {
  return (error) => authenticator.challenge(error, resourceOf(found?.mount, request), request);
}

const anonymous: Principal = { kind: 'anonymous', id: 'anonymous', org: 'local', level: 'none' };

function answerAlive(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/plain', 'content-length': 3 });
  response.end('ok\n');
}

function bind(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    // It stays on afterwards: what fails then is one connection, and must not end the process.
    server.on('error', (error: NodeJS.ErrnoException) => reject(bindError(error, host, port)));
    server.listen(port, host, resolve);
  });
}

function bindError(error: NodeJS.ErrnoException, host: string, port: number): SignalboxError {
  if (error.code === 'EADDRINUSE') {
    return new SignalboxError(
      'conflict',
      `port ${port} on ${host} is taken; stop what uses it, or start with --port 0 for a free one`,
      { cause: error },
    );
  }
  return new SignalboxError(
    'invalid_settings',
    `cannot listen on ${host}:${port} (${error.code ?? error.message}); check http.host and http.port`,
    { cause: error },
  );
}

function close(
  server: Server,
  upgraded: ReadonlySet<Duplex>,
  { clock, graceMs }: { clock: Clock; graceMs: number },
): Promise<void> {
  return new Promise((resolve) => {
    const cancel = clock.after(graceMs, () => {
      server.closeAllConnections();
      for (const socket of upgraded) socket.destroy();
    });
    server.close(() => {
      cancel();
      resolve();
    });
    server.closeIdleConnections();
  });
}
