import { SignalboxError } from '@signalbox/sdk';

const maxExpressions = 16;
const maxUriLength = 8_192;

interface Expression {
  readonly kind: 'expression';
  /** Characters it may take. */
  readonly allowed: RegExp;
  /** One of these must come first; undefined where anything may. */
  readonly opener: string | undefined;
  readonly isOptional: boolean;
}

type Part = Expression | { readonly kind: 'literal'; readonly text: string };

/**
 * Makes a test that tells whether a URI may come from a template (RFC 6570). A simple expression takes anything but
 * separators; `+` and `#` take everything; `/`, `?`, `&`, `.` and `;` may be absent. Each expression ends where what
 * follows it first appears, so the time is linear in the URI whatever the template.
 * Errors: `invalid_params` for a template with unbalanced braces or more than 16 expressions.
 */
export function uriTemplateMatcher(template: string): (uri: string) => boolean {
  const parts = readParts(template);
  return (uri) => uri.length <= maxUriLength && fits(uri, parts);
}

function readParts(template: string): Part[] {
  const pieces = template.split(/\{([^{}]*)\}/);
  if (pieces.length > 2 * maxExpressions + 1)
    throw refused(template, `has more than ${maxExpressions} expressions`);
  return pieces.flatMap((piece, index): Part[] => {
    if (index % 2 === 1) return [readExpression(piece)];
    if (/[{}]/.test(piece)) throw refused(template, 'has unbalanced braces');
    return piece === '' ? [] : [{ kind: 'literal', text: piece }];
  });
}

function readExpression(body: string): Expression {
  const operator = /^[+#./;?&]/.exec(body)?.[0] ?? '';
  const isList = body.endsWith('*');
  switch (operator) {
    case '+':
    case '#':
      return { kind: 'expression', allowed: /^\S*$/, opener: undefined, isOptional: false };
    case '?':
    case '&':
      return { kind: 'expression', allowed: /^[^\s#]*$/, opener: '?&', isOptional: true };
    case '/':
      return {
        kind: 'expression',
        allowed: isList ? /^[^\s?#]*$/ : /^\/?[^\s/?#]*$/,
        opener: '/',
        isOptional: true,
      };
    case ';':
    case '.':
      return { kind: 'expression', allowed: /^[^\s/?#]*$/, opener: operator, isOptional: true };
    default:
      return {
        kind: 'expression',
        allowed: isList ? /^[^\s?#]*$/ : /^[^\s/?#]*$/,
        opener: undefined,
        isOptional: false,
      };
  }
}

function fits(uri: string, parts: readonly Part[]): boolean {
  let position = 0;
  for (const [index, part] of parts.entries()) {
    if (part.kind === 'literal') {
      if (!uri.startsWith(part.text, position)) return false;
      position += part.text.length;
    } else {
      const end = endOf(uri, position, part, parts.slice(index + 1));
      if (end === -1 || !takes(part, uri.slice(position, end))) return false;
      position = end;
    }
  }
  return position === uri.length;
}

/** Where an expression ends: at the first place where what follows can begin. */
function endOf(uri: string, start: number, part: Expression, [next, ...others]: readonly Part[]): number {
  const from = start + (part.isOptional ? 0 : 1);
  if (!next) return uri.length;
  if (next.kind === 'literal') {
    return others.length === 0 ? lastPlace(uri, next.text, from) : uri.indexOf(next.text, from);
  }
  const { opener } = next;
  if (opener === undefined) return Math.min(from, uri.length);
  const place = opener
    .split('')
    .map((char) => uri.indexOf(char, from))
    .filter((found) => found !== -1);
  return place.length === 0 ? uri.length : Math.min(...place);
}

function lastPlace(uri: string, text: string, from: number): number {
  const place = uri.length - text.length;
  return place >= from && uri.endsWith(text) ? place : -1;
}

function takes({ allowed, opener, isOptional }: Expression, text: string): boolean {
  if (text === '') return isOptional;
  return (opener === undefined || opener.includes(text.charAt(0))) && allowed.test(text);
}

function refused(template: string, why: string): SignalboxError {
  return new SignalboxError('invalid_params', `the URI template "${template.slice(0, 200)}" ${why}`);
}
