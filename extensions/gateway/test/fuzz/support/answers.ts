import type { JsonObject } from '@signalbox/sdk';

/** Good messages of an upstream, the answer to the request of an id among them. */
export function upstreamMessages(id: number | string): readonly string[] {
  const token = typeof id === 'number' ? id : 1;
  const messages: readonly JsonObject[] = [
    {
      id,
      result: { content: [{ type: 'text', text: 'ü😀' }], structuredContent: { n: 1.5 }, isError: false },
    },
    { id, error: { code: -32_602, message: 'no', data: { why: [1] } } },
    {
      id,
      result: {
        resultType: 'input_required',
        requestState: 's',
        inputRequests: { a: { method: 'roots/list' } },
      },
    },
    { id, result: { resultType: 'task', taskId: 't', status: 'working', pollIntervalMs: 1 } },
    { method: 'notifications/progress', params: { progressToken: token, progress: 1, total: 2 } },
    { method: 'notifications/message', params: { level: 'info', data: 'x' } },
    { method: 'notifications/tools/list_changed' },
    { method: 'notifications/resources/updated', params: { uri: 'x://1' } },
    { method: 'notifications/cancelled', params: { requestId: id } },
    { id: 'q1', method: 'ping' },
    {
      id: 'q2',
      method: 'elicitation/create',
      params: { message: 'm', requestedSchema: { type: 'object', properties: {} } },
    },
    { id: 'q3', method: 'sampling/createMessage', params: { messages: [], maxTokens: 1 } },
  ];
  return messages.map((message) => JSON.stringify({ jsonrpc: '2.0', ...message }));
}

/** The answer that ends a request well. */
export function goodAnswer(id: number | string): string {
  return JSON.stringify({ jsonrpc: '2.0', id, result: { content: [] } });
}
