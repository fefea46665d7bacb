import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { NativeConnection } from '@temporalio/worker';
import { describe } from 'vitest';

const binary = process.env['SIGNALBOX_TEMPORAL_BIN'] ?? '';
const howToGetServer =
  'Temporal — set SIGNALBOX_TEMPORAL_BIN to its binary (bash .ci/temporal.sh <dir> installs one and prints its path)';

/** A block of tests that needs a server of Temporal. */
export function describeTemporal(name: string, block: () => void): void {
  if (binary === '') {
    if (process.env['SIGNALBOX_NO_SKIP'] === '1')
      throw new TypeError(`SIGNALBOX_NO_SKIP is set, but there is no ${howToGetServer}`);
    process.stdout.write(`skipped: ${howToGetServer}\n`);
  }
  describe.skipIf(binary === '')(name, block);
}

/** A server of Temporal on this machine, with a file of its own. */
export class TemporalServer implements AsyncDisposable {
  readonly address: string;
  readonly #port: number;
  readonly #folder: string;
  #process: ChildProcess | undefined;

  private constructor(port: number, folder: string) {
    this.#port = port;
    this.#folder = folder;
    this.address = `127.0.0.1:${port}`;
  }

  static async start(): Promise<TemporalServer> {
    const server = new TemporalServer(await freePort(), await mkdtemp(join(tmpdir(), 'temporal-')));
    await server.resume();
    return server;
  }

  /** Starts it again with what it knows. */
  async resume(): Promise<void> {
    const words = ['server', 'start-dev', '--headless', '--ip', '127.0.0.1', '--port', String(this.#port)];
    const file = join(this.#folder, 'temporal.db');
    const child = spawn(binary, [...words, '--log-level', 'never', '--db-filename', file], {
      stdio: 'ignore',
    });
    this.#process = child;
    await this.#untilItAnswers(child);
  }

  /** Ends it at once, as a crash does. */
  async kill(): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    if (!child || child.exitCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }

  /** What the history of a workflow holds, as JSON. */
  historyOf(workflow: string): Promise<string> {
    return this.command('workflow', 'show', '--workflow-id', workflow, '--output', 'json');
  }

  /** What Temporal's own command line says. */
  async command(...words: readonly string[]): Promise<string> {
    const { stdout } = await promisify(execFile)(binary, [...words, '--address', this.address], {
      maxBuffer: 100_000_000,
    });
    return stdout;
  }

  /** Forgets everything it knows. Only while it does not run. */
  async wipe(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
    await mkdir(this.#folder, { recursive: true });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #untilItAnswers(child: ChildProcess): Promise<void> {
    while (child.exitCode === null) {
      try {
        const connection = await NativeConnection.connect({ address: this.address });
        try {
          await connection.workflowService.describeNamespace({ namespace: 'default' });
          return;
        } finally {
          await connection.close();
        }
      } catch {
        // It is not there yet: the next attempt waits for the connection itself.
        await new Promise((resolve) => setImmediate(resolve));
      }
    }
    throw new Error(`${binary} ended with ${child.exitCode} before it answered`);
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('there is no free port');
  return address.port;
}
