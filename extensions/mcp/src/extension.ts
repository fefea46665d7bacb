import type { Duplex } from 'node:stream';
import {
  CredentialWatch,
  catalogReader,
  defineExtension,
  hubInfo,
  type Level,
  type Mount,
  organizationRemoved,
  SignalboxError,
  sealer,
} from '@signalbox/sdk';
import { database } from '@signalbox/store';
import { endpointMounts } from './endpoint-mounts.ts';
import type { EndpointParts } from './http/handle-mcp.ts';
import { SessionStore } from './legacy/session-store.ts';
import { ListenRouter } from './listen/listen-router.ts';
import { ToolHeaders } from './modern/tool-headers.ts';
import { ParkedCalls } from './rounds/parked-calls.ts';
import { serverInfo } from './serve/server-identity.ts';
import { mcpSettings } from './settings.ts';
import { SseSessions } from './sse/sse-sessions.ts';
import { ConnectionLimit } from './streams/connection-limit.ts';
import { localStreams } from './streams/local-streams.ts';
import { acceptLocal, localProtocol, readLevel, readView, stdioInterface } from './streams/local-upgrade.ts';
import { serveLines } from './streams/serve-lines.ts';
import { Sockets } from './streams/sockets.ts';
import { findTaskRefusal } from './tasks/find-task-refusal.ts';
import { resumeTasks } from './tasks/resume-tasks.ts';
import { TaskBoard } from './tasks/task-board.ts';
import { TaskStore } from './tasks/task-store.ts';
import { mcpMigrations } from './tasks/task-table.ts';

/** The way in: MCP over Streamable HTTP, WebSockets, HTTP+SSE and standard streams. */
export const mcp = defineExtension({
  name: 'mcp',
  description: 'The way in for MCP clients: /mcp, /e/NAME/mcp, /u/NAME/mcp, the same with /sse, and stdio',
  config: mcpSettings,
  needs: [catalogReader, database, hubInfo, sealer],
  provides: [localStreams],
  setup: async ({ config, log, clock, events, calls, use, offer, routes, onReady, onStop }) => {
    const store = use(database);
    await store.migrate('mcp', mcpMigrations);
    const catalog = use(catalogReader);
    const listens = new ListenRouter(events, catalog, config.maxListens);
    const credentials = new CredentialWatch(clock, events);
    const sessions = new SessionStore(config, clock, listens, calls);
    const tasks = new TaskBoard(config, { calls, clock, log, store: new TaskStore(store) });
    tasks.onChange = (record) =>
      listens.tellOfTask(record, (viewer) => findTaskRefusal(calls, record, viewer) === undefined);
    events.on(organizationRemoved, ({ org, step, waitFor }) => {
      if (step === 'rows') waitFor(tasks.forgetOrganization(org));
    });
    const parked = new ParkedCalls(config, clock);
    const hub = use(hubInfo);
    const parts: EndpointParts = {
      calls,
      catalog,
      clock,
      log,
      listens,
      credentials,
      sessions,
      settings: config,
      serverInfo: serverInfo(hub.version),
      listTtlMs: config.listTtlMs,
      toolHeaders: new ToolHeaders(),
      sealer: use(sealer),
      parked,
      tasks,
    };
    const limit = new ConnectionLimit(config);
    const ways = { parts, sse: new SseSessions(parts, limit), sockets: new Sockets(parts, limit) };
    for (const mount of endpointMounts(ways)) routes.mount(mount);
    const locals = new Set<Duplex>();
    routes.mount(localMount(parts, hub.stdioLevel, locals));
    offer(localStreams, {
      serve: (streams, { view, level }) =>
        serveLines(
          parts,
          { view, principal: hub.owner, interface: stdioInterface(hub.stdioLevel, level) },
          streams,
        ),
    });
    onReady(() => resumeTasks({ calls, clock, log, tasks }));
    onStop(async () => {
      sessions.closeAll();
      parked.closeAll();
      listens.endAll();
      ways.sse.closeAll();
      ways.sockets.closeAll();
      for (const socket of locals) socket.end();
      await tasks.stop();
    });
  },
});

function localMount(parts: EndpointParts, level: Level, sockets: Set<Duplex>): Mount {
  return {
    path: '/local/stdio',
    access: 'principal',
    handle: () => {
      throw new SignalboxError(
        'invalid_request',
        `this path wants "upgrade: ${localProtocol}"; "signalbox mcp" does it`,
      );
    },
    upgradeTo: localProtocol,
    upgrade: (request, socket, context) => {
      const view = readView(request);
      const local = stdioInterface(level, readLevel(request));
      acceptLocal(request, socket, context);
      sockets.add(socket);
      void serveLines(
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
