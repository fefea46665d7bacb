import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { binFolder, program } from './paths.ts';

/** What a run of a program left. */
export interface Run {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** How a program is run. */
interface RunOptions {
  readonly env?: { readonly [name: string]: string };
  readonly cwd?: string;
  readonly input?: string;
}

/** A home and a working folder of their own, so that nothing of this machine's user is seen or touched. */
export interface Home extends Disposable {
  /** The working folder; settings files go here. */
  readonly folder: string;
  /** The whole environment of programs run here. */
  readonly env: { readonly [name: string]: string };
  readonly write: (file: string, text: string) => string;
  /** Runs `signalbox` with these words, to its end. */
  readonly signalbox: (words: readonly string[], options?: RunOptions) => Promise<Run>;
  /** Runs any program, to its end. */
  readonly run: (command: string, words: readonly string[], options?: RunOptions) => Promise<Run>;
}

/** Makes a home. */
export function makeHome(): Home {
  const base = mkdtempSync(join(tmpdir(), 'signalbox-e2e-'));
  const folder = join(base, 'project');
  mkdirSync(folder);
  const env = {
    PATH: `${binFolder}${delimiter}${process.env['PATH'] ?? ''}`,
    HOME: base,
    XDG_DATA_HOME: join(base, 'data'),
    XDG_STATE_HOME: join(base, 'state'),
    XDG_CONFIG_HOME: join(base, 'config'),
  };
  const run = (command: string, words: readonly string[], options: RunOptions = {}): Promise<Run> =>
    runToEnd(command, words, { cwd: folder, ...options, env: { ...env, ...options.env } });
  return {
    folder,
    env,
    run,
    signalbox: (words, options) => run(process.execPath, [program, ...words], options),
    write: (file, text) => {
      writeFileSync(join(folder, file), text);
      return join(folder, file);
    },
    [Symbol.dispose]: () => rmSync(base, { recursive: true, force: true, maxRetries: 5 }),
  };
}

function runToEnd(command: string, words: readonly string[], options: RunOptions): Promise<Run> {
  const { input = '', ...how } = options;
  const child = spawn(command, words, { ...how, stdio: 'pipe' });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, stdout, stderr }));
  });
}
