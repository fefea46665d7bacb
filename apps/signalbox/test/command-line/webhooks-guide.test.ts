import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type CliHome, makeHome } from '../support/run-cli.ts';
import { type AppHub, startAppHub } from '../support/start-app-hub.ts';

const guide = readFileSync(new URL('../../../../docs/guides/webhooks.md', import.meta.url), 'utf8');
const told: { type: string; id: string }[] = [];
const receiver = createServer((request, response) => {
  let text = '';
  request.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  request.on('end', () => {
    const { type } = JSON.parse(text) as { type: string };
    told.push({ type, id: String(request.headers['webhook-id']) });
    response.writeHead(204).end();
  });
});
let hub: AppHub;
let home: CliHome;
let host: string;
beforeAll(async () => {
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  host = `127.0.0.1:${(receiver.address() as AddressInfo).port}`;
  hub = await startAppHub({ settings: { webhooks: { allowPrivate: [host] } } });
  home = makeHome({ SIGNALBOX_URL: hub.test.url, SIGNALBOX_KEY: hub.test.key });
});
afterAll(async () => {
  home[Symbol.dispose]();
  await hub[Symbol.asyncDispose]();
  receiver.closeAllConnections();
  receiver.close();
});

/** The lines of the guide that use the program, with the receivers it names where one listens here. */
const lines = [...guide.matchAll(/^signalbox (webhook .+)$/gm)].map(([, line = '']) => line);

function wordsOf(line: string): string[] {
  const words = [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
  return words.map((word) => (word.startsWith('https://') ? `http://${host}/hook` : word));
}

test('the commands of the guide do what it says, from the first to the last', async () => {
  expect(lines.length).toBeGreaterThan(8);
  for (const line of lines) {
    const words = wordsOf(line.replace(/ < \S+$/, ''));
    const last = await home.run(['webhook', 'deliveries', 'pager', '-o', 'id']);
    const filled = words.map((word) => (word === 'DELIVERY' ? (last.stdout.split('\n')[0] ?? '') : word));
    const input = line.includes('--secret-stdin') ? 'a secret that the sender has chosen\n' : '';
    const { code, stderr } = await home.run(filled, { input });
    expect([line, code, stderr]).toEqual([line, 0, expect.any(String)]);
  }
  expect(told.map(({ type }) => type)).toContain('webhook.test');
  expect(await home.run(['webhook', 'ls', '-o', 'id'])).toMatchObject({ code: 0 });
});

test('what does not fit together is refused before anything is asked of the hub', async () => {
  for (const words of [
    ['add', 'x'],
    ['add', 'x', '--topic', 'a', '--to', 'https://example.com'],
    ['add', 'x', '--topic', 'a', '--on', 'run.failed'],
    ['add', 'x', '--to', 'https://example.com'],
    ['add', 'x', '--to', 'https://example.com', '--on', 'run.failed', '--scheme', 'github'],
  ])
    expect(await home.run(['webhook', ...words])).toMatchObject({ code: 2, stdout: '' });
});
