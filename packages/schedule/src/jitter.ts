/**
 * How much later something fires than it is due: 0 to `maxMs`, always the same for a seed and an instant, and spread evenly over
 * both. It keeps many schedules of the same minute apart; it is no secret.
 */
export function jitterOf(seed: string, atMs: number, maxMs: number): number {
  if (maxMs <= 0) return 0;
  let hash = 0x811c9dc5;
  const text = `${seed}\n${atMs}`;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  // FNV-1a leaves neighbours close together; the last steps of murmur3 part them.
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  hash = (hash ^ (hash >>> 16)) >>> 0;
  return Math.floor((hash / 2 ** 32) * (maxMs + 1));
}
