import { type Hub, startHub } from '@signalbox/kernel';
import { readVersion } from '../read-version.ts';
import { announceHub } from './announce-hub.ts';
import { type OpenedSettings, openSettings, type SettingsRequest } from './open-settings.ts';

/** A hub of this process that commands on this machine can find. */
export interface BootedHub extends OpenedSettings {
  readonly hub: Hub;
  readonly version: string;
  readonly startedAt: number;
  /** Stops the hub and takes back what told of it. */
  readonly stop: () => Promise<void>;
}

/** Starts a hub in this process. Errors: those of the settings, the extensions and the listener. */
export async function bootHub(request: SettingsRequest & { readonly noAuth: boolean }): Promise<BootedHub> {
  const startedAt = Date.now();
  const version = readVersion();
  const { settings, extensions } = await openSettings(request);
  const hub = await startHub({ settings, extensions, version, noAuth: request.noAuth });
  const withdraw =
    hub.url === undefined
      ? () => undefined
      : announceHub({ url: hub.url, dataDir: settings.dataDir, version, startedAt }, request.env);
  const stop = async (): Promise<void> => {
    withdraw();
    await hub.stop();
  };
  return { hub, settings, extensions, version, startedAt, stop };
}

/** Resolves with the name of the first signal that asks this process to end. */
export function stopSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(name, () => resolve(name));
  });
}
