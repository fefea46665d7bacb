import { hash } from 'node:crypto';

/** What the goals in microseconds were set beside: one SHA-256 of 400 bytes, on the machine they were set on. */
const referenceUs = 0.6;
const runs = 21;
const rounds = 20_000;

/** How fast this machine is now. */
export interface Yardstick {
  /** One SHA-256 of 400 bytes, in microseconds: the median of several runs. */
  readonly hashUs: number;
  /** How many times slower than the machine the goals were set on. */
  readonly slowness: number;
}

/** Times the yardstick. Absolute goals mean something only beside it: shared machines differ by more than what is measured. */
export function measureYardstick(): Yardstick {
  const text = 'x'.repeat(400);
  const run = (): number => {
    const startedMs = performance.now();
    for (let round = 0; round < rounds; round++) hash('sha256', text, 'base64');
    return ((performance.now() - startedMs) * 1_000) / rounds;
  };
  run();
  const sorted = Array.from({ length: runs }, run).sort((a, b) => a - b);
  const hashUs = sorted[Math.floor(runs / 2)] ?? Number.NaN;
  return { hashUs, slowness: hashUs / referenceUs };
}

/** The line that says so. */
export function reportYardstick({ hashUs, slowness }: Yardstick): string {
  return `yardstick: SHA-256 of 400 bytes takes ${hashUs.toFixed(2)} us here, ${referenceUs} us where the goals were set: x ${slowness.toFixed(2)}`;
}
