import { SignalboxError } from '@signalbox/sdk';

const maxExpressions = 16;

/**
 * Makes a test that tells whether a URI may come from a template (RFC 6570).
 * A simple expression takes anything but reserved separators; `+`, `#` and `/…*` take the rest of the path.
 * Errors: `invalid_params` for a template with unbalanced braces or more than 16 expressions.
 */
export function uriTemplateMatcher(template: string): (uri: string) => boolean {
  const pattern = new RegExp(`^${toPattern(template)}$`);
  return (uri) => uri.length <= 8192 && pattern.test(uri);
}

function toPattern(template: string): string {
  const parts = template.split(/\{([^{}]*)\}/);
  if (parts.length > 2 * maxExpressions + 1)
    throw refused(template, `has more than ${maxExpressions} expressions`);
  return parts.map((part, index) => (index % 2 === 0 ? literal(part, template) : expression(part))).join('');
}

function literal(text: string, template: string): string {
  if (/[{}]/.test(text)) throw refused(template, 'has unbalanced braces');
  return text.replace(/[\\^$.*+?()[\]|/]/g, String.raw`\$&`);
}

function expression(body: string): string {
  const operator = /^[+#./;?&]/.exec(body)?.[0] ?? '';
  if (operator === '+' || operator === '#') return '[^\\s]+';
  if (operator === '?' || operator === '&') return '(?:[?&][^\\s#]*)?';
  if (operator === '/') return body.includes('*') ? '(?:/[^\\s?#]*)?' : '(?:/[^\\s/?#]*)?';
  if (operator === ';' || operator === '.') return '(?:[;.][^\\s/?#]*)?';
  return body.includes('*') ? '[^\\s?#]+' : '[^\\s/?#]+';
}

function refused(template: string, why: string): SignalboxError {
  return new SignalboxError('invalid_params', `the URI template "${template.slice(0, 200)}" ${why}`);
}
