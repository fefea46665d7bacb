import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { JsonObject } from '@signalbox/sdk';

/** One call as the upstream got it. */
interface SeenCall {
  readonly id: unknown;
  readonly name: string;
  readonly params: JsonObject;
  readonly capabilities: JsonObject;
}

/** A server of 2026-07-28 whose tools a test writes. */
export interface ModernUpstream extends AsyncDisposable {
  readonly url: string;
  readonly calls: readonly SeenCall[];
  /** Resolves when the connection of a call was closed before it was answered. */
  readonly untilGivenUp: () => Promise<void>;
}

/** Answers a call: a result, or nothing ever. */
export type ToolScript = (call: SeenCall) => JsonObject | undefined;

/** Starts one with these tools and prompts. */
export async function startModernUpstream(tools: {
  readonly [name: string]: ToolScript;
}): Promise<ModernUpstream> {
  const calls: SeenCall[] = [];
  const { promise: givenUp, resolve: giveUp } = Promise.withResolvers<void>();
  const definitions = Object.keys(tools).map((name) => ({ name, inputSchema: { type: 'object' } }));
  const answer = (message: { id: unknown; method: string; params: JsonObject }): JsonObject | undefined => {
    const { id, method, params } = message;
    const meta = params['_meta'] as JsonObject;
    const capabilities = meta['io.modelcontextprotocol/clientCapabilities'] as JsonObject;
    if (method === 'server/discover')
      return { supportedVersions: ['2026-07-28'], capabilities: { tools: {}, prompts: {} }, ...cache };
    if (method === 'tools/list') return { tools: definitions, ...cache };
    if (method === 'prompts/list') return { prompts: definitions.map(({ name }) => ({ name })), ...cache };
    const name = typeof params['name'] === 'string' ? params['name'] : '';
    const call = { id, name, params, capabilities };
    calls.push(call);
    return tools[name]?.(call);
  };
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const message = JSON.parse(await readAll(request)) as { id: unknown; method: string; params: JsonObject };
    const result = answer(message);
    response.on('close', () => {
      if (!response.writableFinished) giveUp();
    });
    if (result === undefined) return;
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ jsonrpc: '2.0', id: message.id, ...wrap(result) }));
  };
  const server = createServer((request, response) => void serve(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`,
    calls,
    untilGivenUp: () => givenUp,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const cache = { ttlMs: 0, cacheScope: 'private' };

function wrap(result: JsonObject): JsonObject {
  return 'error' in result ? result : { result: { resultType: 'complete', ...result } };
}

async function readAll(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

/** A result of one text. */
export function said(text: string): JsonObject {
  return { content: [{ type: 'text', text }] };
}

/** A round of questions, with a state where given. */
export function asks(inputRequests: JsonObject, requestState?: string): JsonObject {
  return {
    resultType: 'input_required',
    inputRequests,
    ...(requestState === undefined ? {} : { requestState }),
  };
}

/** A form question. */
export function form(message: string): JsonObject {
  const requestedSchema = { type: 'object', properties: { value: { type: 'string' } } };
  return { method: 'elicitation/create', params: { message, requestedSchema } };
}
