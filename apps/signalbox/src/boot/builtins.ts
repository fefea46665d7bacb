import approvals from '@signalbox/approvals';
import auth from '@signalbox/auth';
import credentials from '@signalbox/credentials';
import directory from '@signalbox/directory';
import engineEmbedded from '@signalbox/engine-embedded';
import gateway from '@signalbox/gateway';
import manage from '@signalbox/manage';
import mcp from '@signalbox/mcp';
import scheduler from '@signalbox/scheduler';
import type { Extension } from '@signalbox/sdk';
import vault from '@signalbox/vault';
import webhooks from '@signalbox/webhooks';

/** The built-ins of every hub, whatever keeps its state. */
const ofEveryHub: readonly Extension[] = [
  directory,
  auth,
  vault,
  credentials,
  approvals,
  engineEmbedded,
  scheduler,
  webhooks,
  gateway,
  mcp,
  manage,
];

/** A store the hub can keep its state in. */
export type StoreDriver = 'sqlite' | 'postgres';

/** The built-in extensions of a hub that keeps its state with the given driver; only that driver is loaded. */
export async function builtinExtensions(driver: StoreDriver): Promise<readonly Extension[]> {
  return [await loadStore(driver), ...ofEveryHub];
}

/** Every built-in extension, for the reference and the schema of the settings. */
export async function allExtensions(): Promise<readonly Extension[]> {
  return [await loadStore('sqlite'), await loadStore('postgres'), ...ofEveryHub];
}

async function loadStore(driver: StoreDriver): Promise<Extension> {
  if (driver === 'postgres') return (await import('@signalbox/store-postgres')).default;
  return (await import('@signalbox/store-sqlite')).default;
}
