import type { JsonValue } from '@signalbox/sdk';
import { memberOf } from '../jmespath/json-type.ts';
import type { ReadPath } from './find-references.ts';
import type { Scope } from './template.ts';

/** Says which path of an expression that found nothing leads nowhere, and where it ends. Names paths, never values. */
export function describeMissing(
  paths: readonly ReadPath[],
  scope: Scope,
): { readonly problem: string; readonly path: string } {
  for (const { names } of paths) {
    const path = names.join('.');
    let value: JsonValue | undefined = scope;
    for (const [index, name] of names.entries()) {
      const parent = names.slice(0, index).join('.');
      if (index > 0 && value === null) return { problem: `${path} is missing: ${parent} is null`, path };
      value = memberOf(value, name);
      if (value === undefined) {
        const where = index === 0 ? 'here' : `in ${parent}`;
        return { problem: `${path} is missing: there is no "${name}" ${where}`, path };
      }
    }
  }
  const path = paths[0]?.names.join('.') ?? '';
  return { problem: path === '' ? 'it finds nothing' : `it finds nothing in ${path}`, path };
}
