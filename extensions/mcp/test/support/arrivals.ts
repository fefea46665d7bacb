/** Lets tests wait for what comes. */
export interface Arrivals {
  /** Something has come. */
  readonly note: () => void;
  /** Resolves with what is read, as soon as there is something to read. */
  readonly until: <Value>(read: () => Value | undefined) => Promise<Value>;
}

/** Makes one for a connection. */
export function makeArrivals(): Arrivals {
  const checks = new Set<() => void>();
  return {
    note: () => {
      for (const check of checks) check();
    },
    until: (read) =>
      new Promise((resolve) => {
        const check = (): void => {
          const value = read();
          if (value === undefined) return;
          checks.delete(check);
          resolve(value);
        };
        checks.add(check);
        check();
      }),
  };
}
