import { PassThrough } from 'node:stream';
import { localStreams } from '@signalbox/mcp';
import { LineSplitter } from '@signalbox/protocol';
import { toText } from '../message.ts';
import type { Line, Place, Take } from './line.ts';

const mostBytes = 1_048_576;

/** Lines of JSON over a pair of streams, as `signalbox mcp` carries them. */
export async function openStdioLine({ hub, view }: Place, take: Take): Promise<Line> {
  const input = new PassThrough();
  const output = new PassThrough();
  const done = hub.hub.services.get(localStreams).serve({ input, output }, { view });
  const lines = new LineSplitter(mostBytes);
  output.on('data', (chunk: Buffer) => {
    for (const line of lines.push(chunk)) take(line);
  });
  return {
    send: async (...messages) => void input.write(`${toText(messages)}\n`),
    close: () => {
      input.end();
      return done;
    },
  };
}
