import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import type { CliContext } from '../cli-context.ts';
import { type ListLook, printItems } from '../terminal/print-items.ts';
import { type ClientFile, distinctClientFiles } from './client-files.ts';
import { entryIn } from './connect-text.ts';
import { findServers } from './find-servers.ts';
import { parseConfig } from './parse-config.ts';
import { readClientFile } from './read-client-file.ts';

interface ClientRow {
  readonly client: string;
  readonly scope: string;
  readonly path: string;
  readonly servers: number;
  readonly state: 'connected' | 'not connected' | 'no file yet' | 'not readable';
}

/** Prints the clients found on this machine, by their files or their folders. */
export async function listClients({ edge, output, format }: CliContext): Promise<void> {
  const found = distinctClientFiles(edge).filter(
    (file) =>
      existsSync(file.path) || (file.scope === 'user' && !file.isReadOnly && hasOwnFolder(file, edge.home)),
  );
  printItems(output, format, await Promise.all(found.map(rowOf)), look);
}

/** A client that keeps its file in the home folder itself is found by the file alone. */
function hasOwnFolder({ path }: ClientFile, home: string): boolean {
  return dirname(path) !== home && existsSync(dirname(path));
}

async function rowOf(file: ClientFile): Promise<ClientRow> {
  const { client, scope, path } = file;
  try {
    const text = await readClientFile(path);
    if (text === undefined) return { client, scope, path, servers: 0, state: 'no file yet' };
    const config = parseConfig(text, file.syntax, path);
    const isConnected = entryIn(config, file.container) !== undefined;
    const servers = findServers(config).length;
    return { client, scope, path, servers, state: isConnected ? 'connected' : 'not connected' };
  } catch {
    return { client, scope, path, servers: 0, state: 'not readable' };
  }
}

const look: ListLook<ClientRow> = {
  columns: [
    { title: 'CLIENT', of: ({ client }) => client, isWhole: true },
    { title: 'STATE', of: ({ state }) => state, isWhole: true },
    { title: 'SERVERS', of: ({ servers }) => servers, align: 'right', isWhole: true },
    { title: 'SCOPE', of: ({ scope }) => scope, isWhole: true },
    { title: 'FILE', of: ({ path }) => path, isWhole: true },
  ],
  idOf: ({ client }) => client,
  empty: 'none of the known clients was found on this machine',
};
