import { Agent, createServer, request as send } from 'node:http';
import { listenAndTell } from './listen-and-tell.ts';

/** A plain reverse proxy, as one writes it first: node:http, a keep-alive agent, bodies piped. */
const port = Number(process.argv[2]);
const agent = new Agent({ keepAlive: true, maxSockets: 256 });

const server = createServer((request, response) => {
  const { method, url, headers } = request;
  const outgoing = send({ host: '127.0.0.1', port, method, path: url, headers, agent }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
  outgoing.on('error', () => response.destroy());
  request.pipe(outgoing);
});

listenAndTell(server);
