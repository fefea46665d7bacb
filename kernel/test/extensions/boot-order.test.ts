import { defineExtension, defineService, type Extension } from '@signalbox/sdk';
import { expectCode } from '@signalbox/sdk/expect-code';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { bootOrder } from '../../src/extensions/boot-order.ts';

interface Plan {
  readonly needs?: readonly string[];
  readonly wants?: readonly string[];
  readonly provides?: readonly string[];
}

function extension(name: string, { needs = [], wants = [], provides = [] }: Plan = {}): Extension {
  return defineExtension({
    name,
    config: z.object({}),
    needs: needs.map((token) => defineService(token)),
    wants: wants.map((token) => defineService(token)),
    provides: provides.map((token) => defineService(token)),
    setup: () => undefined,
  });
}

const orderOf = (...extensions: Extension[]): string[] =>
  bootOrder(extensions, ['kernel-service']).map(({ name }) => name);

describe('the boot order', () => {
  test('stays as given where nobody needs anybody', () => {
    expect(orderOf(extension('c'), extension('a'), extension('b'))).toEqual(['c', 'a', 'b']);
  });

  test('puts each after those whose services it needs, however deep', () => {
    const order = orderOf(
      extension('top', { needs: ['middle', 'kernel-service'] }),
      extension('alone'),
      extension('mid', { needs: ['bottom'], provides: ['middle'] }),
      extension('low', { provides: ['bottom'] }),
    );
    expect(order).toEqual(['low', 'mid', 'top', 'alone']);
  });

  test('puts each after those whose services it wants, and does without those nobody provides', () => {
    const order = orderOf(
      extension('top', { wants: ['extra', 'nobody-has-it'] }),
      extension('low', { provides: ['extra'] }),
    );
    expect(order).toEqual(['low', 'top']);
  });

  test.each([
    [
      'a circle',
      [extension('a', { needs: ['y'], provides: ['x'] }), extension('b', { needs: ['x'], provides: ['y'] })],
      'extensions need each other in a circle: a → b → a',
    ],
    [
      'one that needs itself',
      [extension('a', { needs: ['x'], provides: ['x'] })],
      'extensions need each other in a circle: a → a',
    ],
    [
      'a service nobody provides',
      [extension('a', { needs: ['gone'] })],
      'extension "a" needs the service "gone", which nobody provides',
    ],
    [
      'a service two provide',
      [extension('a', { provides: ['x'] }), extension('b', { provides: ['x'] })],
      '"a" and "b" both provide "x"; load one of them',
    ],
    ['two of one name', [extension('a'), extension('a')], 'two extensions are called "a"'],
  ])('refuses %s', (_what, extensions, message) => {
    expect(expectCode('extension_failed', () => orderOf(...extensions)).message).toBe(message);
  });
});
