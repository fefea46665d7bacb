import type { Clock, Extension } from '@signalbox/sdk';
import type { Settings } from './config/load-settings.ts';
import type { LogSink } from './observe/hub-log.ts';

/** What a hub is started with. */
export interface HubOptions {
  readonly settings: Settings;
  readonly extensions: readonly Extension[];
  readonly version: string;
  /** Lets everybody in without a key; loopback only. */
  readonly noAuth?: boolean;
  /** Serves no network, whatever the settings say. */
  readonly noHttp?: boolean;
  readonly sink?: LogSink;
  readonly clock?: Clock;
}
