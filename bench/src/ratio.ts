/** The middle of some numbers; 0 of none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
}

/** A ratio over several rounds: each round against the reference of the same round. */
export interface Ratio {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** The median of per-round ratios, with the range. Rounds come in the same order in both. */
export function ratioOf(values: readonly number[], references: readonly number[]): Ratio {
  const ratios = values
    .map((value, round) => value / (references[round] ?? Number.NaN))
    .filter(Number.isFinite);
  return { median: median(ratios), min: Math.min(...ratios), max: Math.max(...ratios) };
}

/** How far a reference moved between rounds: (max − min) / median. */
export function spread(values: readonly number[]): number {
  return values.length === 0 ? 0 : (Math.max(...values) - Math.min(...values)) / median(values);
}
