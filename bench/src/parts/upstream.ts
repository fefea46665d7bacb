import { createServer } from 'node:http';
import { listenAndTell } from './listen-and-tell.ts';

/** A hand-written modern MCP server over bare node:http: the floor everything is measured against. */
const inputSchema = { type: 'object', properties: { message: { type: 'string' } }, required: ['message'] };
const firstTools = [
  { name: 'echo', description: 'Echoes a message', inputSchema, annotations: { readOnlyHint: true } },
  // The same work, of a tool that may change something for all the hub knows.
  { name: 'send', description: 'Sends a message', inputSchema },
];

// With a number of tools, the others are about as long as those of real servers.
const verbs = ['create', 'list', 'update', 'delete', 'export'];
const things = ['invoice', 'customer', 'document', 'ticket', 'deployment', 'message', 'report'];
const others = Array.from(
  { length: Math.max(0, Number(process.argv[2] ?? 0) - firstTools.length) },
  (_, at) => {
    const verb = verbs[at % verbs.length];
    const thing = things[at % things.length];
    const about = {
      type: 'string',
      description: `Identifies the ${thing}, as the listing of every ${thing} gives it`,
    };
    return {
      name: `${verb}_${thing}_${at}`,
      description: `Use this to ${verb} a ${thing} in area ${at}. Gives the ${thing} as it is afterwards, or says why it failed.`,
      inputSchema: {
        type: 'object',
        properties: { id: about, area: about, options: { type: 'object', properties: { note: about } } },
        required: ['id'],
      },
    };
  },
);

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
      return { resultType: 'complete', ...cache, tools: [...firstTools, ...others] };
    case 'tools/call':
      return { resultType: 'complete', content: [{ type: 'text', text: params.arguments?.message ?? '' }] };
    default:
      return undefined;
  }
}

listenAndTell(server);
