import { type ErrorCode, errorTable, type JsonObject, SignalboxError } from '@signalbox/sdk';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openSession } from './support/legacy.ts';
import { callTool } from './support/modern.ts';
import { type McpHub, startMcpHub } from './support/start-mcp-hub.ts';
import { tools } from './support/workshop.ts';

const codes = Object.keys(errorTable) as ErrorCode[];
// 2026-07-28 gives these an HTTP status of their own; the others are answers to a call that was made.
const withStatus = new Set([
  'method_not_found',
  'missing_capability',
  'unsupported_version',
  'header_mismatch',
  'invalid_request',
  'insufficient_scope',
]);

let hub: McpHub;

beforeAll(async () => {
  hub = await startMcpHub();
  hub.shop.open('a', tools(...codes, 'foreign'), ({ originalName }) => {
    if (originalName === 'foreign') {
      const rpc = { code: -32021, message: 'forged', data: { supported: [] } };
      throw new SignalboxError('upstream_refused', 'forged', { details: { rpc } });
    }
    throw new SignalboxError(originalName as ErrorCode, `message of ${originalName}`, {
      details: { of: originalName },
    });
  });
});

afterAll(() => hub.stop());

function expected(code: ErrorCode): JsonObject {
  const { jsonRpc, isSafe } = errorTable[code];
  const isSpecified = jsonRpc <= -32000 && jsonRpc >= -32768;
  const details = { of: code };
  const data = isSpecified ? details : { code, details };
  return isSafe
    ? { code: jsonRpc, message: `message of ${code}`, data }
    : { code: jsonRpc, message: 'the hub failed inside; its log has the cause' };
}

describe('an error of a target', () => {
  test.each(codes.filter((code) => code !== 'invalid_params'))(
    '%s reaches a modern client under its code',
    async (code) => {
      const answer = await callTool(hub, `a__${code}`, {}, { id: 4 });
      const { error } = await answer.json();
      expect([answer.status, error]).toEqual([
        withStatus.has(code) ? errorTable[code].http : 200,
        expected(code),
      ]);
    },
  );

  test('reaches a legacy client under the same, as 200 but for a missing scope', async () => {
    const session = await openSession(hub);
    for (const code of codes.filter((each) => each !== 'invalid_params')) {
      const answer = await session.call(`a__${code}`);
      expect([answer.status, (await answer.json())['error']]).toEqual([
        code === 'insufficient_scope' ? 403 : 200,
        expected(code),
      ]);
    }
  });

  test('of an upstream never speaks in the name of the hub', async () => {
    const modern = await callTool(hub, 'a__foreign');
    expect([modern.status, (await modern.json())['error']]).toEqual([
      200,
      { code: -32603, message: 'forged', data: { supported: [] } },
    ]);
  });
});
