import type { Database, Dialect } from '../src/database.ts';

/** Bounds a test may tighten. */
export interface TestBounds {
  readonly maxQueuedRows?: number;
}

/** An open store, closed at the end of its block. */
export interface OpenStore extends AsyncDisposable {
  readonly database: Database;
  readonly close: () => Promise<void>;
}

/** A place for one store (a file, a schema), removed at the end of its block. */
export interface StorePlace extends AsyncDisposable {
  readonly open: (bounds?: TestBounds) => Promise<OpenStore>;
  /** Arguments of the process that writes to this place until it is killed. */
  readonly crashWriter: readonly string[];
}

/** A driver as the shared suite sees it. */
export interface StoreUnderTest {
  readonly dialect: Dialect;
  /** True when several may have one place open at once. */
  readonly isShared: boolean;
  readonly createPlace: () => Promise<StorePlace>;
}
