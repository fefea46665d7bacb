import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { HubOrder } from './hub-order.ts';

const program = fileURLToPath(new URL('./hub.ts', import.meta.url));
const longestMs = 120_000;

/** A hub in a process of its own. */
export interface HubProcess {
  readonly child: ChildProcess;
  /** Resolves when the hub has printed this word. */
  readonly said: (word: string) => Promise<void>;
  /** The highest number of a lead it has heard of. */
  readonly lead: () => number;
  /** SIGSTOP and SIGCONT, by its own handle. */
  readonly freeze: () => void;
  readonly thaw: () => void;
  /** SIGKILL, by its own handle; resolves when it is gone. */
  readonly kill: () => Promise<void>;
}

/** Starts a hub of the suite. */
export function startHubProcess(order: HubOrder): HubProcess {
  const args = ['--conditions=@signalbox/source', program, JSON.stringify(order)];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let printed = '';
  let wake = (): void => undefined;
  const take = (text: Buffer): void => {
    printed += String(text);
    wake();
  };
  child.stdout?.on('data', take);
  child.stderr?.on('data', take);
  const gone = once(child, 'exit').then(() => wake());
  return {
    child,
    said: async (word) => {
      const endsAt = Date.now() + longestMs;
      while (!printed.includes(word)) {
        if (child.exitCode !== null || child.signalCode !== null || Date.now() > endsAt)
          throw new Error(`a hub did not say "${word}":\n${printed.slice(-4_000)}`);
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, 1_000);
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
    },
    lead: () => Math.max(0, ...[...printed.matchAll(/^lead (\d+)$/gm)].map(([, epoch]) => Number(epoch))),
    freeze: () => void child.kill('SIGSTOP'),
    thaw: () => void child.kill('SIGCONT'),
    kill: async () => {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
      await gone;
    },
  };
}
