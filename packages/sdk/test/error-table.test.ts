import { describe, expect, test } from 'vitest';
import {
  type ErrorCode,
  errorTable,
  isSignalboxError,
  SignalboxError,
  toSignalboxError,
} from '../src/index.ts';

const rows = Object.entries(errorTable) as [ErrorCode, (typeof errorTable)[ErrorCode]][];

// JSON-RPC 2.0 §5.1 and MCP 2026-07-28, basic/index, "Error Codes".
const specified = new Set([-32700, -32600, -32601, -32602, -32603, -32020, -32021, -32022]);

describe('the error table', () => {
  test.each(rows)(
    '%s has an HTTP error status, an exit code and a JSON-RPC code of its own range',
    (_code, facts) => {
      expect(facts.http).toBeGreaterThanOrEqual(400);
      expect(facts.http).toBeLessThan(600);
      expect([1, 2, 3, 4, 5, 6]).toContain(facts.exit);
      const isReserved = facts.jsonRpc <= -32000 && facts.jsonRpc >= -32768;
      expect(isReserved ? specified.has(facts.jsonRpc) : true).toBe(true);
    },
  );

  test('one JSON-RPC code of the hub never stands for two kinds of answer', () => {
    const statuses = Map.groupBy(
      rows.filter(([, { jsonRpc }]) => !specified.has(jsonRpc)),
      ([, { jsonRpc }]) => jsonRpc,
    );
    const shared = [...statuses]
      .filter(([, codes]) => codes.length > 1)
      .map(([, codes]) => codes.map(([code]) => code));
    expect(shared).toEqual([
      ['forbidden', 'insufficient_scope', 'origin_refused'],
      ['upstream_unavailable', 'upstream_invalid_answer', 'upstream_refused'],
    ]);
  });

  test('only what may pass by itself is called retryable', () => {
    expect(rows.filter(([, { isRetryable }]) => isRetryable).map(([code]) => code)).toEqual([
      'rate_limited',
      'overloaded',
      'timeout',
      'upstream_unavailable',
      'hub_unreachable',
      'store_failed',
      'audit_unavailable',
    ]);
  });

  test('what may tell of the inside is not shown', () => {
    expect(rows.filter(([, { isSafe }]) => !isSafe).map(([code]) => code)).toEqual([
      'store_failed',
      'internal',
    ]);
  });

  test.each([
    ['parse_error', 400, -32700],
    ['invalid_params', 400, -32602],
    ['method_not_found', 404, -32601],
    ['header_mismatch', 400, -32020],
    ['missing_capability', 400, -32021],
    ['unsupported_version', 400, -32022],
    ['unauthenticated', 401, -31401],
    ['origin_refused', 403, -31403],
    ['session_not_found', 404, -31404],
    ['method_not_allowed', 405, -31405],
    ['not_acceptable', 406, -31406],
    ['too_large', 413, -31413],
    ['unsupported_media_type', 415, -31415],
    ['rate_limited', 429, -31429],
    ['internal', 500, -32603],
  ] as const)('%s is HTTP %i and JSON-RPC %i', (code, http, jsonRpc) => {
    expect(errorTable[code]).toMatchObject({ http, jsonRpc });
  });
});

describe('a SignalboxError', () => {
  test('carries its code, details, cause and the facts of its code', () => {
    const cause = new Error('below');
    const error = new SignalboxError('conflict', 'it is there', { cause, details: { name: 'x' } });
    const { name, code, details, message, facts } = error;
    expect({ name, code, details, message, cause: error.cause, facts }).toEqual({
      name: 'SignalboxError',
      code: 'conflict',
      details: { name: 'x' },
      message: 'it is there',
      cause,
      facts: errorTable.conflict,
    });
  });

  test('is told by its brand, so that one of another copy of the sdk counts', () => {
    const foreign = Object.assign(new Error('x'), {
      code: 'conflict',
      [Symbol.for('signalbox.error')]: true,
    });
    expect(
      [foreign, new SignalboxError('usage', 'x'), new Error('x'), null, 'x', undefined].map(isSignalboxError),
    ).toEqual([true, true, false, false, false, false]);
  });

  test('wraps anything unexpected without showing what it said', () => {
    const bug = new TypeError('the password is hunter2');
    const wrapped = toSignalboxError(bug);
    expect(wrapped).toMatchObject({ code: 'internal', cause: bug });
    expect(wrapped.message).not.toContain('hunter2');
    const own = new SignalboxError('usage', 'x');
    expect(toSignalboxError(own)).toBe(own);
  });
});
