/**
 * One statement of a write to the store that happens whole or not at all (`together` of the store). It is plain data in the
 * dialect of the store, so that one extension can make it and another write it along with its own.
 */
export interface StoreWrite {
  readonly sql: string;
  readonly parameters: readonly (string | number | null | Uint8Array)[];
  /** How many rows it has to change; with any other number nothing of the whole write happens. */
  readonly changes?: number;
}
