import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { type Log, SignalboxError, systemClock } from '@signalbox/sdk';
import { childEnvironment } from './child-environment.ts';
import { Reaper } from './reaper.ts';
import { type PipedChild, RunningProcess } from './running-process.ts';

/** What to start. Never run through a shell. */
export interface ChildCommand {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: { readonly [name: string]: string };
  readonly cwd?: string | undefined;
}

/** Starts the hub's children and sees to it that none is left behind. */
export class ChildProcesses {
  readonly #reaper: Reaper;
  readonly #running = new Set<RunningProcess>();

  constructor(log: Log) {
    this.#reaper = new Reaper(log);
  }

  /** Starts a program for the upstream `name`. Errors: `upstream_unavailable` when it cannot be started. */
  async start(name: string, given: ChildCommand): Promise<RunningProcess> {
    if (given.cwd !== undefined && !existsSync(given.cwd)) throw noFolder(name, given.cwd);
    this.#reaper.prepare();
    const child = spawn(given.command, [...given.args], {
      shell: false,
      // A group of its own: a signal reaches what the child starts, and the hub's Ctrl-C does not reach the child.
      detached: process.platform !== 'win32',
      windowsHide: true,
      stdio: ['pipe', 'pipe', 'pipe'],
      env: childEnvironment(given.env, process.env, process.platform),
      ...(given.cwd === undefined ? {} : { cwd: given.cwd }),
    });
    const pid = child.pid;
    if (pid === undefined) throw await startFailure(name, given.command, child);
    child.on('error', () => undefined);
    this.#reaper.watch(pid);
    // A process ends in real time, whatever clock a test owns.
    return this.#keep(new RunningProcess(child, pid, systemClock));
  }

  /** Ends everything that still runs. */
  async close(): Promise<void> {
    await Promise.all([...this.#running].map((running) => running.stop()));
    this.#reaper.close();
  }

  #keep(running: RunningProcess): RunningProcess {
    this.#running.add(running);
    void running.gone.then(() => {
      this.#running.delete(running);
      this.#reaper.forget(running.pid);
    });
    return running;
  }
}

function startFailure(name: string, command: string, child: PipedChild): Promise<SignalboxError> {
  return new Promise((resolve) => {
    child.once('error', (error: NodeJS.ErrnoException) => {
      const why = reasons[error.code ?? ''] ?? `failed with ${error.code ?? 'an unknown error'}`;
      resolve(
        new SignalboxError(
          'upstream_unavailable',
          `upstream "${name}" cannot be started: "${command}" ${why}`,
          {
            cause: error,
          },
        ),
      );
    });
  });
}

const reasons: { readonly [code: string]: string } = {
  ENOENT: 'was not found; install it, or write its full path into "command"',
  EACCES: 'may not be executed; check its permissions',
  E2BIG: 'was given too many arguments; shorten "args" or "env"',
  EAGAIN: 'could not be started because the system has no processes left',
};

function noFolder(name: string, cwd: string): SignalboxError {
  return new SignalboxError(
    'upstream_unavailable',
    `upstream "${name}" cannot be started: its folder "${cwd}" does not exist; create it or change "cwd"`,
  );
}
