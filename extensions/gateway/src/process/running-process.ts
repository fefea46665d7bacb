import type { ChildProcessByStdio } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { type Clock, sleep } from '@signalbox/sdk';
import { killTreeOnWindows, signalGroup } from './process-group.ts';

const graceMs = 2_000;
const killWaitMs = 1_000;
const pollMs = 20;
const drainMs = 100;

/** A child with its three pipes. */
export type PipedChild = ChildProcessByStdio<Writable, Readable, Readable>;

/**
 * A started child and everything in its process group. `exited` tells once how the child ended; what the child
 * left behind in its group is ended then, too.
 */
export class RunningProcess {
  readonly pid: number;
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Resolves when the child itself has ended and its output is read: `exited with code 1`. */
  readonly exited: Promise<string>;
  /** Resolves when nothing of its group is left. */
  readonly gone: Promise<void>;
  readonly #clock: Clock;
  #hasExited = false;

  constructor(child: PipedChild, pid: number, clock: Clock) {
    this.pid = pid;
    this.stdin = child.stdin;
    this.stdout = child.stdout;
    this.stderr = child.stderr;
    this.#clock = clock;
    for (const pipe of [child.stdin, child.stdout, child.stderr]) pipe.on('error', () => undefined);
    this.exited = this.#watchExit(child);
    this.gone = this.exited.then(() => this.#clearGroup());
  }

  /** Ends the child and its group: input closed, SIGTERM after 2 s, SIGKILL after 2 s more. Never rejects. */
  async stop(): Promise<void> {
    this.stdin.destroy();
    if (await this.#isGoneWithin(graceMs)) return;
    this.#signal('SIGTERM');
    if (await this.#isGoneWithin(graceMs)) return;
    this.#signal('SIGKILL');
    await this.#isGoneWithin(killWaitMs);
  }

  #watchExit(child: PipedChild): Promise<string> {
    return new Promise((resolve) => {
      child.once('exit', (code, signal) => {
        this.#hasExited = true;
        const reason = signal === null ? `exited with code ${code}` : `was ended by ${signal}`;
        // A grandchild may hold the output open for ever: what the child wrote last is read, then it counts as ended.
        const cancel = this.#clock.after(drainMs, () => resolve(reason));
        child.once('close', () => {
          cancel();
          resolve(reason);
        });
      });
    });
  }

  async #clearGroup(): Promise<void> {
    if (process.platform === 'win32' || !signalGroup(this.pid, 'SIGTERM')) return;
    if (await this.#isEmptyWithin(graceMs)) return;
    this.#signal('SIGKILL');
    await this.#isEmptyWithin(killWaitMs);
  }

  #signal(signal: NodeJS.Signals): void {
    if (process.platform !== 'win32') signalGroup(this.pid, signal);
    else if (!this.#hasExited) killTreeOnWindows(this.pid);
  }

  async #isEmptyWithin(timeMs: number): Promise<boolean> {
    for (let waitedMs = 0; waitedMs < timeMs; waitedMs += pollMs) {
      if (!signalGroup(this.pid, 0)) return true;
      await sleep(this.#clock, pollMs);
    }
    return false;
  }

  #isGoneWithin(timeMs: number): Promise<boolean> {
    return new Promise((resolve) => {
      const cancel = this.#clock.after(timeMs, () => resolve(false));
      void this.gone.then(() => {
        cancel();
        resolve(true);
      });
    });
  }
}
