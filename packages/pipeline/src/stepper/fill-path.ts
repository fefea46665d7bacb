/** A path of the plan with its iterations filled in: `loop[].send` in the third of `loop` is `loop[2].send`. */
export function fillPath(path: string, indices: readonly number[]): string {
  if (indices.length === 0 || !path.includes('[]')) return path;
  const parts = path.split('[]');
  return parts.reduce((filled, part, place) => `${filled}[${indices[place - 1] ?? -1}]${part}`);
}
