import type { IncomingMessage } from 'node:http';
import { type Message, readText } from '../message.ts';

/** The messages of a body. */
export async function readBody(request: IncomingMessage): Promise<Message[]> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return readText(Buffer.concat(chunks).toString());
}
