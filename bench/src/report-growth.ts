import type { Sample } from './measure.ts';
import { median, ratioOf } from './ratio.ts';
import { sizes } from './suite-growth.ts';

const limit = 1.1;

/** What a call costs in catalogs of growing size, against the smallest. */
export function reportGrowth(samples: readonly Sample[]): string {
  const counts = [...new Set(samples.map(({ connections }) => connections))];
  const busy = counts.includes(16) ? 16 : (counts.at(-1) ?? 16);
  const cpuOf = (size: number): number[] =>
    samples
      .filter((each) => each.case === `${size} tools` && each.connections === busy)
      .map(({ cpuUsPerRequest }) => cpuUsPerRequest);
  const smallest = cpuOf(sizes[0]);
  const lines = sizes.map((size) => {
    const { median: middle, min, max } = ratioOf(cpuOf(size), smallest);
    const figures = `${middle.toFixed(2)} (${min.toFixed(2)}–${max.toFixed(2)})`;
    return `${String(size).padStart(6)} tools  ${median(cpuOf(size)).toFixed(1).padStart(7)} us  ${figures}`;
  });
  const errors = samples.reduce((sum, each) => sum + each.errors, 0);
  const largest = sizes.at(-1) ?? 0;
  const { median: value } = ratioOf(cpuOf(largest), smallest);
  const verdict = value <= limit ? 'met' : 'MISSED';
  return [
    `CPU of one tools/call by the size of the catalog, ${busy} connections${errors === 0 ? '' : `  VOID: ${errors} errors`}`,
    ...lines,
    `growth: tools/call at ${largest} tools ${value.toFixed(3)} x of ${sizes[0]} tools, goal ≤ ${limit.toFixed(2)}  ${verdict}`,
  ].join('\n');
}
