import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { SignalboxError } from '@signalbox/sdk';
import type { CliContext } from '../cli-context.ts';
import { type ClientFile, clientFiles, clientIds, distinctClientFiles } from './client-files.ts';
import { findServers } from './find-servers.ts';
import { parseConfig } from './parse-config.ts';
import type { ImportSource } from './plan-import.ts';

const maxBytes = 67_108_864;

/**
 * Reads the servers of the named clients' files, or of the files given. A usual place that cannot be read is told and
 * passed over; a file given must be readable.
 * Errors: `usage` for an unknown client or a file that is not there, `parse_error`.
 */
export async function readSources(
  context: CliContext,
  clients: readonly string[],
  files: readonly string[],
): Promise<ImportSource[]> {
  const unknown = clients.find((name) => !clientIds.some((id) => id === name));
  if (unknown !== undefined) {
    throw new SignalboxError('usage', `no client is called "${unknown}"; use one of ${clientIds.join(', ')}`);
  }
  const { edge, output } = context;
  if (files.length > 0) return files.flatMap((path) => readGiven(resolve(edge.cwd, path), edge));
  return distinctClientFiles(edge)
    .filter(({ client }) => clients.length === 0 || clients.includes(client))
    .flatMap((file) => {
      try {
        return readOne(file, edge);
      } catch (error) {
        output.note(`passed over: ${error instanceof Error ? error.message : String(error)}\n`);
        return [];
      }
    });
}

type Edge = CliContext['edge'];

function readGiven(path: string, edge: Edge): ImportSource[] {
  const known = clientFiles(edge).find((file) => file.path === path);
  const syntax = path.endsWith('.toml') ? 'toml' : 'json';
  const text = readText(path);
  if (text === undefined)
    throw new SignalboxError('usage', `the file "${path}" cannot be read; check the path`);
  return sourcesOf(text, known ?? { client: 'file', path, syntax, folder: dirname(path) }, edge);
}

function readOne(file: ClientFile, edge: Edge): ImportSource[] {
  const text = readText(file.path);
  return text === undefined ? [] : sourcesOf(text, file, edge);
}

function sourcesOf(
  text: string,
  file: { client: string; path: string; syntax: 'json' | 'toml'; folder?: string },
  { env, home }: Edge,
): ImportSource[] {
  return findServers(parseConfig(text, file.syntax, file.path)).map(({ name, entry, folder }) => ({
    client: file.client,
    path: file.path,
    name,
    entry,
    reading: { env, home, folder: folder ?? file.folder, readText },
  }));
}

function readText(path: string): string | undefined {
  try {
    const bytes = readFileSync(path);
    return bytes.length > maxBytes ? undefined : bytes.toString('utf8');
  } catch {
    return undefined;
  }
}
