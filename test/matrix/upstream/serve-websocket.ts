import type { Server } from 'node:http';
import { WebSocketServer } from 'ws';
import { readText, toText } from '../message.ts';
import { openWire } from './open-wire.ts';
import type { ScriptedUpstream } from './scripted-upstream.ts';

const decoder = new TextDecoder();

/** Serves a scripted upstream over WebSockets with the subprotocol `mcp`. */
export function serveWebSocket(server: Server, upstream: ScriptedUpstream): void {
  const sockets = new WebSocketServer({
    server,
    handleProtocols: (offered) => (offered.has('mcp') ? 'mcp' : false),
  });
  sockets.on('connection', (socket) => {
    const take = openWire(upstream, (...messages) => socket.send(toText(messages)));
    socket.on('message', (data) => {
      const text = decoder.decode(Array.isArray(data) ? Buffer.concat(data) : data);
      for (const message of readText(text)) void take(message);
    });
  });
}
