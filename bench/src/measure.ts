import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { LoadOrder, LoadResult } from './load.ts';
import { treeCpuUs } from './process-tree.ts';

const loadProgram = fileURLToPath(new URL('./load.ts', import.meta.url));
const runFile = promisify(execFile);

/** Something that answers the measured request. */
export interface Case {
  readonly name: string;
  /** The process whose tree is charged; 0 when there is none between client and upstream. */
  readonly pid: number;
  readonly port: number;
  readonly path: string;
  readonly headers: { readonly [name: string]: string };
  readonly body: string;
}

/** One case in one round. */
export interface Sample extends LoadResult {
  readonly case: string;
  readonly connections: number;
  readonly cpuUsPerRequest: number;
}

/** Loads one case from a process of its own and charges the processor time to its requests. */
export async function measure(each: Case, connections: number, durationMs: number): Promise<Sample> {
  const { name, pid, port, path, headers, body } = each;
  const order: LoadOrder = { port, path, headers, body, expected: 'hello world', connections, durationMs };
  const before = pid === 0 ? 0 : treeCpuUs(pid);
  const { stdout } = await runFile(process.execPath, [loadProgram, JSON.stringify(order)], {
    timeout: durationMs + 30_000,
  });
  const after = pid === 0 ? 0 : treeCpuUs(pid);
  const result = JSON.parse(stdout) as LoadResult;
  return {
    case: name,
    connections,
    ...result,
    cpuUsPerRequest: (after - before) / Math.max(1, result.requests),
  };
}
