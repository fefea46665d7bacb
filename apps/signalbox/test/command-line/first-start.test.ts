import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type CliHome, makeHome, program } from '../support/run-cli.ts';
import { startStranger } from '../support/stranger.ts';

let home: CliHome;
let folder: string;
beforeAll(() => {
  home = makeHome();
  folder = join(home.path, 'project');
  mkdirSync(folder);
  writeFileSync(join(folder, 'signalbox.yaml'), 'http:\n  port: 0\n');
});
afterAll(() => home[Symbol.dispose]());

/** Runs `signalbox up` until its log or its welcome tells that it serves, ends it, and gives what it printed. */
async function runUp(words: readonly string[]): Promise<string> {
  const child = spawn(process.execPath, [program, 'up', ...words], {
    cwd: folder,
    env: { PATH: process.env['PATH'], HOME: home.path },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let shown = '';
  child.stdout.on('data', (chunk: Buffer) => {
    shown += chunk.toString();
  });
  child.stderr.resume();
  const ended = once(child, 'close');
  await expect
    .poll(() => home.run(['tool', 'ls'], { cwd: folder }), { timeout: 15_000 })
    .toMatchObject({ code: 0 });
  child.kill('SIGTERM');
  await ended;
  return shown;
}

test('the owner key is shown by the first start that gets to print it, and by no later one', async () => {
  await using taken = await startStranger(() => undefined);
  const failed = await home.run(['up', '--port', new URL(taken.url).port], { cwd: folder });
  expect(failed).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('is taken') });
  const key = readFileSync(join(folder, '.signalbox', 'owner.key'), 'utf8').trim();
  expect(await runUp(['--quiet'])).toBe('');
  expect(await runUp([])).toContain(
    `shown this once (it is kept in owner.key of the data folder):\n  ${key}\n`,
  );
  expect(await runUp([])).not.toContain(key);
}, 60_000);
