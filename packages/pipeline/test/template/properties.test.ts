import type { JsonValue } from '@signalbox/sdk';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { compileExpression, compileTemplate, type Scope } from '../../src/index.ts';
import { failureOf, time } from '../support.ts';

const runs = { seed: 20_261_129, numRuns: 1_000 };
const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc
    .array(fc.constantFrom('${', '}', '$', '$${', '{', "'", '`', '"', '\\', 'params.a', 'now', ' '), {
      maxLength: 8,
    })
    .map((parts) => parts.join('')),
);
const name = fc.oneof(text, fc.constantFrom('__proto__', 'constructor', 'toString', 'params'));
const { value } = fc.letrec<{ value: JsonValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    text,
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => (Object.is(number, -0) ? 0 : number)),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.array(fc.tuple(name, tie('value')), { maxLength: 4 }).map(toObject),
  ),
}));

/** As JSON.parse makes one, whatever its members are called. */
function toObject(members: readonly (readonly [string, JsonValue])[]): JsonValue {
  return JSON.parse(
    `{${members.map(([key, member]) => `${JSON.stringify(key)}:${JSON.stringify(member)}`).join()}}`,
  );
}

/** Every `${` written so that it means itself. */
function escape(plain: JsonValue): JsonValue {
  if (typeof plain === 'string') return plain.replaceAll('${', () => '$${');
  if (Array.isArray(plain)) return plain.map(escape);
  if (typeof plain !== 'object' || plain === null) return plain;
  return toObject(Object.entries(plain).map(([key, member]) => [key, escape(member)]));
}

test('whatever data looks like, it comes out of a template as it is, with its type', () => {
  fc.assert(
    fc.property(value, (data) => {
      const scope: Scope = { params: { data } };
      expect(compileTemplate({ a: ['${params.data}'] }).render(scope, time)).toEqual({ a: [data] });
      if (typeof data === 'string') {
        expect(compileTemplate('<${params.data}>').render(scope, time)).toBe(`<${data}>`);
      } else if (data !== null) {
        expect(compileTemplate('<${params.data}>').render(scope, time)).toBe(`<${JSON.stringify(data)}>`);
      }
    }),
    runs,
  );
});

test('whatever a value looks like, it can be written so that it means itself', () => {
  fc.assert(
    fc.property(value, (plain) => {
      const template = compileTemplate(escape(plain));
      expect(template.isConstant).toBe(true);
      expect(JSON.stringify(template.render({}, time))).toBe(JSON.stringify(plain));
    }),
    runs,
  );
});

test('a template gives the same each time, and changes neither scope nor itself', () => {
  fc.assert(
    fc.property(value, value, (data, more) => {
      const template = compileTemplate({
        whole: '${params}',
        part: "${params.data[0] || params.more || 'none'}",
        sorted: '${sort_by(params.list, &to_string(@))}',
        merged: '${merge(params.object, {a: now_name})}',
        text: 'now ${now+1d} ${to_json(params.data)}',
      });
      const scope: Scope = {
        params: { data, more, list: [data, more, 1, 'x'], object: toObject([['k', more]]) },
        now_name: 'n',
      };
      const before = JSON.stringify(scope);
      const [first, second] = [template.render(scope, time), template.render(scope, time)];
      expect(second).toEqual(first);
      expect(JSON.stringify(scope)).toBe(before);
    }),
    runs,
  );
});

/** What expressions are made of, right or wrong. */
const pieces =
  'a|b.c|[|]|[?|[*]|[]|(|)|{a:|}|.|&&|==|<|!|@|&|*|,|:|\'x\'|`1`|`{"a":[1]}`|5|-1|length(|sort_by(|map(&|merge(| |"|\'|`'
    .split('|')
    .concat('|', '||');

test('no text makes anything but a value or an error with a code', () => {
  const piece = fc.constantFrom(...pieces);
  const expression = fc.array(piece, { maxLength: 10 }).map((some) => some.join(''));
  fc.assert(
    fc.property(expression, value, (asked, data) => {
      const ask = (): JsonValue => compileExpression(asked).search(data);
      try {
        expect(JSON.stringify(ask())).toBeTypeOf('string');
      } catch {
        expect(['invalid_params', 'template_failed']).toContain(failureOf(ask).code);
      }
    }),
    { ...runs, numRuns: 5_000 },
  );
});

test('quotes around a name find the member that is called so, whatever it is', () => {
  fc.assert(
    fc.property(name, value, (key, data) => {
      const quoted = JSON.stringify(key).replaceAll('`', '\\u0060');
      const scope: Scope = { params: toObject([[key, data]]) };
      expect(compileTemplate(`\${params.${quoted}}`).render(scope, time)).toEqual(data);
    }),
    runs,
  );
});
