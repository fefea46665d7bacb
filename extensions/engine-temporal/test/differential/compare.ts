import { isDeepStrictEqual } from 'node:util';
import type { Call } from '../../../../packages/pipeline/test/support/world.ts';
import type { Carried } from './carry-out.ts';
import type { Case } from './make-case.ts';

/** What an engine did that the model says nobody does; undefined when there is nothing. */
export function difference({ modelled }: Case, carried: Carried): string | undefined {
  // What ran beside a step that failed has come as far as time allowed: then only the end is the same.
  if (modelled.dependsOnTime)
    return modelled.status !== 'failed' || carried.status === 'failed'
      ? undefined
      : `ended ${carried.status}`;
  const expected = {
    status: modelled.status,
    errorKind: modelled.errorKind,
    output: modelled.output,
    calls: modelled.calls.map(tell).sort(),
  };
  const found = { ...carried, output: carried.output ?? null, calls: carried.calls.map(tell).sort() };
  if (isDeepStrictEqual(plain(found), plain(expected))) return undefined;
  return `${JSON.stringify(found)}\n    instead of ${JSON.stringify(expected)}`;
}

function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

function tell({ path, attempt, tool, args }: Call): string {
  return `${path} ${attempt} ${tool} ${JSON.stringify(args)}`;
}
