import type { JsonValue } from '@signalbox/sdk';
import { Budget } from './budget.ts';
import { compileNode } from './compile-node.ts';
import type { Evaluate } from './evaluate.ts';
import { refuseExpression } from './expression-error.ts';
import { maxLength } from './limits.ts';
import { measure } from './measure.ts';
import type { Node } from './node.ts';
import { parseExpression } from './parse-expression.ts';

/** An expression that can be asked again and again. */
export interface Expression {
  readonly text: string;
  /** What it is made of, for those who want to know what it reads. */
  readonly node: Node;
  /**
   * Gives what it finds, null for nothing; the value may share parts with the data, so neither may be changed.
   * Throws `template_failed` for values of the wrong type and for work beyond the budget.
   */
  search(this: void, data: JsonValue, budget?: Budget): JsonValue;
  /** The same without a look at the size of what is found, and with undefined for nothing. */
  readonly find: Evaluate;
}

const maxKept = 1_000;
/** The expressions asked for last, by their text: they cannot change, and the same ones are asked for again and again. */
const kept = new Map<string, Expression>();

/** Compiles a JMESPath expression. Throws `invalid_params` with the position of a mistake, or when it is too long or too deep. */
export function compileExpression(text: string): Expression {
  const known = kept.get(text);
  if (known) kept.delete(text);
  const expression = known ?? compile(text);
  kept.set(text, expression);
  const oldest = kept.keys().next();
  if (kept.size > maxKept && !oldest.done) kept.delete(oldest.value);
  return expression;
}

function compile(text: string): Expression {
  if (text.length > maxLength) {
    refuseExpression('limit', maxLength + 1, `it is longer than ${maxLength} characters`);
  }
  const node = parseExpression(text);
  const find = compileNode(node);
  return {
    text,
    node,
    find,
    search: (data, budget = new Budget()) => {
      const found = find(data, budget) ?? null;
      budget.give(measure(found, budget));
      return found;
    },
  };
}
