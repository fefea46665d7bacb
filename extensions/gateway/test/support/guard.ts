import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, request as send } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import type { AuthorizationServer } from './authorization-server.ts';

/** What came to an upstream, as it came. */
interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** The JSON-RPC method, where there is one. */
  readonly rpc: string | undefined;
  /** The tool's name, where there is one. */
  readonly tool: string | undefined;
  /** Whose token it carried; undefined for none, and for one it does not know. */
  readonly who: string | undefined;
}

/** An upstream behind a guard that wants tokens of its own authorization server, and writes down what comes. */
export interface Guard {
  readonly url: string;
  readonly seen: readonly SeenRequest[];
  /** What is let in without an account: nothing, everything but calls, or everything. */
  open: 'nothing' | 'lists' | 'everything';
  /** How many requests over an account have not been answered to their end. */
  readonly openOf: (who: string) => number;
  readonly stop: () => void;
}

/** Puts a guard before a server on loopback. */
export async function startGuard(
  target: number,
  server: AuthorizationServer,
  open: Guard['open'],
): Promise<Guard> {
  const seen: SeenRequest[] = [];
  const sockets = new Set<Socket>();
  const answering = new Set<SeenRequest>();
  const note = (request: IncomingMessage, body: string): SeenRequest => {
    const { authorization = '' } = request.headers;
    const message = readMessage(body);
    const entry = {
      method: request.method ?? '',
      path: request.url ?? '',
      headers: request.headers,
      body,
      rpc: message.method,
      tool: message.params?.name,
      who: server.whose(authorization.replace(/^Bearer /, '')),
    };
    seen.push(entry);
    return entry;
  };
  const isLetIn = ({ who, rpc, headers }: SeenRequest): boolean => {
    if (who !== undefined) return true;
    if (headers.authorization !== undefined || guard.open === 'nothing') return false;
    return guard.open === 'everything' || rpc !== 'tools/call';
  };
  const http = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks);
      const entry = note(request, body.toString());
      answering.add(entry);
      response.on('close', () => answering.delete(entry));
      if (!isLetIn(entry)) {
        response.writeHead(401, { 'www-authenticate': 'Bearer resource_metadata="/x"' });
        response.end('{"jsonrpc":"2.0","id":null,"error":{"code":-32000,"message":"Unauthorized"}}');
        return;
      }
      const { method, url, headers } = request;
      const passed = send({ port: target, host: '127.0.0.1', method, path: url, headers }, (answer) => {
        response.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.pipe(response);
        answer.on('error', () => response.destroy());
      });
      passed.on('error', () => response.destroy());
      response.on('close', () => passed.destroy());
      passed.end(body);
    });
  });
  http.on('upgrade', (request, socket: Socket, head) => {
    sockets.add(socket);
    if (!isLetIn(note(request, ''))) {
      socket.end('HTTP/1.1 401 Unauthorized\r\ncontent-length: 0\r\n\r\n');
      return;
    }
    const onward = connect(target, '127.0.0.1', () => {
      const lines = Object.entries(request.headers).map(([name, value]) => `${name}: ${String(value)}`);
      onward.write(`GET ${request.url} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`);
      onward.write(head);
      onward.pipe(socket).pipe(onward);
    });
    onward.on('error', () => socket.destroy());
    socket.on('error', () => onward.destroy());
    socket.on('close', () => onward.destroy());
  });
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  const guard: Guard = {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}/mcp`,
    seen,
    open,
    openOf: (who) => [...answering].filter((entry) => entry.who === who).length,
    stop: () => {
      for (const socket of sockets) socket.destroy();
      http.closeAllConnections();
      http.close();
    },
  };
  return guard;
}

function readMessage(body: string): { method?: string; params?: { name?: string } } {
  try {
    return JSON.parse(body) as object;
  } catch {
    return {};
  }
}
