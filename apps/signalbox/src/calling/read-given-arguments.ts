import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { isJsonObject, type JsonObject, SignalboxError } from '@signalbox/sdk';
import type { Edge } from '../edge.ts';

/**
 * Reads what `--args` says: `@file`, `-` for standard input, or a JSON object as text.
 * Errors: `usage` for what cannot be read or is no JSON object.
 */
export async function readGivenArguments(given: string | undefined, edge: Edge): Promise<JsonObject> {
  if (given === undefined) return {};
  const text = await readText(given, edge);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new SignalboxError(
      'usage',
      'what --args gives is not JSON; use @FILE, "-" for standard input, or \'{"a":1}\'',
    );
  }
  if (isJsonObject(value)) return value;
  throw new SignalboxError('usage', 'what --args gives is JSON but no object; write {"name": value}');
}

async function readText(given: string, edge: Edge): Promise<string> {
  if (given === '-') return readAll(edge.stdin);
  if (!given.startsWith('@')) return given;
  const path = given.slice(1);
  try {
    return await readFile(resolve(edge.cwd, path), 'utf8');
  } catch (cause) {
    throw new SignalboxError('usage', `the arguments file "${path}" cannot be read; check the path`, {
      cause,
    });
  }
}

async function readAll(stream: NodeJS.ReadableStream): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
}
