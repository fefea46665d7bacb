import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type CliHome, makeHome } from '../support/run-cli.ts';
import { type AppHub, startAppHub } from '../support/start-app-hub.ts';

const guide = readFileSync(new URL('../../../../docs/guides/people-and-keys.md', import.meta.url), 'utf8');
const blocks = (language: string): string[] =>
  [...guide.matchAll(/```(\w+)\n([\s\S]*?)```/g)].flatMap(([, found, text]) =>
    found === language && text !== undefined ? [text] : [],
  );
const lines = blocks('sh').flatMap((text) => text.trim().split('\n'));

let hub: AppHub;
let home: CliHome;
beforeAll(async () => {
  hub = await startAppHub();
  home = makeHome({ SIGNALBOX_URL: hub.test.url, SIGNALBOX_KEY: hub.test.key });
  writeFileSync(join(home.path, 'rules.json'), blocks('json')[0] ?? '');
});
afterAll(async () => {
  home[Symbol.dispose]();
  await hub[Symbol.asyncDispose]();
});

/** The words of a line of the guide; what stands between quotes is one. */
function wordsOf(line: string): string[] {
  const command = line.replace(/^npx signalbox /, '').replace(/ < password\.txt$/, '');
  return [...command.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
}

test('every command of the guide does what it says, one after the other', async () => {
  expect(lines.length).toBeGreaterThan(15);
  for (const line of lines) {
    const words = wordsOf(line);
    const asks = ['rm', 'add'].includes(words[1] ?? '') && ['user', 'rule'].includes(words[0] ?? '');
    const isSure = asks && !(words[0] === 'user' && words[1] === 'add');
    const run = await home.run([...words, ...(isSure ? ['--yes'] : [])], {
      input: 'correct battery horse\n',
    });
    expect({ line, ...run }).toMatchObject({ line, code: 0 });
  }
}, 120_000);
