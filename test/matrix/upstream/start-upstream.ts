import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { JsonObject } from '@signalbox/sdk';
import type { SpokenVersion, SpokenWay } from '../../../apps/signalbox/src/reference/compatibility.ts';
import { ScriptedUpstream } from './scripted-upstream.ts';
import { serveLegacyHttp } from './serve-legacy-http.ts';
import { serveModernHttp } from './serve-modern-http.ts';
import { serveSse } from './serve-sse.ts';
import { serveWebSocket } from './serve-websocket.ts';

/** A scripted upstream the hub can be told of. */
export interface RunningUpstream {
  readonly name: string;
  readonly spoken: SpokenVersion;
  /** What stands in the settings. */
  readonly definition: JsonObject;
  readonly stop: () => void;
}

/** Starts a scripted upstream of one version over one transport; one of stdio is started by the hub. */
export async function startUpstream({ spoken, transport }: SpokenWay): Promise<RunningUpstream> {
  const name = `${transport}-${spoken.version}`;
  if (transport === 'stdio') {
    const program = fileURLToPath(new URL('stdio-program.ts', import.meta.url));
    const definition = { command: process.execPath, args: [program, spoken.version] };
    return { name, spoken, definition, stop: () => undefined };
  }
  const upstream = new ScriptedUpstream(spoken);
  const server = createServer(transport === 'websocket' ? refuse : listenerOf(upstream, transport));
  if (transport === 'websocket') serveWebSocket(server, upstream);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const url = `${transport === 'websocket' ? 'ws' : 'http'}://127.0.0.1:${port}/mcp`;
  const stop = (): void => {
    server.close();
    server.closeAllConnections();
  };
  return { name, spoken, definition: { url }, stop };
}

const refuse: RequestListener = (_request, response) => void response.writeHead(426).end();

function listenerOf(upstream: ScriptedUpstream, transport: 'http' | 'sse'): RequestListener {
  const serve =
    transport === 'sse'
      ? serveSse(upstream)
      : upstream.spoken.era === 'modern'
        ? serveModernHttp(upstream)
        : serveLegacyHttp(upstream);
  return (request, response) => void serve(request, response);
}
