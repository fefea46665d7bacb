import type { JsonValue } from '@signalbox/sdk';
import { refuseExpression } from './expression-error.ts';
import { freezeLiteral } from './freeze-literal.ts';
import { marks, type Token } from './token.ts';

const space = /[ \t\r\n]*/y;
const name = /[A-Za-z_][A-Za-z0-9_]*/y;
const number = /-?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;

/** Cuts an expression into tokens, with one for the end. Throws `invalid_params` where there is none. */
export function readTokens(text: string): readonly Token[] {
  const tokens: Token[] = [];
  let at = skip(text, 0);
  while (at < text.length) {
    const { token, end } = readToken(text, at);
    tokens.push(token);
    at = skip(text, end);
  }
  return [...tokens, { kind: 'end', position: text.length + 1 }];
}

interface Read {
  readonly token: Token;
  readonly end: number;
}

function readToken(text: string, at: number): Read {
  const position = at + 1;
  const first = text.charAt(at);
  if (first === '"' || first === "'" || first === '`') return readQuoted(text, at, first);
  const word = match(name, text, at);
  if (word !== undefined) return { token: { kind: 'name', name: word, position }, end: at + word.length };
  const digits = match(number, text, at);
  if (digits !== undefined) {
    return { token: { kind: 'number', value: Number(digits), position }, end: at + digits.length };
  }
  const mark = marks.find((each) => text.startsWith(each, at));
  if (mark !== undefined) return { token: { kind: mark, position }, end: at + mark.length };
  const shown = String.fromCodePoint(text.codePointAt(at) ?? 0);
  return refuseExpression('syntax', position, `"${shown}" has no meaning here`);
}

/** A name in double quotes, a text in single ones, or JSON between backticks; a backslash keeps the next character from ending it. */
function readQuoted(text: string, at: number, quote: '"' | "'" | '`'): Read {
  const position = at + 1;
  let end = at + 1;
  while (end < text.length && text.charAt(end) !== quote) end += text.charAt(end) === '\\' ? 2 : 1;
  if (end >= text.length) refuseExpression('syntax', position, `the ${quote} here is never closed`);
  const inside = text.slice(at + 1, end);
  return { token: toToken(inside, quote, position), end: end + 1 };
}

function toToken(inside: string, quote: '"' | "'" | '`', position: number): Token {
  if (quote === "'") return { kind: 'literal', value: inside.replaceAll("\\'", "'"), position };
  if (quote === '`') {
    const value = parseJson(inside.replaceAll('\\`', '`'), position);
    return { kind: 'literal', value: freezeLiteral(value, position), position };
  }
  const name = parseJson(`"${inside}"`, position);
  return { kind: 'quoted', name: typeof name === 'string' ? name : inside, position };
}

function parseJson(text: string, position: number): JsonValue {
  try {
    const value: JsonValue = JSON.parse(text);
    return value;
  } catch {
    return refuseExpression('syntax', position, 'what is quoted here is no JSON; a text has single quotes');
  }
}

function skip(text: string, at: number): number {
  return at + (match(space, text, at)?.length ?? 0);
}

function match(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}
