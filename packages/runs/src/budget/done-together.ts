interface Waiting<Item, Result> {
  readonly item: Item;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Makes what may be done for many at once: the first is done at once, and those that come in the meantime are done together after that. `doAll` gives
 * what became of each, by its place; what that throws is for this one alone. What `doAll` rejects with is for all of them.
 */
export function doneTogether<Item, Result>(
  doAll: (items: readonly Item[]) => Promise<(place: number) => Result>,
): (item: Item) => Promise<Result> {
  let waiting: Waiting<Item, Result>[] = [];
  let isBusy = false;
  const work = async (): Promise<void> => {
    isBusy = true;
    while (waiting.length > 0) {
      const now = waiting;
      waiting = [];
      await answerAll(now, doAll);
    }
    isBusy = false;
  };
  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      if (!isBusy) void work();
    });
}

async function answerAll<Item, Result>(
  waiting: readonly Waiting<Item, Result>[],
  doAll: (items: readonly Item[]) => Promise<(place: number) => Result>,
): Promise<void> {
  try {
    const outcomeOf = await doAll(waiting.map(({ item }) => item));
    for (const [place, { resolve, reject }] of waiting.entries())
      try {
        resolve(outcomeOf(place));
      } catch (error) {
        reject(error);
      }
  } catch (error) {
    for (const { reject } of waiting) reject(error);
  }
}
