import { createServer } from 'node:http';
import { listenAndTell } from './listen-and-tell.ts';

/** A hand-written modern MCP server over bare node:http: the floor everything is measured against. */
const tool = {
  name: 'echo',
  description: 'Echoes a message',
  inputSchema: { type: 'object', properties: { message: { type: 'string' } }, required: ['message'] },
};

// The rest of a large catalog; only the echo is called.
const others = Array.from({ length: Math.max(0, Number(process.argv[2] ?? 1) - 1) }, (_, index) => ({
  ...tool,
  name: `other_${index}`,
  description: `Does the thing number ${index}`,
}));

interface Message {
  readonly id: string | number;
  readonly method: string;
  readonly params: { readonly arguments?: { readonly message?: string } };
}

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const message = JSON.parse(Buffer.concat(chunks).toString('utf8')) as Message;
    const body = JSON.stringify({ jsonrpc: '2.0', id: message.id, result: answer(message) });
    response.writeHead(200, {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
    });
    response.end(body);
  });
});

function answer({ method, params }: Message): object | undefined {
  const cache = { ttlMs: 60_000, cacheScope: 'public' };
  switch (method) {
    case 'server/discover':
      return {
        resultType: 'complete',
        ...cache,
        supportedVersions: ['2026-07-28'],
        capabilities: { tools: {} },
      };
    case 'tools/list':
      return { resultType: 'complete', ...cache, tools: [tool, ...others] };
    case 'tools/call':
      return { resultType: 'complete', content: [{ type: 'text', text: params.arguments?.message ?? '' }] };
    default:
      return undefined;
  }
}

listenAndTell(server);
