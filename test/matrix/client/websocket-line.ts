import { once } from 'node:events';
import { WebSocket } from 'ws';
import { toText } from '../message.ts';
import { addressOf, keyHeader, type Line, type Place, type Take } from './line.ts';

const decoder = new TextDecoder();

/** A WebSocket with the subprotocol `mcp`. */
export async function openWebSocketLine(place: Place, take: Take): Promise<Line> {
  const url = addressOf(place, 'mcp');
  url.protocol = 'ws:';
  const socket = new WebSocket(url, ['mcp'], { headers: keyHeader(place) });
  socket.on('message', (data) => take(decoder.decode(Array.isArray(data) ? Buffer.concat(data) : data)));
  await once(socket, 'open');
  return {
    send: async (...messages) => socket.send(toText(messages)),
    close: async () => {
      const closed = once(socket, 'close');
      socket.close();
      await closed;
    },
  };
}
