import type { Duplex } from 'node:stream';
import {
  type CallInterface,
  catalogReader,
  defineExtension,
  hubInfo,
  type Mount,
  type MountContext,
  SignalboxError,
  type ViewName,
} from '@signalbox/sdk';
import { type EndpointParts, handleMcp } from './http/handle-mcp.ts';
import { SessionStore } from './legacy/session-store.ts';
import { ListenRouter } from './listen/listen-router.ts';
import { ToolHeaders } from './modern/tool-headers.ts';
import { serverInfo } from './serve/server-identity.ts';
import { mcpSettings } from './settings.ts';
import { localStreams } from './streams/local-streams.ts';
import { acceptLocal, readView, stdioInterface } from './streams/local-upgrade.ts';
import { serveStream } from './streams/serve-stream.ts';

/** The way in: MCP of both eras over Streamable HTTP and standard streams. */
export const mcp = defineExtension({
  name: 'mcp',
  description: 'The way in for MCP clients: /mcp, /e/NAME/mcp, /u/NAME/mcp and stdio',
  config: mcpSettings,
  needs: [catalogReader, hubInfo],
  provides: [localStreams],
  setup: ({ config, log, clock, events, calls, use, offer, routes, onStop }) => {
    const listens = new ListenRouter(events, config.maxListens);
    const sessions = new SessionStore(config, clock, listens, calls);
    const hub = use(hubInfo);
    const catalog = use(catalogReader);
    const parts: EndpointParts = {
      calls,
      catalog,
      clock,
      log,
      listens,
      sessions,
      settings: config,
      serverInfo: serverInfo(hub.version),
      listTtlMs: config.listTtlMs,
      toolHeaders: new ToolHeaders(),
    };
    const local = stdioInterface(hub.stdioLevel);
    for (const mount of endpointMounts(parts)) routes.mount(mount);
    const sockets = new Set<Duplex>();
    routes.mount(localMount(parts, local, sockets));
    offer(localStreams, {
      serve: (streams, view) => serveStream(parts, { view, principal: hub.owner, interface: local }, streams),
    });
    onStop(() => {
      sessions.closeAll();
      listens.endAll();
      for (const socket of sockets) socket.end();
    });
  },
});

/** `/mcp` is everything, `/e/NAME/mcp` a named endpoint, `/u/NAME/mcp` one upstream as it is. */
function endpointMounts(parts: EndpointParts): Mount[] {
  const serve = (view: ViewName, ...[request, response, context]: Parameters<Mount['handle']>): void => {
    handleMcp(parts, { request, response, view, context });
  };
  const named =
    (kind: 'endpoint' | 'upstream'): Mount['handle'] =>
    (request, response, context) => {
      serve(namedView(parts, kind, context), request, response, context);
    };
  return [
    { path: '/mcp', access: 'principal', handle: (...exchange) => serve('all', ...exchange) },
    { path: '/e/', access: 'principal', handle: named('endpoint') },
    { path: '/u/', access: 'principal', handle: named('upstream') },
  ];
}

function namedView(
  { catalog }: EndpointParts,
  kind: 'endpoint' | 'upstream',
  { rest }: MountContext,
): ViewName {
  const name = /^([a-z0-9-]{1,32})\/mcp$/.exec(rest)?.[1];
  const view: ViewName | undefined = name === undefined ? undefined : `${kind}:${name}`;
  if (view !== undefined && catalog.views().includes(view)) return view;
  throw new SignalboxError(
    'not_found',
    `there is no ${kind} at /${kind === 'endpoint' ? 'e' : 'u'}/${rest.slice(0, 100)}`,
  );
}

function localMount(parts: EndpointParts, local: CallInterface, sockets: Set<Duplex>): Mount {
  return {
    path: '/local/stdio',
    access: 'principal',
    handle: () => {
      throw new SignalboxError('invalid_request', 'this path wants an Upgrade; "signalbox mcp" does it');
    },
    upgrade: (request, socket, context) => {
      const view = readView(request);
      acceptLocal(request, socket, context);
      sockets.add(socket);
      void serveStream(
        parts,
        { view, principal: context.principal, interface: local },
        { input: socket, output: socket },
      ).then(() => {
        sockets.delete(socket);
        socket.end(() => socket.destroy());
      });
    },
  };
}
