import type { JsonValue } from '@signalbox/sdk';

/** The marks of the language, longer ones before those they begin with. */
export const marks = [
  '[?',
  '[]',
  '||',
  '&&',
  '==',
  '!=',
  '<=',
  '>=',
  '.',
  '*',
  '[',
  ']',
  '{',
  '}',
  '(',
  ')',
  ',',
  ':',
  '@',
  '&',
  '|',
  '!',
  '<',
  '>',
] as const;

/** One of {@link marks}. */
type Mark = (typeof marks)[number];

/** A word of an expression and the character it begins at, counted from 1. */
export type Token =
  | { readonly kind: Mark | 'end'; readonly position: number }
  | { readonly kind: 'name' | 'quoted'; readonly name: string; readonly position: number }
  | { readonly kind: 'number'; readonly value: number; readonly position: number }
  | { readonly kind: 'literal'; readonly value: JsonValue; readonly position: number };

/** How a token is called in a message. */
export function describeToken(token: Token): string {
  switch (token.kind) {
    case 'end':
      return 'the end';
    case 'name':
    case 'quoted':
      return `"${token.name}"`;
    case 'number':
      return `the number ${token.value}`;
    case 'literal':
      return 'a literal';
    default:
      return `"${token.kind}"`;
  }
}
