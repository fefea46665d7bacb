import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { expectCode, expectRejection } from '../src/expect-code.ts';
import { parseWith, type Schema, toJsonSchema, tool, toToolDefinition } from '../src/index.ts';

interface City {
  readonly city: string;
}

/** A schema written by hand, as another vendor's would look. */
function citySchema(jsonSchema?: Schema['~standard']['jsonSchema']): Schema<City> {
  return {
    '~standard': {
      version: 1,
      vendor: 'by-hand',
      validate: (value) =>
        typeof value === 'object' && value !== null && 'city' in value && typeof value.city === 'string'
          ? { value: { city: value.city.trim() } }
          : { issues: [{ message: 'must be text', path: [{ key: 'city' }] }, { message: 'is odd' }] },
      ...(jsonSchema ? { jsonSchema } : {}),
    },
  };
}

describe('a schema of another vendor', () => {
  test('gives its own JSON Schema, without the mark of its dialect', () => {
    const made = (): Record<string, unknown> => ({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      type: 'object',
      properties: { city: { type: 'string' } },
    });
    expect(toJsonSchema(citySchema({ input: made, output: made }))).toEqual({
      type: 'object',
      properties: { city: { type: 'string' } },
    });
  });

  test('that gives no JSON Schema is refused with its vendor', () => {
    const error = expectCode('unsupported', () => toJsonSchema(citySchema()));
    expect(error.message).toBe(
      'a "by-hand" schema gives no JSON Schema; use zod, ArkType, or a converter that adds "~standard.jsonSchema"',
    );
  });

  test('parses, and its issues come together with their paths', async () => {
    expect(await parseWith(citySchema(), { city: ' Oslo ' }, 'the input')).toEqual({ city: 'Oslo' });
    const error = await expectRejection('invalid_params', parseWith(citySchema(), {}, 'the input'));
    expect(error.message).toBe('the input does not fit its schema: city: must be text; (root): is odd');
    expect(error.details).toEqual([
      { path: 'city', message: 'must be text' },
      { path: '', message: 'is odd' },
    ]);
  });

  test('may be asynchronous', async () => {
    const slow: Schema<number> = {
      '~standard': { version: 1, vendor: 'slow', validate: async (value) => ({ value: Number(value) }) },
    };
    expect(await parseWith(slow, '7', 'it')).toBe(7);
  });
});

describe('a zod schema', () => {
  test('gives the JSON Schema of what it takes in', () => {
    const schema = z.object({ city: z.string().default('Oslo'), days: z.int().min(1).max(7) });
    expect(toJsonSchema(schema)).toEqual({
      type: 'object',
      properties: {
        city: { type: 'string', default: 'Oslo' },
        days: { type: 'integer', minimum: 1, maximum: 7 },
      },
      required: ['days'],
    });
  });

  test('names the path of each issue', async () => {
    const schema = z.object({ list: z.array(z.object({ n: z.number() })) });
    const error = await expectRejection(
      'invalid_params',
      parseWith(schema, { list: [{ n: 1 }, { n: 'x' }] }, 'the arguments'),
    );
    expect(error.details).toEqual([
      { path: 'list.1.n', message: 'Invalid input: expected number, received string' },
    ]);
  });
});

describe('a tool definition', () => {
  test('holds what was given, and an object schema even for no arguments', () => {
    const full = tool('Weather', z.object({ city: z.string() }), () => 'sunny', {
      title: 'Forecast',
      output: z.object({ sky: z.string() }),
      annotations: { readOnlyHint: true },
    });
    expect(toToolDefinition('forecast', full as never)).toEqual({
      name: 'forecast',
      title: 'Forecast',
      description: 'Weather',
      inputSchema: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
      outputSchema: { type: 'object', properties: { sky: { type: 'string' } }, required: ['sky'] },
      annotations: { readOnlyHint: true },
    });
    expect(toToolDefinition('bare', tool('Nothing', z.unknown(), () => undefined) as never)).toEqual({
      name: 'bare',
      description: 'Nothing',
      inputSchema: { type: 'object' },
    });
  });
});

test('a schema with a name is shown as an object without it, and times by their format', () => {
  const owner = z.object({ at: z.iso.datetime(), age: z.int() }).meta({ id: 'Owner' });
  const pet = z.object({ owner, vet: owner.optional() }).meta({ id: 'Pet' });
  expect(toJsonSchema(pet)).toEqual({
    type: 'object',
    properties: { owner: { $ref: '#/$defs/Owner' }, vet: { $ref: '#/$defs/Owner' } },
    required: ['owner'],
    $defs: {
      Owner: {
        type: 'object',
        properties: { at: { type: 'string', format: 'date-time' }, age: { type: 'integer' } },
        required: ['at', 'age'],
      },
    },
  });
});
