import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';

/** A program under measurement. */
export interface Part {
  readonly pid: number;
  readonly port: number;
  readonly stop: () => Promise<void>;
}

/** Starts one of the programs in `parts/` and waits for its port. */
export async function startPart(name: string, args: readonly string[] = []): Promise<Part> {
  const child = fork(new URL(`./parts/${name}.ts`, import.meta.url), args, {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const port = await firstPort(child, name);
  return { pid: child.pid ?? 0, port, stop: () => stopChild(child) };
}

/** Ends a child this program started, by its own handle. */
export async function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), 5_000);
  await once(child, 'exit');
  clearTimeout(timer);
}

async function firstPort(child: ChildProcess, name: string): Promise<number> {
  const failed = once(child, 'exit').then(() => {
    throw new Error(`${name} ended before it listened`);
  });
  const [message] = (await Promise.race([once(child, 'message'), failed])) as [{ port: number }];
  return message.port;
}
