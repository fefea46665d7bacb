import { Budget } from '../jmespath/budget.ts';
import { isTruthy } from '../jmespath/json-type.ts';
import { compileSource } from './compile-source.ts';
import { toReferences } from './compile-text.ts';
import { compileAt, evaluateAt, type Place, refuseAt } from './place.ts';
import { scanText } from './scan-text.ts';
import type { Condition } from './template.ts';

const place: Place = { name: 'the condition', at: '' };

/**
 * Compiles a condition, which is one expression with or without `${ }` around it; what is missing counts as false.
 * Throws `invalid_params` with the position of a mistake.
 */
export function compileCondition(text: string): Condition {
  const { expression, offset } = unwrap(text);
  const source = compileAt(place, offset, () => compileSource(expression));
  return {
    references: toReferences(source, place, offset),
    test: (scope, time, budget = new Budget()) =>
      evaluateAt(place, offset + 1, () => isTruthy(source.find(scope, time, budget), budget)),
  };
}

function unwrap(text: string): { readonly expression: string; readonly offset: number } {
  const from = text.length - text.trimStart().length;
  if (!text.startsWith('${', from)) return { expression: text, offset: 0 };
  const scanned = scanText(text.slice(from).trimEnd());
  if (!scanned.parts) return refuseAt(place, from + 1, 'the ${ here is never closed');
  const [only, ...more] = scanned.parts;
  if (only?.kind !== 'expression' || more.length > 0) {
    return refuseAt(
      place,
      from + 1,
      'a condition is one expression; put all of it into one ${ }, or leave that away',
    );
  }
  return { expression: only.text, offset: from + only.offset };
}
