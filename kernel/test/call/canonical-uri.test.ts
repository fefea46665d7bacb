import type { SourceEntry } from '@signalbox/sdk';
import { startTestHub } from '@signalbox/testkit';
import { describe, expect, test } from 'vitest';
import { canonicalUri } from '../../src/call/canonical-uri.ts';
import { policyKeeper } from '../support/policies.ts';
import { makeProbe, text } from '../support/probe.ts';

test.each([
  ['file:///secret/a', 'file:///secret/a'],
  ['file:///pub/../secret/a', 'file:///secret/a'],
  ['file:///%73ecret/a', 'file:///secret/a'],
  ['file:///pub/%2e%2E/secret/./a', 'file:///secret/a'],
  ['file:///pub%2f..%2fsecret/a', 'file:///secret/a'],
  ['file:///../../secret', 'file:///secret'],
  ['FILE:///a', 'file:///a'],
  ['https://Ada@EXAMPLE.com/A%c3%a9?q=..#%7E', 'https://Ada@example.com/A%C3%A9?q=..#~'],
  ['note:a..b', 'note:a..b'],
])('%s is spelled %s', (uri, canonical) => {
  expect(canonicalUri(uri)).toBe(canonical);
  expect(canonicalUri(canonical)).toBe(canonical);
});

describe('a rule on resource URIs', () => {
  test.each([
    'file:///pub/../secret/a',
    'file:///%73ecret/a',
    'file:///pub/%2e%2e/secret/a',
    'FILE:///secret/a',
  ])('is not avoided by the spelling %s', async (uri) => {
    const probe = makeProbe();
    const policies = policyKeeper();
    await using hub = await startTestHub({ extensions: [probe.extension, policies.extension] });
    policies.lay({}, { effect: 'deny', args: [{ at: '/uri', is: 'starting', value: 'file:///secret/' }] });
    const reads: string[] = [];
    const template = 'file:///{+path}';
    const entries: SourceEntry[] = [
      { kind: 'template', name: template, definition: { name: 'files', uriTemplate: template } },
    ];
    probe.open('files', entries, ({ originalName }) => {
      reads.push(originalName);
      return text('content');
    });
    const view = 'upstream:files';
    await expect(hub.call('resource', uri, {}, { view })).rejects.toMatchObject({
      code: 'invalid_params',
      message: 'a resource is asked for by one spelling of its URI: file:///secret/a',
    });
    await expect(hub.call('resource', 'file:///secret/a', {}, { view })).rejects.toMatchObject({
      code: 'forbidden',
    });
    const prefixed = `signalbox://files/${encodeURIComponent('file:///secret/a')}`;
    await expect(hub.call('resource', prefixed)).rejects.toMatchObject({ code: 'forbidden' });
    await hub.call('resource', 'file:///pub/a', {}, { view });
    expect(reads).toEqual(['file:///pub/a']);
  });
});
