import approvals from '@signalbox/approvals';
import auth from '@signalbox/auth';
import credentials from '@signalbox/credentials';
import directory from '@signalbox/directory';
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
  scheduler,
  webhooks,
  gateway,
  mcp,
  manage,
];

/** A store the hub can keep its state in. */
type StoreDriver = 'sqlite' | 'postgres';

/** Who can carry out runs. */
type EngineDriver = 'embedded' | 'temporal';

/** What settings choose among built-ins. */
export interface Drivers {
  readonly store: StoreDriver;
  readonly engine: EngineDriver;
}

/** The built-in extensions of a hub with the given drivers; only those are loaded. Errors: `unsupported` for one that is not installed. */
export async function builtinExtensions({ store, engine }: Drivers): Promise<readonly Extension[]> {
  return [await loadStore(store), ...ofEveryHub, await loadEngine(engine)];
}

/** Every built-in extension, for the reference and the schema of the settings; both engines have the same section. */
export async function allExtensions(): Promise<readonly Extension[]> {
  return [
    await loadStore('sqlite'),
    await loadStore('postgres'),
    ...ofEveryHub,
    await loadEngine('embedded'),
  ];
}

async function loadStore(driver: StoreDriver): Promise<Extension> {
  if (driver === 'postgres') return (await import('@signalbox/store-postgres')).default;
  return (await import('@signalbox/store-sqlite')).default;
}

async function loadEngine(driver: EngineDriver): Promise<Extension> {
  if (driver === 'temporal') return (await import('./load-temporal.ts')).loadTemporal();
  return (await import('@signalbox/engine-embedded')).default;
}
