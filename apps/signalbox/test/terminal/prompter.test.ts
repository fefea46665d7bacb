import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { createPrompter, type Prompter } from '../../src/terminal/prompter.ts';

/** A terminal a test types at, and what it shows. */
function makeTerminal() {
  const stdin = Object.assign(new PassThrough(), { isTTY: true });
  const stderr = Object.assign(new PassThrough(), { isTTY: true });
  let shown = '';
  stderr.on('data', (chunk: Buffer) => {
    shown += chunk.toString();
  });
  const prompter = createPrompter({
    argv: [],
    env: {},
    cwd: '/',
    home: '/',
    platform: 'linux',
    stdin,
    stdout: new PassThrough(),
    stderr,
    onInterrupt: () => () => undefined,
  });
  return { stdin, shown: () => shown, prompter: prompter as Prompter };
}

test('a secret is read and never shown', async () => {
  const { stdin, shown, prompter } = makeTerminal();
  const answer = prompter.askSecret('password: ');
  for (const key of ['correct ', 'batterx', '\u007f', 'y horse', '\r']) stdin.write(key);
  expect(await answer).toBe('correct battery horse');
  expect(shown()).toBe('password: \n');
});

test('Ctrl-C at a secret gives nothing', async () => {
  const { stdin, shown, prompter } = makeTerminal();
  const answer = prompter.askSecret('password: ');
  stdin.write('corr');
  stdin.write('\u0003');
  expect(await answer).toBeUndefined();
  expect(shown()).not.toContain('corr');
});

test('what is no secret is shown while it is typed', async () => {
  const { stdin, shown, prompter } = makeTerminal();
  const answer = prompter.ask('name: ');
  stdin.write('ann\r');
  expect(await answer).toBe('ann');
  expect(shown()).toContain('ann');
});
