import { isJsonObject, type JsonObject, type JsonValue, SignalboxError } from '@signalbox/sdk';
import { Budget } from '../jmespath/budget.ts';
import { setMember } from '../jmespath/json-type.ts';
import { compileText, type Missing, makeConstant, type Rendered, type TextOptions } from './compile-text.ts';
import type { Template } from './template.ts';

const maxDepth = 64;

/**
 * Compiles a JSON value with `${ expression }` in its strings; names of members are never templates. Where it `takesSecrets`,
 * `${secrets.name}` stays in the value as it is written, and `secretTexts` says where.
 * Throws `invalid_params` with JSON pointer and position for an expression that cannot be read, and for a value nested too deep.
 */
export function compileTemplate(
  value: JsonValue,
  {
    missing = 'error',
    takesSecrets = false,
  }: { readonly missing?: Missing; readonly takesSecrets?: boolean } = {},
): Template {
  const { render, isConstant, references, secrets, secretTexts } = compileValue(value, '', {
    missing,
    takesSecrets,
  });
  return {
    references,
    isConstant,
    secrets: [...new Set(secrets)],
    render: (scope, time, budget = new Budget()) => render(scope, time, budget),
    renderSecrets: (scope, time, budget = new Budget()) =>
      secretTexts.map((renderParts) => renderParts(scope, time, budget)),
  };
}

function compileValue(value: JsonValue, at: string, options: TextOptions, depth = 1): Rendered {
  if (depth > maxDepth) {
    throw new SignalboxError('invalid_params', `the template is nested more than ${maxDepth} deep`);
  }
  if (typeof value === 'string') {
    return compileText(value, { name: at === '' ? 'the template' : `the template at "${at}"`, at }, options);
  }
  if (Array.isArray(value)) {
    const items = value.map((item, index) => compileValue(item, `${at}/${index}`, options, depth + 1));
    return compileList(items);
  }
  if (!isJsonObject(value)) return makeConstant(value);
  return compileObject(
    Object.entries(value).map(([name, member]) => [
      name,
      compileValue(member, `${at}/${escapePointer(name)}`, options, depth + 1),
    ]),
  );
}

/** Lists and objects are made anew each time, so that whoever gets one may do with it what they like. */
function compileList(items: readonly Rendered[]): Rendered {
  return {
    references: items.flatMap((item) => item.references),
    isConstant: items.every((item) => item.isConstant),
    secrets: items.flatMap((item) => item.secrets),
    secretTexts: items.flatMap((item) => item.secretTexts),
    render: (scope, time, budget) => items.map((item) => item.render(scope, time, budget)),
  };
}

function compileObject(members: readonly (readonly [string, Rendered])[]): Rendered {
  return {
    references: members.flatMap(([, member]) => member.references),
    isConstant: members.every(([, member]) => member.isConstant),
    secrets: members.flatMap(([, member]) => member.secrets),
    secretTexts: members.flatMap(([, member]) => member.secretTexts),
    render: (scope, time, budget) => {
      const object: JsonObject = {};
      for (const [name, member] of members) setMember(object, name, member.render(scope, time, budget));
      return object;
    },
  };
}

/** RFC 6901 §3. */
function escapePointer(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}
