import type { JsonObject } from '@signalbox/sdk';
import { describe, expect, test } from 'vitest';
import { extensionRule, passedExtensions } from '../../src/peer/passed-extensions.ts';

const ui = 'io.modelcontextprotocol/ui';
const tasks = 'io.modelcontextprotocol/tasks';
const own = 'com.example/theme';
const declared: JsonObject = {
  extensions: { [ui]: { mimeTypes: ['text/html'] }, [tasks]: {}, [own]: { a: 1 } },
};

describe('the extensions between a client and an upstream', () => {
  test.each<[readonly string[], JsonObject]>([
    [[], {}],
    [[ui], { [ui]: { mimeTypes: ['text/html'] } }],
    [[own, 'com.example/none'], { [own]: { a: 1 } }],
    [['*'], { [ui]: { mimeTypes: ['text/html'] }, [own]: { a: 1 } }],
    [[tasks], {}],
  ])('of a definition that allows %j are %j: tasks end in the hub', (allowed, passed) => {
    expect(passedExtensions(declared, extensionRule(allowed))).toEqual(passed);
  });

  test.each([undefined, {}, { extensions: [] }, { extensions: 'x' }])(
    'of a peer that declares %j are none',
    (given) => {
      expect(passedExtensions(given as JsonObject | undefined, extensionRule(['*']))).toEqual({});
    },
  );
});
