import gateway from '@signalbox/gateway';
import manage from '@signalbox/manage';
import mcp from '@signalbox/mcp';
import type { Extension } from '@signalbox/sdk';
import storePostgres from '@signalbox/store-postgres';
import storeSqlite from '@signalbox/store-sqlite';

/** The built-in extensions of a hub that keeps its state with the given driver. */
export function builtinExtensions(driver: 'sqlite' | 'postgres'): readonly Extension[] {
  const store: Extension = driver === 'postgres' ? storePostgres : storeSqlite;
  return [store, gateway, mcp, manage];
}

/** Every built-in extension, for the reference and the schema of the settings. */
export const allExtensions: readonly Extension[] = [storeSqlite, storePostgres, gateway, mcp, manage];
