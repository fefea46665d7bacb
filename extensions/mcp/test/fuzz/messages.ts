import type { JsonObject } from '@signalbox/sdk';
import { enveloped } from '../support/modern.ts';
import { note, rpc } from '../support/start-mcp-hub.ts';

const calls: readonly (readonly [string, JsonObject])[] = [
  ['tools/list', {}],
  ['tools/call', { name: 'a__t', arguments: { n: 1, text: 'ü😀' }, _meta: { progressToken: 'p' } }],
  ['resources/list', { cursor: 'x' }],
  ['resources/templates/list', {}],
  ['resources/read', { uri: 'x://1' }],
  ['prompts/list', {}],
  ['prompts/get', { name: 'a__p', arguments: { a: '1' } }],
  ['completion/complete', { ref: { type: 'ref/prompt', name: 'a__p' }, argument: { name: 'a', value: '' } }],
];

const legacy: readonly JsonObject[] = [
  ...calls.map(([method, params], index) => rpc(index, method, params)),
  rpc('ping', 'ping'),
  rpc(20, 'logging/setLevel', { level: 'info' }),
  rpc(21, 'resources/subscribe', { uri: 'x://1' }),
  rpc(22, 'tasks/get', { taskId: 'absent' }),
  note('notifications/initialized'),
  note('notifications/cancelled', { requestId: 1 }),
  note('notifications/roots/list_changed'),
  { jsonrpc: '2.0', id: 'signalbox-1', result: { action: 'accept', content: { a: [1, 2.5, null] } } },
  { jsonrpc: '2.0', id: 'signalbox-1', error: { code: -1, message: 'no', data: { a: 1 } } },
];

/** Good messages of the legacy era, but for `initialize`. */
export const legacyMessages: readonly string[] = legacy.map((message) => JSON.stringify(message));

/** The first message of a legacy client. */
export const initializeMessage = JSON.stringify(
  rpc('open', 'initialize', {
    protocolVersion: '2025-11-25',
    capabilities: { roots: {} },
    clientInfo: { name: 'fuzz', version: '1' },
  }),
);

/** Good messages of the modern era. */
export const modernMessages: readonly string[] = [
  ...calls.map(([method, params], index) => rpc(100 + index, method, enveloped(params))),
  rpc(120, 'server/discover', enveloped()),
  rpc(121, 'subscriptions/listen', enveloped({ notifications: { toolsListChanged: true } })),
  rpc(122, 'tools/call', enveloped({ name: 'a__t', inputResponses: {}, requestState: 'forged' })),
  rpc(123, 'tasks/get', enveloped({ taskId: 'absent' })),
  note('notifications/cancelled', { requestId: 121 }),
].map((message) => JSON.stringify(message));

/** All of them. */
export const allMessages: readonly string[] = [...legacyMessages, ...modernMessages, initializeMessage];
