import { html } from './html.ts';
import { makePage, type Page } from './page.ts';

/** Says one thing. */
export function messagePage(title: string, text: string, code?: string): Page {
  return makePage({
    title,
    body: html`<p>${text}</p>${code !== undefined && html`<p class="soft">Code: ${code}</p>`}`,
  });
}
