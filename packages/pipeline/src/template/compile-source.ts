import type { JsonValue } from '@signalbox/sdk';
import type { Budget } from '../jmespath/budget.ts';
import { compileExpression } from '../jmespath/compile-expression.ts';
import { failExpression } from '../jmespath/expression-error.ts';
import { describeMissing } from './describe-missing.ts';
import { evaluateTime } from './evaluate-time.ts';
import { findReferences, type ReadPath } from './find-references.ts';
import type { Scope, TimeScope } from './template.ts';
import { parseTimeExpression } from './time-expression.ts';

/** What stands between `${` and `}`: a time, or an expression over the scope. */
export interface Source {
  readonly paths: readonly ReadPath[];
  /** Gives what it finds; undefined when there is nothing. */
  find(this: void, scope: Scope, time: TimeScope, budget: Budget): JsonValue | undefined;
  /** Ends the evaluation because there is nothing, with the path that leads nowhere. */
  failMissing(this: void, scope: Scope): never;
}

/** Compiles one expression of a template. Throws `invalid_params` with the position inside it. */
export function compileSource(text: string): Source {
  const timed = parseTimeExpression(text);
  if (timed) {
    return {
      paths: [],
      find: (_scope, time) => evaluateTime(timed, time),
      failMissing: () => failExpression('missing', 'there is no such time'),
    };
  }
  const expression = compileExpression(text);
  const paths = findReferences(expression.node);
  return {
    paths,
    find: (scope, _time, budget) => expression.find(scope, budget),
    failMissing: (scope) => {
      const { problem, path } = describeMissing(paths, scope);
      return failExpression('missing', `${problem}; give a value for this case: \${… || 'value'}`, { path });
    },
  };
}
