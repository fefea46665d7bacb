import { isEqual } from '../compare.ts';
import { toText } from '../measure.ts';
import type { CallArguments } from './call-arguments.ts';
import type { LanguageFunctions } from './language-function.ts';

/** What is done with texts; characters count, not the units they are kept in. */
export const textFunctions: LanguageFunctions = {
  starts_with: { least: 2, most: 2, apply: (args) => args.text(0).startsWith(args.text(1)) },
  ends_with: { least: 2, most: 2, apply: (args) => args.text(0).endsWith(args.text(1)) },
  join: { least: 2, most: 2, apply: join },
  to_string: { least: 1, most: 1, apply: (args) => toText(args.any(0), args.budget) },
  contains: { least: 2, most: 2, apply: contains },
  reverse: {
    least: 1,
    most: 1,
    apply: (args) => (typeof args.any(0) === 'string' ? reverse(args) : args.list(0).toReversed()),
  },
};

function reverse(args: CallArguments): string {
  const characters = Array.from(args.text(0));
  args.budget.visit(characters.length >> 3);
  return characters.toReversed().join('');
}

function join(args: CallArguments): string {
  const glue = args.text(0);
  const texts = args.texts(1);
  const size = texts.reduce((sum, text) => sum + text.length + glue.length, 0);
  args.budget.checkSize(size);
  args.budget.read(size);
  return texts.join(glue);
}

function contains(args: CallArguments): boolean {
  const [subject, sought] = [args.any(0), args.any(1)];
  if (typeof subject === 'string') return typeof sought === 'string' && args.text(0).includes(sought);
  return args.list(0).some((item) => isEqual(item, sought, args.budget));
}
