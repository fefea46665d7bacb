import { mkdirSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type CliHome, makeHome } from '../support/run-cli.ts';
import { proveWith, startStranger } from '../support/stranger.ts';

const key = 'sbx_owner_0123abcd_00112233445566778899aabbccddeeff00112233_0a6f4c1e';
const initialize = {
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'a', version: '1' } },
};

let home: CliHome;
let count = 0;
beforeAll(() => {
  home = makeHome();
});
afterAll(() => home[Symbol.dispose]());

/** A folder whose hub was killed: it left its address, which another listens on now. */
function folderOf(url: string, ownerKey?: string): string {
  const folder = join(home.path, String(count++));
  const dataDir = join(folder, '.signalbox');
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  writeFileSync(join(folder, 'signalbox.yaml'), '');
  writeFileSync(join(dataDir, 'hub.json'), JSON.stringify({ url, pid: 1, startedAt: 1, version: '1' }));
  if (ownerKey !== undefined) writeFileSync(join(dataDir, 'owner.key'), `${ownerKey}\n`, { mode: 0o600 });
  return folder;
}

const answers: [string, (request: IncomingMessage, response: ServerResponse) => void][] = [
  ['ok to everything', (_, response) => response.end('ok')],
  ['with a proof of another key', proveWith('another key')],
  ['with the nonce', (request, response) => response.end(JSON.stringify({ proof: request.url?.slice(-64) }))],
  ['with an empty proof', (_, response) => response.end('{"proof":""}')],
  ['with a redirect', (_, response) => response.writeHead(307, { location: '/elsewhere' }).end()],
  ['without end', (_, response) => void response.write('x'.repeat(100_000))],
];

test.each(answers)('a stranger who answers %s is never shown the key', async (_how, answer) => {
  await using stranger = await startStranger(answer);
  const cwd = folderOf(stranger.url, key);
  for (const words of [
    ['tool', 'ls'],
    ['tool', 'ls', '--url', stranger.url],
    ['connect', 'cursor', '--http'],
  ]) {
    const run = await home.run(words, { cwd });
    expect(run).toMatchObject({ code: 1, stdout: '' });
    expect(run.stderr).toBe(
      `error: what answers at ${stranger.url} is not the hub of this data folder; start it with "signalbox up"\n`,
    );
  }
  expect(stranger.seen()).toHaveLength(3);
  for (const line of stranger.seen()) expect(line).toMatch(/^GET \/local\/proof\?nonce=[0-9a-f]{64} /);
  expect(stranger.seen().join('\n')).not.toMatch(/sbx_owner|authorization/i);
});

test('a key of the environment goes to a found address only after the proof, to a named one as given', async () => {
  await using stranger = await startStranger((_, response) => response.end('ok'));
  const cwd = folderOf(stranger.url, key);
  expect(await home.run(['tool', 'ls'], { cwd, env: { SIGNALBOX_KEY: 'given' } })).toMatchObject({ code: 1 });
  expect(stranger.seen().join('\n')).not.toContain('given');
  await home.run(['tool', 'ls', '--url', stranger.url], { cwd, env: { SIGNALBOX_KEY: 'given' } });
  expect(stranger.seen().at(-1)).toContain('Bearer given');
});

test('"signalbox mcp" serves a hub of its own rather than speak with a stranger', async () => {
  await using stranger = await startStranger((_, response) => response.end('ok'));
  const cwd = folderOf(stranger.url);
  // The hub that was killed had this key: one of the same folder.
  await home.run(['mcp', '--own-hub'], { cwd });
  writeFileSync(join(cwd, '.signalbox', 'hub.json'), JSON.stringify({ url: stranger.url }));
  const run = await home.run(['mcp'], { cwd, input: `${JSON.stringify(initialize)}\n` });
  expect(run.code).toBe(0);
  expect(JSON.parse(run.stdout)).toMatchObject({ id: 1, result: { serverInfo: {} } });
  expect(stranger.seen()).toHaveLength(1);
  expect(stranger.seen().join('\n')).not.toMatch(/sbx_owner|authorization/i);
});
