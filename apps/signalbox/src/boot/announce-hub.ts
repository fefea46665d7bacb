import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { pointerPath } from '../hub/hub-file.ts';

/** What a running hub tells the commands on this machine. */
export interface HubAnnouncement {
  readonly url: string;
  readonly dataDir: string;
  readonly version: string;
  readonly startedAt: number;
}

/** Writes `hub.json` into the data folder and points the user's commands at it; the result takes both back. */
export function announceHub(
  hub: HubAnnouncement,
  env: { readonly [name: string]: string | undefined },
): () => void {
  const { dataDir, url, version, startedAt } = hub;
  const path = join(dataDir, 'hub.json');
  const pointer = pointerPath(env, env['HOME'] ?? homedir());
  writeWhole(path, { url, pid: process.pid, startedAt, version });
  writeWhole(pointer, { url, dataDir, pid: process.pid });
  return () => {
    rmSync(path, { force: true });
    if (pointsHere(pointer)) rmSync(pointer, { force: true });
  };
}

function writeWhole(path: string, content: object): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const temporary = `${path}.${process.pid}`;
  writeFileSync(temporary, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 });
  renameSync(temporary, path);
}

/** A hub started later has taken the pointer over; it stays. */
function pointsHere(pointer: string): boolean {
  try {
    const { pid } = JSON.parse(readFileSync(pointer, 'utf8')) as { pid?: unknown };
    return pid === process.pid;
  } catch {
    return false;
  }
}
