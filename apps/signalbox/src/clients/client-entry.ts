import { SignalboxError } from '@signalbox/sdk';
import type { ClientId } from './client-files.ts';

/** How a client is to reach the hub. */
export type Way =
  | { readonly kind: 'stdio'; readonly command: string; readonly args: readonly string[] }
  | { readonly kind: 'http'; readonly url: string; readonly key: string | undefined };

/** The entry for the hub in a client's own form. Errors: `unsupported` for a client that cannot take HTTP. */
export function clientEntry(client: ClientId, way: Way): object {
  return way.kind === 'stdio' ? stdioEntry(client, way) : httpEntry(client, way);
}

function stdioEntry(client: ClientId, { command, args }: Extract<Way, { kind: 'stdio' }>): object {
  const isTyped = client === 'claude-code' || client === 'vscode';
  return { ...(isTyped ? { type: 'stdio' } : {}), command, args: [...args] };
}

function httpEntry(client: ClientId, { url, key }: Extract<Way, { kind: 'http' }>): object {
  const headers = key === undefined ? {} : { headers: { Authorization: `Bearer ${key}` } };
  switch (client) {
    case 'claude-code':
    case 'vscode':
      return { type: 'http', url, ...headers };
    case 'cursor':
      return { url, ...headers };
    case 'windsurf':
      return { serverUrl: url, ...headers };
    case 'codex':
      return { url, ...(key === undefined ? {} : { http_headers: { Authorization: `Bearer ${key}` } }) };
    case 'claude-desktop':
      throw new SignalboxError(
        'unsupported',
        'Claude Desktop reads only programs from its file, no addresses; leave --http out and it starts "signalbox mcp"',
      );
    default:
      throw new SignalboxError(
        'unsupported',
        `no HTTP entry is known for "${String(client)}"; leave --http out`,
      );
  }
}
