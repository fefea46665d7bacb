import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { JsonObject } from '@signalbox/sdk';

const program = fileURLToPath(new URL('./hub-program.ts', import.meta.url));

/** A process of its own that runs the gateway. */
export interface HubProcess {
  readonly pid: number;
  /** Ends it and waits until it is gone. */
  readonly kill: (signal: NodeJS.Signals) => Promise<void>;
  /** Process ids of its upstreams and of what those said they had started. */
  readonly pids: readonly number[];
}

/** Starts the gateway in a process of its own and waits until all upstreams are available. */
export async function startHubProcess(upstreams: JsonObject): Promise<HubProcess> {
  const args = ['--conditions=@signalbox/source', program, JSON.stringify(upstreams)];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const line = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', resolve);
    void gone.then(() => reject(new Error('the hub process ended')));
  });
  return {
    pid: child.pid ?? 0,
    pids: JSON.parse(line) as number[],
    kill: async (signal) => {
      child.kill(signal);
      await gone;
    },
  };
}

/** True while a process runs; one that only waits to be buried does not. */
export async function isRunning(pid: number): Promise<boolean> {
  const { readFile } = await import('node:fs/promises');
  try {
    process.kill(pid, 0);
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
    return !/\) [ZX] /.test(stat);
  } catch {
    return false;
  }
}

/** Resolves when none of the processes runs; rejects with those left. */
export async function untilGone(pids: readonly number[], timeoutMs: number): Promise<void> {
  const endsAt = Date.now() + timeoutMs;
  for (;;) {
    const running = await Promise.all(pids.map(async (pid) => ((await isRunning(pid)) ? pid : undefined)));
    const left = running.filter((pid) => pid !== undefined);
    if (left.length === 0) return;
    if (Date.now() > endsAt) throw new Error(`still running: ${left.join(', ')}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
