import { readdirSync, readFileSync } from 'node:fs';

// Linux counts processor time in ticks of 10 ms (sysconf(_SC_CLK_TCK) is 100 on every platform Node runs on).
const usPerTick = 10_000;

interface ProcessStat {
  readonly pid: number;
  readonly parent: number;
  readonly cpuUs: number;
}

/** Processor time of a process and everything below it, in microseconds. */
export function treeCpuUs(root: number): number {
  return tree(root).reduce((sum, { cpuUs }) => sum + cpuUs, 0);
}

function tree(root: number): ProcessStat[] {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => readStat(Number(name)) ?? []);
  const chosen = new Set([root]);
  let size = 0;
  while (size !== chosen.size) {
    size = chosen.size;
    for (const { pid, parent } of all) if (chosen.has(parent)) chosen.add(pid);
  }
  return all.filter(({ pid }) => chosen.has(pid));
}

function readStat(pid: number): ProcessStat | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name may hold spaces and brackets; the fields begin after the last bracket.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    const number = (index: number): number => Number(fields[index] ?? 0);
    // utime, stime and those of children that have ended.
    const ticks = number(11) + number(12) + number(13) + number(14);
    return { pid, parent: number(1), cpuUs: ticks * usPerTick };
  } catch {
    return undefined;
  }
}
