import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { JsonObject, JsonValue } from '@signalbox/sdk';

type Version = '2025-11-25' | '2026-07-28';

/** An upstream over HTTP that makes tasks of its calls, and whose connections break when a test wants it. */
export interface ShakyUpstream extends AsyncDisposable {
  readonly url: string;
  /** The methods about tasks and calls that came, with the id of the task. */
  readonly asked: readonly string[];
  /** Resolves when so many looks after a task, or for its result, have come. */
  readonly untilLooked: (times: number) => Promise<void>;
  /** Ends all tasks: with a result, or with an error of their own. */
  readonly end: (error?: JsonObject) => void;
  /** Breaks every connection there is. */
  readonly breakAll: () => void;
  /** As {@link ShakyUpstream.breakAll}, and takes none until it comes back on the same port. */
  readonly goAway: () => Promise<void>;
  readonly comeBack: () => Promise<void>;
  /** Knows no task and no session any more. */
  readonly forget: () => void;
}

const facts = { createdAt: '2026-01-01T00:00:00Z', lastUpdatedAt: '2026-01-01T00:00:00Z' };
const tool = { name: 'book', inputSchema: { type: 'object' } };
const serverInfo = { name: 'shaky', version: '1' };
const extension = 'io.modelcontextprotocol/tasks';
const unknown = { error: { code: -32602, message: 'task not found' } };

/** Starts one that speaks a version. */
export async function startShakyUpstream(version: Version): Promise<ShakyUpstream> {
  const isModern = version === '2026-07-28';
  const asked: string[] = [];
  const sockets = new Set<Socket>();
  const waiting = new Set<() => void>();
  let tasks = new Set<string>();
  let session = 1;
  let made = 0;
  let ended = Promise.withResolvers<{ readonly error?: JsonObject }>();
  let end: { readonly error?: JsonObject } | undefined;

  const looks = (): number => asked.filter((each) => /tasks\/(?:get|result)/.test(each)).length;
  const task = (id: string) => ({ taskId: id, status: 'working', ...facts });
  const booked = (id: string): JsonObject => ({ content: [{ type: 'text', text: `booked ${id}` }] });

  const legacy: { readonly [method: string]: (id: string) => JsonObject | Promise<JsonObject> } = {
    initialize: () => ({
      result: {
        protocolVersion: version,
        capabilities: { tools: {}, tasks: { cancel: {}, requests: { tools: { call: {} } } } },
        serverInfo,
      },
    }),
    'tools/list': () => ({ result: { tools: [{ ...tool, execution: { taskSupport: 'optional' } }] } }),
    'tools/call': () => ({ result: { task: { ...task(make()), ttl: 60_000, pollInterval: 10 } } }),
    'tasks/get': (id) => ({ result: { ...task(id), ttl: 60_000, pollInterval: 10 } }),
    'tasks/result': async (id) => {
      const { error } = await ended.promise;
      return error ? { error } : { result: booked(id) };
    },
    'tasks/cancel': (id) => ({ result: { ...task(id), status: 'cancelled', ttl: 60_000 } }),
  };
  const modern: typeof legacy = {
    'server/discover': () => ({
      result: {
        resultType: 'complete',
        supportedVersions: [version],
        capabilities: { tools: {}, extensions: { [extension]: {} } },
        serverInfo,
        ttlMs: 0,
        cacheScope: 'private',
      },
    }),
    'tools/list': () => ({
      result: { resultType: 'complete', tools: [tool], ttlMs: 0, cacheScope: 'private' },
    }),
    'tools/call': () => ({
      result: { resultType: 'task', ...task(make()), ttlMs: 60_000, pollIntervalMs: 50 },
    }),
    'tasks/get': (id) => {
      const more = { resultType: 'complete', ttlMs: 60_000, pollIntervalMs: 50 };
      if (!end) return { result: { ...task(id), ...more } };
      const over = end.error
        ? { status: 'failed', error: end.error }
        : { status: 'completed', result: booked(id) };
      return { result: { ...task(id), ...more, ...over } };
    },
    'tasks/cancel': () => ({ result: { resultType: 'complete' } }),
  };

  function make(): string {
    const id = `t${++made}`;
    tasks.add(id);
    return id;
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const message = JSON.parse(await textOf(request)) as JsonObject;
    const { id = null, method, params } = message as { id?: JsonValue; method: string; params?: JsonObject };
    const { taskId: given = '' } = params ?? {};
    const taskId = typeof given === 'string' ? given : '';
    if (/^tasks|\/call/.test(method)) asked.push(`${method} ${taskId}`.trim());
    for (const check of waiting) check();
    const sent = request.headers['mcp-session-id'];
    if (!isModern && sent !== undefined && sent !== `s${session}`) return void response.writeHead(404).end();
    if (message['id'] === undefined) return void response.writeHead(202).end();
    const handle = (isModern ? modern : legacy)[method];
    const isLost = taskId !== '' && !tasks.has(taskId);
    const said = isLost
      ? unknown
      : ((await handle?.(taskId)) ?? { error: { code: -32601, message: 'no such method' } });
    if (method === 'initialize') response.setHeader('mcp-session-id', `s${session}`);
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ jsonrpc: '2.0', id, ...said }));
  }

  const http = createServer((request, response) => {
    if (request.method === 'POST') answer(request, response).catch(() => response.destroy());
    else response.writeHead(405).end();
  });
  http.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  const listen = (port: number): Promise<void> =>
    new Promise((resolve) => http.listen(port, '127.0.0.1', resolve));
  await listen(0);
  const { port } = http.address() as AddressInfo;
  const breakAll = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  const goAway = async (): Promise<void> => {
    const closed = new Promise((resolve) => http.close(resolve));
    breakAll();
    await closed;
  };
  return {
    url: `http://127.0.0.1:${port}/mcp`,
    asked,
    untilLooked: (times) =>
      new Promise((resolve) => {
        const check = (): void => {
          if (looks() < times) return;
          waiting.delete(check);
          resolve();
        };
        waiting.add(check);
        check();
      }),
    end: (error) => {
      end = error ? { error } : {};
      ended.resolve(end);
    },
    breakAll,
    goAway,
    comeBack: () => listen(port),
    forget: () => {
      tasks = new Set();
      session += 1;
      ended = Promise.withResolvers();
    },
    [Symbol.asyncDispose]: async () => {
      if (http.listening) await goAway();
    },
  };
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
