const mostAtOnce = 100;

interface Waiting<Key, Row> {
  readonly key: Key;
  readonly resolve: (rows: readonly Row[]) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Makes a read of the rows of one key (`ask` may give more) that is asked together with others of the same moment, as one question: many things that happen at
 * once cost one round trip. What is read is never older than the call. Errors: those of `ask`, for each who waits for it.
 */
export function joinedRead<Key, Row>(
  ask: (keys: readonly Key[]) => Promise<readonly Row[]>,
  isOf: (row: Row, key: Key) => boolean,
): (key: Key) => Promise<readonly Row[]> {
  let waiting: Waiting<Key, Row>[] = [];
  const askAll = (): void => {
    const all = waiting;
    waiting = [];
    for (let from = 0; from < all.length; from += mostAtOnce)
      void answer(all.slice(from, from + mostAtOnce), ask, isOf);
  };
  return (key) =>
    new Promise((resolve, reject) => {
      if (waiting.length === 0) setImmediate(askAll);
      waiting.push({ key, resolve, reject });
    });
}

async function answer<Key, Row>(
  waiting: readonly Waiting<Key, Row>[],
  ask: (keys: readonly Key[]) => Promise<readonly Row[]>,
  isOf: (row: Row, key: Key) => boolean,
): Promise<void> {
  try {
    const rows = await ask(waiting.map(({ key }) => key));
    for (const { key, resolve } of waiting) resolve(rows.filter((row) => isOf(row, key)));
  } catch (error) {
    for (const { reject } of waiting) reject(error);
  }
}
