import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Home } from './home.ts';
import { program } from './paths.ts';
import { descendantsOf, isRunning } from './process-tree.ts';
import { until } from './until.ts';

/** How a hub is started; `command` is `signalbox up` unless told otherwise. */
export interface HubOptions {
  readonly command?: readonly string[];
  readonly cwd?: string;
  readonly dataDir?: string;
  readonly env?: { readonly [name: string]: string };
}

/** The real program, running as `signalbox up`. */
export interface HubProcess extends AsyncDisposable {
  readonly pid: number;
  readonly url: string;
  readonly key: string;
  readonly dataDir: string;
  /** From the start of the process until it said that it listens. */
  readonly listeningAfterMs: number;
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** Resolves when standard output shows the text; rejects when the process ends before. */
  readonly untilShown: (text: string) => Promise<void>;
  /** Everything it started. */
  readonly children: () => number[];
  /** Sends a signal and waits for the end. */
  readonly end: (signal: NodeJS.Signals) => Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
}

/** Starts a hub and waits until it listens. */
export async function startHub(home: Home, options: HubOptions = {}): Promise<HubProcess> {
  const cwd = options.cwd ?? home.folder;
  const [command = '', ...words] = options.command ?? [process.execPath, program, 'up'];
  const startedAt = performance.now();
  const child = spawn(command, words, {
    cwd,
    env: { ...home.env, SIGNALBOX_HTTP__PORT: '0', ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const pid = child.pid ?? 0;
  const ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code, signal }));
  });
  const shown = (text: string): true | undefined => {
    if (stdout.includes(text)) return true;
    if (!isRunning(pid)) throw new Error(`the hub ended before it showed "${text}": ${stdout}${stderr}`);
    return undefined;
  };
  const untilShown = async (text: string): Promise<void> => {
    await until(`the hub shows "${text}"`, () => shown(text), 30_000);
  };
  await untilShown('MCP endpoint').catch((error: unknown) => {
    child.kill('SIGKILL');
    throw error;
  });
  const dataDir = options.dataDir ?? join(cwd, '.signalbox');
  return {
    pid,
    dataDir,
    untilShown,
    listeningAfterMs: performance.now() - startedAt,
    url: /listens on (\S+)/.exec(stdout)?.[1] ?? '',
    key: readFileSync(join(dataDir, 'owner.key'), 'utf8').trim(),
    stdout: () => stdout,
    stderr: () => stderr,
    children: () => descendantsOf(pid),
    end: (signal) => {
      child.kill(signal);
      return ended;
    },
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
}
