import type { JsonValue } from '@signalbox/sdk';
import { isJsonObject, isSignalboxError } from '@signalbox/sdk';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { compileTemplate, type Reference, type Scope, type Template } from '../../src/index.ts';
import { time } from '../support.ts';

const scope: Scope = {
  params: { a: 1, b: [{ a: 1, b: 'x' }, { a: 2 }], c: { a: { b: [1, 2] } } },
  steps: { a: { a: 'text', b: [[1], [2, 3]] }, b: [3, 1, 2], c: null },
  secrets: { a: 'secret', b: { a: 'hidden' }, c: ['covered'] },
};

const root = fc.constantFrom('params', 'steps', 'secrets');
const name = fc.constantFrom('a', 'b', 'c');
const { expression } = fc.letrec<{ expression: string }>((tie) => {
  const inner = tie('expression');
  return {
    expression: fc.oneof(
      { maxDepth: 5 },
      fc.tuple(root, name).map(([first, second]) => `${first}.${second}`),
      root,
      name,
      fc.constantFrom('@', '`[1, {"a": 2}]`', "'x'"),
      fc.tuple(inner, name).map(([of, next]) => `${of}.${next}`),
      fc
        .tuple(inner, fc.constantFrom('[0]', '[*]', '[]', '[::-1]', '.*'))
        .map(([of, next]) => `${of}${next}`),
      fc.tuple(inner, inner).map(([of, condition]) => `${of}[?${condition}]`),
      fc.tuple(inner, fc.constantFrom('||', '&&', '|', '==', '<'), inner).map((parts) => parts.join(' ')),
      inner.map((of) => `(${of})`),
      inner.map((of) => `!${of}`),
      fc.tuple(inner, inner).map(([one, other]) => `[${one}, ${other}]`),
      fc.tuple(inner, inner).map(([of, member]) => `${of}.{a: ${member}}`),
      inner.map((member) => `{a: ${member}}`),
      fc.tuple(inner, inner).map(([each, of]) => `map(&${each}, ${of})`),
      fc.tuple(inner, inner).map(([one, other]) => `not_null(${one}, ${other})`),
      fc.tuple(inner, inner).map(([one, other]) => `merge(${one}, ${other})`),
      inner.map((of) => `to_string(${of})`),
    ),
  };
});

test('what an expression does not say it reads has no influence on what it gives', () => {
  let known = 0;
  fc.assert(
    fc.property(expression, (text) => {
      const template = tryToCompile(`\${${text}}`);
      if (!template) return;
      known++;
      expect(outcomeOf(template, onlyRead(template.references)), text).toEqual(outcomeOf(template, scope));
    }),
    { seed: 20_261_129, numRuns: 5_000 },
  );
  expect(known).toBeGreaterThan(1_000);
});

function tryToCompile(text: string): Template | undefined {
  try {
    return compileTemplate(text);
  } catch {
    return undefined;
  }
}

/** The scope with nothing in it but what the references name. */
function onlyRead(references: readonly Reference[]): Scope {
  return Object.fromEntries(
    Object.entries(scope).flatMap(([key, value]): [string, JsonValue][] => {
      const read = references.filter((reference) => reference.root === key);
      if (read.length === 0) return [];
      const names = read.map((reference) => reference.name);
      if (names.includes(undefined) || !isJsonObject(value)) return [[key, value]];
      return [[key, Object.fromEntries(Object.entries(value).filter(([member]) => names.includes(member)))]];
    }),
  );
}

function outcomeOf(template: Template, of: Scope): JsonValue {
  try {
    return template.render(of, time);
  } catch (error) {
    return { failed: isSignalboxError(error) ? error.message : String(error) };
  }
}
