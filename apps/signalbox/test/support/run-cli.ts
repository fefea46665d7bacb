import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { main } from '../../src/main.ts';

/** The program as a user starts it from a checkout. */
export const program = fileURLToPath(new URL('../../bin/signalbox.mjs', import.meta.url));

/** What a run of the program left. */
interface CliRun {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A home of its own for the program, so that a test neither sees nor touches the machine's. */
export interface CliHome extends Disposable {
  readonly path: string;
  readonly run: (args: readonly string[], options?: CliOptions) => Promise<CliRun>;
}

interface CliOptions {
  readonly env?: { readonly [name: string]: string };
  readonly input?: string;
  readonly cwd?: string;
  /** Sent as soon as standard error shows this text. */
  readonly interruptAt?: string;
  /** Told what standard error shows, as it comes. */
  readonly onStderr?: (text: string) => void;
}

/** Makes a home; `env` counts for every run in it. */
export function makeHome(env: { readonly [name: string]: string } = {}): CliHome {
  const path = mkdtempSync(join(tmpdir(), 'signalbox-home-'));
  return {
    path,
    run: (args, options = {}) => runCli(args, path, { ...options, env: { ...env, ...options.env } }),
    [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }),
  };
}

/** Commands that are a process to somebody: they serve, or lend their streams to a hub. */
const ownProcess: ReadonlySet<string | undefined> = new Set([undefined, 'up', 'mcp', '--version']);

/** In this process where it makes no difference: a process costs half a second, and there are hundreds. */
function runCli(args: readonly string[], home: string, options: CliOptions): Promise<CliRun> {
  const isProcess = ownProcess.has(args[0]) || options.interruptAt !== undefined;
  return isProcess ? runProcess(args, home, options) : runHere(args, home, options);
}

async function runHere(args: readonly string[], home: string, options: CliOptions): Promise<CliRun> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const texts = [stdout, stderr].map((stream) => {
    const chunks: string[] = [];
    stream.setEncoding('utf8').on('data', (text: string) => {
      chunks.push(text);
      if (stream === stderr) options.onStderr?.(text);
    });
    return { stream, chunks };
  });
  const code = await main({
    argv: args,
    env: { PATH: process.env['PATH'], HOME: home, ...options.env },
    cwd: options.cwd ?? home,
    home,
    platform: process.platform,
    stdin: Readable.from([options.input ?? '']),
    stdout,
    stderr,
    onInterrupt: () => () => undefined,
  });
  const [out = '', err = ''] = await Promise.all(
    texts.map(async ({ stream, chunks }) => {
      stream.end();
      await once(stream, 'end');
      return chunks.join('');
    }),
  );
  return { code, stdout: out, stderr: err };
}

function runProcess(args: readonly string[], home: string, options: CliOptions): Promise<CliRun> {
  const child = spawn(process.execPath, [program, ...args], {
    cwd: options.cwd ?? home,
    env: { PATH: process.env['PATH'], HOME: home, ...options.env },
    stdio: 'pipe',
  });
  let [stdout, stderr] = ['', ''];
  let isInterrupted = false;
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
    options.onStderr?.(chunk.toString());
    if (isInterrupted || options.interruptAt === undefined || !stderr.includes(options.interruptAt)) return;
    isInterrupted = true;
    child.kill('SIGINT');
  });
  child.stdin.on('error', () => undefined);
  child.stdin.end(options.input ?? '');
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, stdout, stderr }));
  });
}
