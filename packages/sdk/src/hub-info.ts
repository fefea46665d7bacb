import type { HealthReport } from './health.ts';
import type { Level, Principal } from './principal.ts';
import { defineService } from './service-token.ts';

/** One part of the hub with what its check found. */
export interface HealthPart extends HealthReport {
  /** `extension/check`, or `kernel/check`. */
  readonly name: string;
}

/** What the hub knows about itself, for those who administer. */
export interface HubInfo {
  readonly version: string;
  readonly pid: number;
  /** UTC milliseconds. */
  readonly startedAt: number;
  readonly dataDir: string;
  /** Who started the hub, or holds its key. */
  readonly owner: Principal;
  /** The level of calls with a credential over HTTP. */
  readonly httpLevel: Level;
  /** The level of the local owner over standard streams. */
  readonly stdioLevel: Level;
  /** Absolute path of signalbox.yaml; absent when the hub runs on defaults. */
  readonly configPath?: string;
  /** Where clients find the hub, as `http.publicUrl` says it; absent when they find it where it listens. */
  readonly publicUrl?: string;
  /** Aborts when the hub begins to stop: who leaves from then on has not given up what they began. */
  readonly stopping: AbortSignal;
  /** Where the hub listens; undefined until it does. */
  readonly url: () => string | undefined;
  /** Runs every health check, each with a deadline; never rejects. */
  readonly checkHealth: () => Promise<readonly HealthPart[]>;
}

/** The kernel tells about the hub under this token. */
export const hubInfo = defineService<HubInfo>('hub-info', { inProcess: true });
