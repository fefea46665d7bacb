/** An instant as answers have it. */
export function toInstant(ms: number): string {
  return new Date(ms).toISOString();
}

/** The instants that are there, as answers have them. */
export function instantsOf<Name extends string>(
  given: {
    readonly [name in Name]: number | undefined;
  },
): { [name in Name]?: string } {
  const entries = Object.entries<number | undefined>(given).flatMap(([name, ms]) =>
    ms === undefined ? [] : [[name, toInstant(ms)] as const],
  );
  // Every name comes from those given.
  return Object.fromEntries(entries) as { [name in Name]?: string };
}
