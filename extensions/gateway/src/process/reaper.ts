import { type ChildProcess, spawn } from 'node:child_process';
import type { Log } from '@signalbox/sdk';
import { reaperScript } from './reaper-script.ts';

const maxRestarts = 5;

/**
 * Makes sure that no process group of the hub outlives it, even when the hub is killed with SIGKILL.
 * One small shell process per hub, started with the first group. Does nothing on Windows.
 */
export class Reaper {
  readonly #log: Log;
  readonly #groups = new Set<number>();
  #shell: ChildProcess | undefined;
  #restarts = 0;
  #isClosed = false;

  constructor(log: Log) {
    this.#log = log;
  }

  /** Starts the reaper if it does not run yet; call it before the first group is made. */
  prepare(): void {
    if (this.#shell || this.#isClosed || process.platform === 'win32') return;
    // Its own group: a signal to the hub's group must not reach it before it has done its work.
    const shell = spawn('/bin/sh', ['-c', reaperScript, 'signalbox-reaper'], {
      detached: true,
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    this.#shell = shell;
    shell.stdin?.on('error', () => undefined);
    shell.on('error', (error) => this.#onEnd(shell, error.message));
    shell.on('exit', (code, signal) => this.#onEnd(shell, `it ended with ${signal ?? code}`));
    shell.unref();
    unrefPipe(shell.stdin);
    for (const group of this.#groups) this.#tell('+', group);
  }

  /** Takes a process group into care. */
  watch(group: number): void {
    this.#groups.add(group);
    this.prepare();
    this.#tell('+', group);
  }

  /** Lets go of a group that is gone, before its number can be used again. */
  forget(group: number): void {
    if (this.#groups.delete(group)) this.#tell('-', group);
  }

  /** Lets the reaper go; groups it still knows are ended by it. */
  close(): void {
    this.#isClosed = true;
    this.#shell?.stdin?.end();
  }

  #tell(sign: '+' | '-', group: number): void {
    this.#shell?.stdin?.write(`${sign} ${group}\n`);
  }

  #onEnd(shell: ChildProcess, reason: string): void {
    if (this.#shell !== shell) return;
    this.#shell = undefined;
    if (this.#isClosed) return;
    this.#log.warn('the reaper ended; processes may outlive a killed hub', { reason });
    if (this.#groups.size > 0 && this.#restarts++ < maxRestarts) this.prepare();
  }
}

function unrefPipe(pipe: unknown): void {
  // A child's pipe is a socket at run time; it must not keep the hub alive.
  (pipe as { unref?: () => void } | null)?.unref?.();
}
