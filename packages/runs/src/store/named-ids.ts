/** Ids of runs as a statement that is built once takes them. */
export type NamedIds = { readonly [id: `id${number}`]: string };

/** In the same order whoever asks, so that of two who write none waits for what the other has locked. */
export function namedIds(runs: readonly { readonly id: string }[]): NamedIds {
  const ids = runs.map(({ id }) => id).sort();
  return Object.fromEntries(ids.map((id, index) => [`id${index}`, id]));
}
