/** Text that is HTML already. Only {@link html} makes it, so nothing else gets onto a page unescaped. */
export class Html {
  readonly #text: string;

  constructor(strings: TemplateStringsArray, values: readonly HtmlValue[]) {
    this.#text = strings.reduce((text, part, index) => text + toText(values[index - 1]) + part);
  }

  toString(): string {
    return this.#text;
  }
}

/** What may stand in a template; plain text is escaped, nothing is left out by `undefined` and `false`. */
export type HtmlValue = string | number | Html | undefined | false | readonly HtmlValue[];

/** Makes HTML; every text put into it is escaped, in elements and in quoted attributes alike. */
export function html(strings: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  return new Html(strings, values);
}

function toText(value: HtmlValue): string {
  if (value === undefined || value === false) return '';
  if (value instanceof Html) return value.toString();
  if (typeof value === 'string' || typeof value === 'number') return escapeText(String(value));
  return value.map(toText).join('');
}

const entities: { readonly [character: string]: string } = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escapeText(text: string): string {
  return visible(text).replace(/[&<>"']/g, (character) => entities[character] ?? '');
}

/** Marks that turn the direction of text or cannot be seen are shown as what they are (Unicode TR 36); lines stay. */
function visible(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (mark) =>
    mark === '\n' || mark === '\t' ? mark : '\ufffd',
  );
}
