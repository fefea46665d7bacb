import type { Evaluate } from './evaluate.ts';
import { refuseExpression } from './expression-error.ts';
import { CallArguments, type ForEach } from './functions/call-arguments.ts';
import { findFunction } from './functions/find-function.ts';
import type { LanguageFunction } from './functions/language-function.ts';
import type { Node } from './node.ts';

type Call = Extract<Node, { kind: 'call' }>;

/** Makes a function of a call. Throws `invalid_params` when there is no such function, or it takes other arguments. */
export function compileCall(node: Call, compile: (node: Node) => Evaluate): Evaluate {
  const called = findFunction(node.name);
  if (!called) {
    return refuseExpression('unknown-function', node.position, `there is no function "${node.name}"`);
  }
  checkArguments(node, called);
  const args = node.args.map(compile);
  return (value, budget) => {
    const values = args.map((argument, index) => {
      const forEach: ForEach = (item) => argument(item, budget) ?? null;
      return index === called.forEach ? forEach : (argument(value, budget) ?? null);
    });
    return called.apply(new CallArguments(node.name, values, budget));
  };
}

function checkArguments({ name, args, position }: Call, { least, most, forEach }: LanguageFunction): void {
  if (args.length < least || args.length > most) {
    const count =
      most === least ? `${least}` : Number.isFinite(most) ? `${least} to ${most}` : `${least} or more`;
    refuseExpression('invalid-arity', position, `${name}() takes ${count} arguments, not ${args.length}`);
  }
  for (const [index, argument] of args.entries()) {
    if ((argument.kind === 'for-each') === (index === forEach)) continue;
    const problem = index === forEach ? 'has to be an &expression' : 'cannot be an &expression';
    refuseExpression('invalid-type', position, `${name}(): argument ${index + 1} ${problem}`);
  }
}
