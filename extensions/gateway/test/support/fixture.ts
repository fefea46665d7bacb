import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { JsonObject } from '@signalbox/sdk';

/** The file of a fixture program. */
export function fixturePath(file: string): string {
  return fileURLToPath(new URL(`../fixtures/${file}`, import.meta.url));
}

/** The definition of a stdio upstream that runs a fixture. */
export function stdioFixture(file: string, args: readonly string[], rest: JsonObject = {}): JsonObject {
  return { command: process.execPath, args: [fixturePath(file), ...args], ...rest };
}

/** An HTTP fixture that runs beside the test. */
export interface HttpFixture {
  readonly url: string;
  readonly port: number;
  /** What it wrote on standard error so far. */
  readonly lines: readonly string[];
  readonly untilLine: (pattern: RegExp) => Promise<string>;
  readonly stop: () => Promise<void>;
}

/** Starts an HTTP fixture and waits until it listens. */
export async function startHttpFixture(file: string, args: readonly string[]): Promise<HttpFixture> {
  const child = spawn(process.execPath, [fixturePath(file), ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const lines: string[] = [];
  const waiting = new Set<() => void>();
  createInterface({ input: child.stderr }).on('line', (line) => {
    lines.push(line);
    for (const check of waiting) check();
  });
  const port = await new Promise<number>((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', (line) => resolve(Number(line)));
    child.once('exit', () => reject(new Error(`the fixture ${file} ended: ${lines.join(' ')}`)));
  });
  return {
    url: `http://127.0.0.1:${port}/mcp`,
    port,
    lines,
    untilLine: (pattern) =>
      new Promise((resolve) => {
        const check = (): void => {
          const line = lines.find((each) => pattern.test(each));
          if (line === undefined) return;
          waiting.delete(check);
          resolve(line);
        };
        waiting.add(check);
        check();
      }),
    stop: () =>
      new Promise((resolve) => {
        if (child.exitCode !== null || child.signalCode !== null) return resolve();
        child.once('exit', () => resolve());
        child.kill('SIGKILL');
      }),
  };
}
