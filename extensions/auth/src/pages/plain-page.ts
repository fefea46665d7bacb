import type { BrowserPage } from '@signalbox/sdk';
import { html } from './html.ts';
import { makePage, type Page } from './page.ts';

/** A page another extension describes in words alone. */
export function plainPage(
  { title, text = [], facts, list, warning, form }: BrowserPage,
  token: string,
): Page {
  const body = html`
${text.map((each) => html`<p>${each}</p>`)}
${facts && html`<dl>${facts.map(({ label, text: value }) => html`<dt>${label}</dt><dd>${value}</dd>`)}</dl>`}
${list && html`<h2>${list.heading}</h2><ul>${list.items.map((item) => html`<li>${item}</li>`)}</ul>`}
${warning !== undefined && html`<p class="note">${warning}</p>`}
${
  form &&
  html`<form method="post" action="${form.action}">
<input type="hidden" name="token" value="${token}">
<div class="pair">
${form.buttons.map(({ step, text: label }) => html`<button type="submit" name="step" value="${step}">${label}</button>`)}
</div>
</form>`
}`;
  return makePage({ title, body, ...(form ? { formTargets: form.targets } : {}) });
}
