import { isJsonObject, type JsonObject, type JsonValue } from '@signalbox/sdk';
import { z } from 'zod';
import type { Choice, ElicitationField } from './elicitation-field.ts';

/** What a typed line means for a field: a value, nothing given, or a problem to tell. */
export type FieldAnswer =
  | { readonly kind: 'value'; readonly value: JsonValue }
  | { readonly kind: 'left-out' }
  | { readonly kind: 'problem'; readonly problem: string };

/** Reads the line a person typed for a field. An empty line takes the default, or leaves an optional field out. */
export function parseFieldAnswer(field: ElicitationField, line: string): FieldAnswer {
  const text = line.trim();
  if (text === '' && field.defaultValue !== undefined) return { kind: 'value', value: field.defaultValue };
  if (text === '') return field.isRequired ? problem('this one is required') : { kind: 'left-out' };
  switch (field.kind) {
    case 'text':
      return checkText(text, field.schema);
    case 'number':
    case 'integer':
      return checkNumber(text, field);
    case 'boolean':
      return checkBoolean(text);
    case 'choice':
      return checkChoice(text, field.choices);
    case 'choices':
      return checkChoices(text, field);
    case 'json':
      return checkJson(text);
    default:
      return problem('this kind of field is not known');
  }
}

function checkText(text: string, schema: JsonObject): FieldAnswer {
  const { minLength, maxLength, pattern, format } = schema;
  const length = Array.from(text).length;
  if (typeof minLength === 'number' && length < minLength) return problem(`at least ${minLength} characters`);
  if (typeof maxLength === 'number' && length > maxLength) return problem(`at most ${maxLength} characters`);
  if (typeof pattern === 'string' && !matches(pattern, text)) return problem(`must match ${pattern}`);
  const wanted = typeof format === 'string' ? formats[format] : undefined;
  if (wanted && !wanted.schema.safeParse(text).success) return problem(`must be ${wanted.name}`);
  return value(text);
}

const formats: { readonly [format: string]: { readonly name: string; readonly schema: z.ZodType } } = {
  email: { name: 'an email address', schema: z.email() },
  uri: { name: 'a URL', schema: z.url() },
  date: { name: 'a date such as 2026-11-20', schema: z.iso.date() },
  'date-time': { name: 'a time such as 2026-11-20T10:00:00Z', schema: z.iso.datetime({ offset: true }) },
};

function matches(pattern: string, text: string): boolean {
  // A pattern of a stranger runs on a short text only, so that a slow one cannot hang the terminal.
  if (text.length > 200) return true;
  try {
    return new RegExp(pattern, 'u').test(text);
  } catch {
    return true;
  }
}

function checkNumber(text: string, { kind, schema }: ElicitationField): FieldAnswer {
  const number = Number(text);
  if (!Number.isFinite(number)) return problem('must be a number');
  if (kind === 'integer' && !Number.isSafeInteger(number)) return problem('must be a whole number');
  const { minimum, maximum } = schema;
  if (typeof minimum === 'number' && number < minimum) return problem(`at least ${minimum}`);
  if (typeof maximum === 'number' && number > maximum) return problem(`at most ${maximum}`);
  return value(number);
}

function checkBoolean(text: string): FieldAnswer {
  if (/^(?:y|yes|true)$/i.test(text)) return value(true);
  if (/^(?:n|no|false)$/i.test(text)) return value(false);
  return problem('answer yes or no');
}

function checkChoice(text: string, choices: readonly Choice[]): FieldAnswer {
  const found = findChoice(text, choices);
  return found ? value(found.value) : problem(`choose 1 to ${choices.length}, or type the name`);
}

function checkChoices(text: string, { choices, schema }: ElicitationField): FieldAnswer {
  const found = text.split(',').map((part) => findChoice(part.trim(), choices));
  const values = found.flatMap((choice) => (choice ? [choice.value] : []));
  if (values.length < found.length) return problem('choose numbers or names, separated by commas');
  const unique = [...new Set(values)];
  const { minItems, maxItems } = schema;
  if (typeof minItems === 'number' && unique.length < minItems) return problem(`choose at least ${minItems}`);
  if (typeof maxItems === 'number' && unique.length > maxItems) return problem(`choose at most ${maxItems}`);
  return value(unique);
}

function findChoice(text: string, choices: readonly Choice[]): Choice | undefined {
  const byName = choices.find(
    ({ value, title }) => value === text || title.toLowerCase() === text.toLowerCase(),
  );
  return byName ?? (/^\d+$/.test(text) ? choices[Number(text) - 1] : undefined);
}

function checkJson(text: string): FieldAnswer {
  try {
    const parsed = JSON.parse(text) as JsonValue;
    return isJsonObject(parsed) || Array.isArray(parsed)
      ? value(parsed)
      : problem('must be a JSON list or object');
  } catch {
    return problem('must be JSON');
  }
}

function value(given: JsonValue): FieldAnswer {
  return { kind: 'value', value: given };
}

function problem(text: string): FieldAnswer {
  return { kind: 'problem', problem: text };
}
