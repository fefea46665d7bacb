import { type Html, html } from './html.ts';
import { makePage, type Page } from './page.ts';
import { passkeyAddScript } from './passkey-script.ts';

/** A session as its person sees it. */
interface SessionItem {
  readonly id: string;
  readonly text: string;
  readonly isThis: boolean;
}

/** What the page of a person's own sign-ins shows. */
export interface AccountView {
  readonly base: string;
  readonly token: string;
  readonly name: string;
  readonly sessions: readonly SessionItem[];
  readonly grants: readonly { readonly id: string; readonly text: string }[];
  readonly passkeys: readonly { readonly label: string; readonly text: string }[];
  readonly passkeyOptions?: string;
  /** Accounts at identity providers that are linked, by a name of their own. */
  readonly identities: readonly { readonly id: string; readonly text: string }[];
  /** Providers an account of which can be linked. */
  readonly providers: readonly { readonly id: string; readonly title: string }[];
  readonly problem?: string;
}

/** Shows a person where they are signed in and what they have allowed, and lets them end it. */
export function accountPage(view: AccountView): Page {
  const { base, token } = view;
  const body = html`
${view.problem !== undefined && html`<p class="bad" role="alert">${view.problem}</p>`}
<p>Signed in as <strong>${view.name}</strong></p>
<h2>Browsers</h2>
<ul class="rows">${view.sessions.map(({ id, text, isThis }) => row(view, { id, step: 'end-session', text: isThis ? `${text} (this one)` : text }))}</ul>
<h2>Programs that act for you</h2>
${view.grants.length === 0 && html`<p class="soft">None.</p>`}
<ul class="rows">${view.grants.map(({ id, text }) => row(view, { id, step: 'end-grant', text }))}</ul>
<h2>Passkeys</h2>
${view.passkeys.length === 0 && html`<p class="soft">None.</p>`}
<ul>${view.passkeys.map(({ label, text }) => html`<li>${label} <span class="soft">${text}</span></li>`)}</ul>
${
  view.passkeyOptions !== undefined &&
  html`<form method="post" action="${base}/account" id="passkey-form" hidden>
<input type="hidden" name="token" value="${token}">
<input type="hidden" name="step" value="add-passkey">
<input type="hidden" name="answer" id="passkey-answer">
<label for="label">Name of a new passkey</label>
<input type="text" id="label" name="label" maxlength="100" required>
<button type="submit" class="other">Add a passkey</button>
</form>
<template id="passkey-options" data-options="${view.passkeyOptions}"></template>
<noscript><p class="soft">Passkeys need JavaScript; the password does not.</p></noscript>`
}
${linkedAccounts(view)}
<form method="post" action="${base}/account">
<input type="hidden" name="token" value="${token}">
<button type="submit" name="step" value="sign-out" class="other">Sign out</button>
</form>`;
  return makePage({
    title: 'Your sign-ins',
    body,
    ...(view.passkeyOptions === undefined ? {} : { script: passkeyAddScript }),
  });
}

function linkedAccounts(view: AccountView) {
  const { base, token, identities, providers } = view;
  if (identities.length === 0 && providers.length === 0) return undefined;
  return html`<h2>Accounts elsewhere</h2>
${identities.length === 0 && html`<p class="soft">None.</p>`}
<ul class="rows">${identities.map(({ id, text }) => row(view, { id, step: 'unlink', text }))}</ul>
${
  providers.length > 0 &&
  html`<form method="post" action="${base}/account">
<input type="hidden" name="token" value="${token}"><input type="hidden" name="step" value="link">
${providers.map(
  ({ id, title }) =>
    html`<button type="submit" name="provider" value="${id}" class="other">Link an account of ${title}</button>`,
)}
</form>`
}`;
}

function row(
  { base, token }: AccountView,
  { id, step, text }: { readonly id: string; readonly step: string; readonly text: string },
): Html {
  return html`<li><span>${text}</span><form method="post" action="${base}/account">
<input type="hidden" name="token" value="${token}"><input type="hidden" name="id" value="${id}">
<button type="submit" name="step" value="${step}" class="other small" aria-label="End: ${text}">End</button>
</form></li>`;
}
