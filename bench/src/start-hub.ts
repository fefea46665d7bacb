import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Part, stopChild } from './start-part.ts';

/** A hub under measurement, with its key. */
export interface HubPart extends Part {
  readonly key: string;
}

const bin = fileURLToPath(new URL('../../apps/signalbox/bin/signalbox.mjs', import.meta.url));

/** Starts the real binary with the given settings (as JSON, which is YAML) and waits until it is ready. */
export async function startHub(settings: object, flags: readonly string[] = []): Promise<HubPart> {
  const folder = mkdtempSync(join(tmpdir(), 'signalbox-bench-'));
  const config = join(folder, 'signalbox.yaml');
  writeFileSync(config, JSON.stringify({ dataDir: 'data', ...settings }));
  const child = spawn(process.execPath, [bin, 'up', '--config', config, '--port', '0', ...flags], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'], HOME: folder },
  });
  // The log is read and dropped, as a collector would.
  child.stderr.resume();
  const printed = await readUntil(child.stdout, /tools are ready|No upstreams yet/);
  const port = Number(/listens on http:\/\/127\.0\.0\.1:(\d+)/.exec(printed)?.[1]);
  const key = readFileSync(join(folder, 'data', 'owner.key'), 'utf8').trim();
  const stop = async (): Promise<void> => {
    await stopChild(child);
    rmSync(folder, { recursive: true, force: true });
  };
  return { pid: child.pid ?? 0, port, key, stop };
}

async function readUntil(stream: NodeJS.ReadableStream, wanted: RegExp): Promise<string> {
  let text = '';
  for await (const chunk of stream) {
    text += String(chunk);
    if (wanted.test(text)) break;
  }
  if (!wanted.test(text)) throw new Error(`the hub ended before it was ready:\n${text}`);
  return text;
}
