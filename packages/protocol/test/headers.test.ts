import { expectCode } from '@signalbox/sdk/expect-code';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  checkParamHeaders,
  checkRequestHeaders,
  decodeHeaderValue,
  encodeHeaderValue,
  readParamHeaders,
  requestHeaders,
} from '../src/index.ts';

const seed = 20261121;

describe('header values', () => {
  // The table of 2026-07-28, transports/streamable-http, "Value Encoding".
  test.each([
    ['us-west1', 'us-west1'],
    ['Hello, 世界', '=?base64?SGVsbG8sIOS4lueVjA==?='],
    [' padded ', '=?base64?IHBhZGRlZCA=?='],
    ['line1\nline2', '=?base64?bGluZTEKbGluZTI=?='],
    ['=?base64?literal?=', '=?base64?PT9iYXNlNjQ/bGl0ZXJhbD89?='],
  ])('%j is sent as %j', (value, header) => {
    expect(encodeHeaderValue(value)).toBe(header);
    expect(decodeHeaderValue(header)).toBe(value);
  });

  test(`every text comes back as it was, in safe characters (seed ${seed})`, () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const header = encodeHeaderValue(text);
        expect(header).toMatch(/^[\x20-\x7e]*$/);
        expect(decodeHeaderValue(header)).toBe(text);
      }),
      { seed, numRuns: 2_000 },
    );
  });

  test.each(['=?base64?*?=', '=?base64?gA==?=', 'caf\u00e9'])('%j carries nothing', (header) => {
    expect(decodeHeaderValue(header)).toBeUndefined();
  });
});

describe('headers of a request', () => {
  const params = { name: 'köder', arguments: { region: 'us', size: 42, deep: { flag: true }, none: null } };
  const schema = {
    type: 'object',
    properties: {
      region: { type: 'string', 'x-mcp-header': 'Region' },
      size: { type: 'integer', 'x-mcp-header': 'Size' },
      deep: { type: 'object', properties: { flag: { type: 'boolean', 'x-mcp-header': 'Flag' } } },
      none: { type: 'string', 'x-mcp-header': 'None' },
    },
  };
  const read = readParamHeaders(schema);
  const headers = read.isValid ? read.headers : [];

  test('what is sent passes the check', () => {
    const sent = requestHeaders('tools/call', params, headers);
    expect(sent).toEqual({
      'mcp-protocol-version': '2026-07-28',
      'mcp-method': 'tools/call',
      'mcp-name': '=?base64?a8O2ZGVy?=',
      'mcp-param-region': 'us',
      'mcp-param-size': '42',
      'mcp-param-flag': 'true',
    });
    checkRequestHeaders(sent, '2026-07-28', 'tools/call', params);
    checkParamHeaders({ ...sent, 'mcp-param-size': '42.0' }, params, headers);
  });

  test.each([
    ['a missing name', { 'mcp-name': undefined }],
    ['another name', { 'mcp-name': 'other' }],
    ['another method', { 'mcp-method': 'tools/list' }],
    ['a missing method', { 'mcp-method': undefined }],
    ['another version', { 'mcp-protocol-version': '2025-11-25' }],
    ['two values', { 'mcp-name': ['a', 'b'] }],
  ])('%s is refused', (_what, change) => {
    const sent = { ...requestHeaders('tools/call', params, headers), ...change };
    expectCode('header_mismatch', () => checkRequestHeaders(sent, '2026-07-28', 'tools/call', params));
  });

  test.each([
    ['a missing parameter', { 'mcp-param-region': undefined }],
    ['another value', { 'mcp-param-region': 'eu' }],
    ['a value for a null argument', { 'mcp-param-none': 'x' }],
    ['another number', { 'mcp-param-size': '43' }],
  ])('%s is refused, and the value is not repeated', (_what, change) => {
    const sent = { ...requestHeaders('tools/call', params, headers), ...change };
    const error = expectCode('header_mismatch', () => checkParamHeaders(sent, params, headers));
    expect(error.message).not.toContain('"us"');
  });

  test.each([
    ['an empty mark', { properties: { a: { type: 'string', 'x-mcp-header': '' } } }],
    ['a mark with a space', { properties: { a: { type: 'string', 'x-mcp-header': 'a b' } } }],
    ['a number', { properties: { a: { type: 'number', 'x-mcp-header': 'A' } } }],
    [
      'two of one name',
      {
        properties: {
          a: { type: 'string', 'x-mcp-header': 'A' },
          b: { type: 'string', 'x-mcp-header': 'a' },
        },
      },
    ],
    [
      'one inside items',
      { properties: { a: { type: 'array', items: { type: 'string', 'x-mcp-header': 'A' } } } },
    ],
    ['one inside anyOf', { anyOf: [{ properties: { a: { type: 'string', 'x-mcp-header': 'A' } } }] }],
    ['one in $defs', { $defs: { a: { properties: { b: { type: 'string', 'x-mcp-header': 'A' } } } } }],
  ])('a schema with %s is invalid', (_what, bad) => {
    expect(readParamHeaders(bad as never).isValid).toBe(false);
  });
});
