import type { UpstreamDefinition, UpstreamTransport } from '@signalbox/sdk';

/** What an upstream is reached over as far as its definition tells. */
export function configuredTransport(definition: UpstreamDefinition): UpstreamTransport {
  if ('openapi' in definition) return 'openapi';
  if (!('url' in definition)) return 'stdio';
  if (isWebSocketUrl(definition.url)) return 'websocket';
  return definition.transport === 'sse' ? 'sse' : 'http';
}

/** True for the address of a WebSocket. */
function isWebSocketUrl(url: string): boolean {
  return /^wss?:/i.test(url);
}
