import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../', import.meta.url));
const program = join(root, 'tools/check-borders.mjs');

let copy: string;

beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), 'signalbox-borders-'));
  for (const folder of ['packages', 'kernel', 'extensions', 'apps']) {
    const filter = (path: string): boolean => !/node_modules|[\\/]dist/.test(path);
    cpSync(join(root, folder), join(copy, folder), { recursive: true, filter });
  }
});

afterAll(() => rmSync(copy, { recursive: true, force: true }));

test('the repository keeps its borders', async () => {
  const { stdout } = await run(process.execPath, [program, root]);
  expect(stdout).toMatch(/^borders: \d+ rooms, \d{3,} files, 0 violations\n$/);
});

test.each([
  ['an extension that imports the kernel', 'extensions/mcp', "import { startHub } from '@signalbox/kernel';"],
  ['an extension that imports another', 'extensions/manage', "import gateway from '@signalbox/gateway';"],
  ['a kernel that imports an extension', 'kernel', "export { default } from '@signalbox/mcp';"],
  [
    'a kernel that imports the MCP SDK',
    'kernel',
    "import type { Client } from '@modelcontextprotocol/client';",
  ],
  [
    'an extension that imports the OAuth helpers of another',
    'extensions/gateway',
    "import { auth } from '@modelcontextprotocol/client';",
  ],
  [
    'a keeper of accounts that imports more of the MCP SDK than its helpers',
    'extensions/credentials',
    "import { McpServer } from '@modelcontextprotocol/server';",
  ],
  ['a pure package with input and output', 'packages/protocol', "import { readFileSync } from 'node:fs';"],
  [
    'an sdk that imports anything of ours',
    'packages/sdk',
    "const later = await import('@signalbox/protocol');",
  ],
  ['a path out of the room', 'extensions/gateway', "import { x } from '../../mcp/src/index.ts';"],
  ['an undeclared package of ours', 'extensions/manage', "import { Row } from '@signalbox/protocol';"],
  [
    'an app that imports what is for tests',
    'apps/signalbox',
    "import { FakeClock } from '@signalbox/testkit';",
  ],
])('%s is found', async (_what, room, line) => {
  const planted = join(copy, room, 'src', 'planted.ts');
  mkdirSync(join(copy, room, 'src'), { recursive: true });
  writeFileSync(planted, `${line}\n`);
  try {
    await expect(run(process.execPath, [program, copy])).rejects.toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/src\/planted\.ts: [\s\S]*, 1 violations\n$/),
    });
  } finally {
    rmSync(planted);
  }
});
