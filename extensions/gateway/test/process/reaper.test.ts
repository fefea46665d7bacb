import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { reaperScript } from '../../src/process/reaper-script.ts';
import { isRunning, untilGone } from '../support/hub-process.ts';

const shells = ['/bin/sh', '/bin/bash', '/bin/dash'].filter((shell) => existsSync(shell));

describe.each(shells)('the reaper under %s', (shell) => {
  /** Starts a process in a group of its own. */
  const startGroup = (): number => {
    const child = spawn('/bin/sleep', ['600'], { detached: true, stdio: 'ignore' });
    child.unref();
    return child.pid ?? 0;
  };

  const runReaper = async (input: string): Promise<number | null> => {
    const reaper = spawn(shell, ['-c', reaperScript, 'signalbox-reaper'], {
      stdio: ['pipe', 'inherit', 'inherit'],
    });
    reaper.stdin.end(input);
    const [code] = (await once(reaper, 'exit')) as [number | null];
    return code;
  };

  test('ends the groups it was told of when its input ends', async () => {
    const groups = [startGroup(), startGroup()];
    await runReaper(groups.map((group) => `+ ${group}\n`).join(''));
    await untilGone(groups, 1_000);
  });

  test('leaves a group alone that it was told to forget', async () => {
    const [kept, ended] = [startGroup(), startGroup()];
    await runReaper(`+ ${kept}\n+ ${ended}\n- ${kept}\n`);
    await untilGone([ended], 1_000);
    expect(await isRunning(kept)).toBe(true);
    process.kill(kept, 'SIGKILL');
  });

  test('takes nothing for a group but a number greater than 1', async () => {
    await runReaper('+ 1\n+ 0\n+ 01\n+ -1\n+ *\n+ $(kill 1)\n+ 12x\n+\nnonsense\n');
    expect(await isRunning(process.pid)).toBe(true);
  });

  test('ends at once when there is nothing to do', async () => {
    expect(await runReaper('')).toBe(0);
  });
});
