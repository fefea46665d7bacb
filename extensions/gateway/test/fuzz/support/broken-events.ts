import type { Mutator } from '@signalbox/testkit';

const fields = [
  'data: ',
  'data: ',
  'data: ',
  'data:',
  'data',
  'DATA: ',
  ' data: ',
  '',
  'event: message\ndata: ',
  'event: other\ndata: ',
  'event: endpoint\ndata: ',
  'event\ndata: ',
  'id: 7\ndata: ',
  'id: \0\ndata: ',
  'id\ndata: ',
  'retry: 1\ndata: ',
  'retry: -1\ndata: ',
  'retry: 999999999\ndata: ',
  'retry: 1e9\ndata: ',
  ': comment\ndata: ',
  '\ufeffdata: ',
  'data: \ndata: ',
];
const ends = ['\n\n', '\n\n', '\r\n\r\n', '\r\r', '\n', '\r', '', '\n\r\n', '\n\n\n\n', '\n: \n\n'];

/** A good event. */
export function goodEvent(message: string): string {
  // What was left open before it is ended first.
  return `\n\nevent: message\ndata: ${message}\n\n`;
}

/** One broken message as an event whose framing is broken, too. */
export function brokenEvent(mutator: Mutator, messages: readonly string[]): Uint8Array {
  const parts = [mutator.pick(fields), mutator.message(messages), mutator.pick(ends)];
  return Buffer.concat(parts.map((part) => Buffer.from(part)));
}
