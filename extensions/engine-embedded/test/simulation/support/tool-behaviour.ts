import type { ErrorKind } from '@signalbox/pipeline';
import type { JsonObject, JsonValue } from '@signalbox/sdk';
import { numberOf } from './random.ts';

/** How one call of a tool goes. */
export type Behaviour =
  | { readonly kind: 'done'; readonly afterMs: number; readonly output: JsonValue }
  | { readonly kind: 'failed'; readonly afterMs: number; readonly error: ErrorKind }
  | { readonly kind: 'silent' };

/** A call as its tool sees it. */
export interface SimulatedCall {
  readonly tool: string;
  readonly args: JsonObject;
  /** Run and step. */
  readonly key: string;
}

const errors = ['tool_error', 'connection', 'rate_limited'] as const satisfies readonly ErrorKind[];
/** More than is kept beside the other values of a run. */
const bigText = 'x'.repeat(70_000);

/** What the n-th call of a key comes to: the same whenever it is made, so that a run with faults can be held against one without. */
export function behaviourOf(seed: number, { tool, args, key: ofRun }: SimulatedCall, nth: number): Behaviour {
  // Ids of runs that steps order come of the time at which they do.
  const key = ofRun.startsWith('run-') ? ofRun : `child${ofRun.slice(ofRun.indexOf('/'))}`;
  const afterMs = Math.floor(numberOf(seed, `${key} ${nth}`) % 100) ** 2;
  if (tool === 'big') return { kind: 'done', afterMs, output: { text: bigText } };
  if (tool === 'steady')
    return { kind: 'done', afterMs, output: Math.floor(numberOf(seed, JSON.stringify(args['key']))) };
  const about = numberOf(seed, key);
  const share = about % 100;
  const failing = share < 70 ? 0 : share < 92 ? 1 + (Math.floor(about / 100) % 2) : Number.POSITIVE_INFINITY;
  if (nth > failing) return { kind: 'done', afterMs, output: Math.floor(about) };
  const how = Math.floor(about / 1_000) % 4;
  const error = errors[how];
  return error === undefined ? { kind: 'silent' } : { kind: 'failed', afterMs, error };
}
