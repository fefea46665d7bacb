/** A change of the clocks of a zone: the first second after it, and what was and is added to UTC. */
export interface ClockChange {
  readonly zone: string;
  readonly atMs: number;
  readonly beforeMs: number;
  readonly afterMs: number;
}

/** Every change between two instants, found without the code that is tested: `Intl` writes the offset itself here. */
export function findChanges(
  zone: string,
  { fromMs, toMs, stepMs }: { readonly fromMs: number; readonly toMs: number; readonly stepMs: number },
): readonly ClockChange[] {
  const format = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' });
  const offsetAt = (ms: number): number => readOffset(format.format(ms));
  const changes: ClockChange[] = [];
  let beforeMs = offsetAt(fromMs);
  for (let ms = fromMs + stepMs; ms <= toMs; ms += stepMs) {
    const afterMs = offsetAt(ms);
    if (afterMs === beforeMs) continue;
    let [low, high] = [ms - stepMs, ms];
    while (high - low > 1_000) {
      const middle = Math.floor((low + high) / 2_000) * 1_000;
      if (offsetAt(middle) === beforeMs) low = middle;
      else high = middle;
    }
    changes.push({ zone, atMs: high, beforeMs, afterMs });
    beforeMs = afterMs;
  }
  return changes;
}

/** `1/1/2026, GMT+02:00` */
function readOffset(text: string): number {
  const match = /GMT(?:([+-])(\d{2}):(\d{2})(?::(\d{2}))?)?$/.exec(text);
  if (!match) throw new Error(`no offset in ${text}`);
  const size = (Number(match[2] ?? 0) * 60 + Number(match[3] ?? 0)) * 60 + Number(match[4] ?? 0);
  return (match[1] === '-' ? -size : size) * 1_000;
}
