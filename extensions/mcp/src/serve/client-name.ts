import type { JsonObject } from '@signalbox/sdk';

/** What a client calls itself; for the record only. */
export function clientName(
  info: JsonObject | undefined,
): { client: { name: string; version: string } } | object {
  if (!info || typeof info['name'] !== 'string') return {};
  const version = typeof info['version'] === 'string' ? info['version'] : '';
  return { client: { name: info['name'], version } };
}
