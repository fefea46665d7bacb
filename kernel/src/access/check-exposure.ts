import { type Log, SignalboxError } from '@signalbox/sdk';
import type { HubOptions } from '../hub-options.ts';
import { isLoopbackAddress } from './authenticate.ts';

/** Errors: `invalid_settings` when the hub would be open to others without what that needs. */
export function checkExposure({ settings, noAuth }: HubOptions): void {
  const { host, publicUrl } = settings.core.http;
  const isLoopback = host === 'localhost' || isLoopbackAddress(host);
  if (isLoopback) return;
  if (noAuth)
    throw new SignalboxError(
      'invalid_settings',
      `--no-auth works on loopback only, but http.host is ${host}; set it to 127.0.0.1`,
    );
  if (publicUrl === undefined) {
    throw new SignalboxError(
      'invalid_settings',
      `http.host ${host} is open to others; set http.publicUrl to the address clients use (with TLS in front)`,
    );
  }
}

/** Says what it means that nobody needs a key. */
export function warnNoAuth(log: Log, level: string): void {
  log.warn(`everybody on this machine may call without a key, at level "${level}" (http.noAuthLevel)`, {});
}
