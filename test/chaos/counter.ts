import { appendFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * What the tools of the chaos suite do to the world: a process of its own that writes down every call before it answers. Its file is
 * the only witness the judge believes.
 */
const file = process.argv[2] ?? '';
const server = createServer((request, response) => {
  let body = '';
  request.setEncoding('utf8');
  request.on('data', (text: string) => {
    body += text;
  });
  request.on('end', () => {
    appendFileSync(file, `${body}\n`);
    // Long enough that a kill often meets a call that has been made and not answered.
    setTimeout(() => response.end('{}'), 3);
  });
});
server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }));
