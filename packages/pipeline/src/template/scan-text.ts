/** A piece of a text: what stands there, or an expression. */
export type TextPart =
  | { readonly kind: 'text'; readonly text: string }
  | {
      readonly kind: 'expression';
      readonly text: string;
      /** The place of its first character in the whole text, counted from 0. */
      readonly offset: number;
    };

/** What became of a text: its parts, or the place of a `${` that is never closed, counted from 0. */
export type Scanned =
  | { readonly parts: readonly TextPart[] }
  | { readonly parts?: undefined; readonly unclosedAt: number };

/** Cuts a text at its expressions. `$${` stands for `${` itself; a brace in quotes of an expression does not end it. */
export function scanText(text: string): Scanned {
  const parts: TextPart[] = [];
  let plain = '';
  let at = 0;
  while (at < text.length) {
    const mark = text.indexOf('$', at);
    if (mark < 0) break;
    plain += text.slice(at, mark);
    if (text.startsWith('$${', mark)) {
      plain += '${';
      at = mark + 3;
    } else if (text.startsWith('${', mark)) {
      const end = findEnd(text, mark + 2);
      if (end === undefined) return { unclosedAt: mark };
      if (plain !== '') parts.push({ kind: 'text', text: plain });
      plain = '';
      parts.push({ kind: 'expression', text: text.slice(mark + 2, end), offset: mark + 2 });
      at = end + 1;
    } else {
      plain += '$';
      at = mark + 1;
    }
  }
  plain += text.slice(at);
  if (plain !== '') parts.push({ kind: 'text', text: plain });
  return { parts };
}

/** The brace that closes an expression; those in quotes, and pairs of them, belong to it. */
function findEnd(text: string, from: number): number | undefined {
  let open = 0;
  for (let at = from; at < text.length; at++) {
    const character = text.charAt(at);
    if (character === "'" || character === '"' || character === '`') at = findQuote(text, at + 1, character);
    else if (character === '{') open++;
    else if (character === '}' && open-- === 0) return at;
  }
  return undefined;
}

function findQuote(text: string, from: number, quote: string): number {
  let at = from;
  while (at < text.length && text.charAt(at) !== quote) at += text.charAt(at) === '\\' ? 2 : 1;
  return at;
}
