import { Client as ModernClient } from '@modelcontextprotocol/client';
import { StdioClientTransport as ModernTransport } from '@modelcontextprotocol/client/stdio';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import type { Home } from './home.ts';
import { program } from './paths.ts';

/** An official client that has started `signalbox mcp`, in the words all of them share. */
interface StdioClient {
  readonly toolNames: () => Promise<string[]>;
  /** Gives the text of the result, or the whole of it where it is no text. */
  readonly call: (name: string, args?: object, onProgress?: (progress: number) => void) => Promise<string>;
  /** Resolves when the list of tools has changed since the connection. */
  readonly toolsChanged: Promise<void>;
  /** Resolves when the program it started has ended. */
  readonly closed: Promise<void>;
  readonly close: () => Promise<void>;
}

/** Starts `signalbox mcp` in a home and connects with it. Questions are answered with "Grace". */
export type ConnectStdio = (home: Home, words?: readonly string[]) => Promise<StdioClient>;

const answer = { action: 'accept' as const, content: { name: 'Grace' } };

const serverOf = (home: Home, words: readonly string[]) => ({
  command: process.execPath,
  args: [program, 'mcp', ...words],
  env: { ...home.env },
  cwd: home.folder,
  stderr: 'ignore' as const,
});

/** The client of SDK v1. */
export const connectV1: ConnectStdio = async (home, words = []) => {
  const changed = Promise.withResolvers<void>();
  const client = new Client(
    { name: 'stdio-v1', version: '1' },
    {
      capabilities: { elicitation: {} },
      listChanged: { tools: { autoRefresh: false, onChanged: () => changed.resolve() } },
    },
  );
  client.setRequestHandler(ElicitRequestSchema, () => answer);
  await client.connect(new StdioClientTransport(serverOf(home, words)));
  const closed = new Promise<void>((resolve) => {
    // The SDK knows no other way to hear of it.
    // oxlint-disable-next-line unicorn/prefer-add-event-listener
    client.onclose = resolve;
  });
  return {
    closed,
    toolsChanged: changed.promise,
    toolNames: async () => (await client.listTools()).tools.map(({ name }) => name),
    call: async (name, args = {}, onProgress = () => undefined) =>
      textOf(
        await client.callTool({ name, arguments: { ...args } }, undefined, {
          onprogress: ({ progress }) => onProgress(progress),
        }),
      ),
    close: () => client.close(),
  };
};

/** The client of SDK v2 in one of its eras. */
export function connectV2(mode: 'auto' | 'legacy'): ConnectStdio {
  return async (home, words = []) => {
    const changed = Promise.withResolvers<void>();
    const client = new ModernClient(
      { name: 'stdio-v2', version: '1' },
      {
        versionNegotiation: { mode },
        capabilities: { elicitation: {} },
        listChanged: { tools: { autoRefresh: false, onChanged: () => changed.resolve() } },
      },
    );
    client.setRequestHandler('elicitation/create', () => answer);
    await client.connect(new ModernTransport(serverOf(home, words)));
    const closed = new Promise<void>((resolve) => {
      // The SDK knows no other way to hear of it.
      // oxlint-disable-next-line unicorn/prefer-add-event-listener
      client.onclose = resolve;
    });
    return {
      closed,
      toolsChanged: changed.promise,
      toolNames: async () => (await client.listTools()).tools.map(({ name }) => name),
      call: async (name, args = {}, onProgress = () => undefined) =>
        textOf(
          await client.callTool(
            { name, arguments: { ...args } },
            { onprogress: ({ progress }) => onProgress(progress) },
          ),
        ),
      close: () => client.close(),
    };
  };
}

function textOf(result: object): string {
  const content = 'content' in result ? result.content : undefined;
  const [first] = Array.isArray(content) ? (content as { text?: string }[]) : [];
  return first?.text ?? JSON.stringify(result);
}
