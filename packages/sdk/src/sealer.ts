import type { JsonValue } from './json.ts';
import { defineService } from './service-token.ts';

/**
 * Wraps what a caller carries for the hub (request states, cursors), so that it can neither be read nor changed on the
 * way. A seal is good for one purpose only, and survives a restart of the hub.
 */
export interface Sealer {
  /** The value as text that is safe in JSON and in headers. */
  readonly seal: (purpose: string, value: JsonValue) => string;
  /** The value of a seal made for the same purpose; undefined for anything else. */
  readonly open: (purpose: string, text: string) => JsonValue | undefined;
}

/** The kernel offers its sealer under this token. */
export const sealer = defineService<Sealer>('sealer', { inProcess: true });
