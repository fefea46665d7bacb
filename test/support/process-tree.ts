import { readdirSync, readFileSync } from 'node:fs';
import { until } from './until.ts';

/** Every process below one, children of children included; needs /proc. */
export function descendantsOf(pid: number): number[] {
  const children = new Map<number, number[]>();
  for (const [child, { parent }] of allProcesses()) {
    children.set(parent, [...(children.get(parent) ?? []), child]);
  }
  const found: number[] = [];
  const queue = [pid];
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    const below = children.get(next) ?? [];
    found.push(...below);
    queue.push(...below);
  }
  return found;
}

/** Resolves when none of the processes runs any more. */
export async function untilGone(pids: readonly number[], timeoutMs: number): Promise<void> {
  await until(
    `the processes ${pids.join(', ')} are gone`,
    () => (pids.some(isRunning) ? undefined : true),
    timeoutMs,
  );
}

/** True while a process runs; one that only waits to be buried does not. */
export function isRunning(pid: number): boolean {
  const state = readStat(pid)?.state;
  return state !== undefined && state !== 'Z' && state !== 'X';
}

function allProcesses(): [number, { state: string; parent: number }][] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0)
    .flatMap((pid) => {
      const stat = readStat(pid);
      return stat ? [[pid, stat]] : [];
    });
}

function readStat(pid: number): { state: string; parent: number } | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const [state = '', parent = '0'] = text.slice(text.lastIndexOf(') ') + 2).split(' ');
    return { state, parent: Number(parent) };
  } catch {
    return undefined;
  }
}
