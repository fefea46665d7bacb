import { setupLink } from '@signalbox/directory';
import { markOwnerKeyShown } from '@signalbox/kernel';
import { catalogReader, upstreamRegistry } from '@signalbox/sdk';
import { type BootedHub, bootHub, stopSignal } from './boot/boot-hub.ts';
import type { SettingsRequest } from './boot/open-settings.ts';
import { releaseStartupMemory } from './boot/release-startup-memory.ts';
import { loadedText, welcomeText } from './boot/welcome.ts';

/** What `signalbox up` was told. */
export interface UpOptions {
  readonly configPath?: string;
  readonly noAuth: boolean;
  readonly port?: number;
  readonly host?: string;
  readonly quiet: boolean;
  /** Where settings may come from besides the file. */
  readonly env: SettingsRequest['env'];
}

// Long enough for servers that install themselves first; a slower one shows as connecting.
const settleTimeoutMs = 15_000;

/** Starts the hub and stays until it is told to stop. Errors: those of the settings, the extensions and the listener. */
export async function runUp(options: UpOptions): Promise<void> {
  const stopped = stopSignal();
  const booted = await bootHub(options);
  const write = (text: string): void => {
    if (!options.quiet) process.stdout.write(text);
  };
  write(welcome(booted, options.noAuth));
  if (!options.quiet) markOwnerKeyShown(booted.hub.ownerKey);
  await settled(booted, stopped, write);
  releaseStartupMemory();
  await stopped;
  write('\nstopping …\n');
  await booted.stop();
  write('stopped\n');
}

function welcome(booted: BootedHub, noAuth: boolean): string {
  const { hub, settings, version } = booted;
  return welcomeText({
    url: hub.url ?? '(no network)',
    version,
    dataDir: settings.dataDir,
    configPath: settings.path,
    newKey: hub.ownerKey.isNew ? hub.ownerKey.text : undefined,
    noAuthLevel: noAuth ? settings.core.http.noAuthLevel : undefined,
    setupUrl: setupUrlOf(booted),
  });
}

/** The one-time link for the first owner, at the address clients know the hub by. */
function setupUrlOf({ hub, settings }: BootedHub): string | undefined {
  const path = hub.services.find(setupLink)?.path();
  const base = settings.core.http.publicUrl ?? hub.url;
  return path === undefined || base === undefined ? undefined : base.replace(/\/+$/, '') + path;
}

/** Tells what was loaded when every upstream has been tried once; the hub has served all the while. */
async function settled(
  { hub, settings }: BootedHub,
  stopped: Promise<unknown>,
  write: (text: string) => void,
): Promise<void> {
  const registry = hub.services.get(upstreamRegistry);
  const all = registry.settled(AbortSignal.timeout(settleTimeoutMs)).catch(() => undefined);
  const isStopped = await Promise.race([all.then(() => false), stopped.then(() => true)]);
  if (!isStopped) write(loadedText(registry.list(), hub.services.get(catalogReader), settings.dataDir));
}
