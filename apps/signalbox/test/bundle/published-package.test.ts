import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';

const run = promisify(execFile);
const room = fileURLToPath(new URL('../../', import.meta.url));
const server = fileURLToPath(new URL('../fixtures/tiny-mcp-server.mjs', import.meta.url));

let folder: string;
let bin: string;

// What "npx signalbox" will find: the package built, packed and installed into an empty folder, with no registry at hand.
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'signalbox-published-'));
  await run('npm', ['run', '-s', 'build'], { cwd: room });
  await run('npm', ['pack', '--silent', '--pack-destination', folder], { cwd: room });
  const tarball = readdirSync(folder).find((name) => name.endsWith('.tgz')) ?? '';
  writeFileSync(join(folder, 'package.json'), '{"private":true}');
  await run('npm', ['install', '--offline', '--no-audit', '--no-fund', `./${tarball}`], { cwd: folder });
  bin = join(folder, 'node_modules', '.bin', 'signalbox');
}, 120_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('the package has no dependencies and carries the licences of what is inside', () => {
  const installed = join(folder, 'node_modules', 'signalbox');
  const manifest = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8')) as {
    dependencies?: object;
  };
  expect(manifest.dependencies ?? {}).toEqual({});
  expect(readdirSync(join(folder, 'node_modules')).filter((name) => !name.startsWith('.'))).toEqual([
    'signalbox',
  ]);
  expect(existsSync(join(installed, 'src'))).toBe(false);
  const notices = readFileSync(join(installed, 'dist', 'THIRD-PARTY-NOTICES.txt'), 'utf8');
  for (const name of ['undici', 'hono', 'zod', 'kysely', 'pg', 'ajv', 'commander', 'pino'])
    expect(notices).toMatch(new RegExp(`^${name} \\d`, 'm'));
});

test('"signalbox up" serves, a tool answers, and Ctrl-C ends it cleanly', async () => {
  writeFileSync(
    join(folder, 'signalbox.yaml'),
    JSON.stringify({
      dataDir: 'data',
      gateway: { upstreams: { tiny: { command: process.execPath, args: [server] } } },
    }),
  );
  const env = { PATH: process.env['PATH'], HOME: folder };
  const hub = spawn(bin, ['up', '--port', '0'], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
  hub.stderr.resume();
  let printed = '';
  for await (const chunk of hub.stdout.iterator({ destroyOnReturn: false })) {
    printed += String(chunk);
    if (/tools are ready/.test(printed)) break;
  }
  hub.stdout.resume();
  expect(printed).toMatch(/tiny\s+available\s+stdio/);
  const listed = await run(bin, ['tool', 'ls', '-o', 'id'], { cwd: folder, env });
  expect(listed.stdout.split('\n').filter(Boolean)).toContain('tiny__echo');
  const called = await run(bin, ['tool', 'call', 'tiny__echo', 'message=hello'], { cwd: folder, env });
  expect(called.stdout.trim()).toBe('{"message":"hello"}');
  const ended = once(hub, 'exit');
  hub.kill('SIGINT');
  expect(await ended).toEqual([0, null]);
}, 60_000);
