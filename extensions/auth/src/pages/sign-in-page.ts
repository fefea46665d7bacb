import { html } from './html.ts';
import { makePage, type Page } from './page.ts';
import { passkeySignInScript } from './passkey-script.ts';

/** What the sign-in page shows. */
export interface SignInView {
  readonly action: string;
  /** Against forged forms. */
  readonly token: string;
  readonly login?: string;
  readonly problem?: string;
  /** Whom the person signs in for, where a client asks. */
  readonly client?: string;
  readonly formTargets?: readonly string[];
  /** Identity providers, each with a button. */
  readonly providers?: readonly { readonly id: string; readonly title: string }[];
  /** Options of a passkey sign-in as JSON (WebAuthn Level 3). */
  readonly passkeyOptions?: string;
}

/** Asks who somebody is: name and password, a passkey where the browser can, or an identity provider. */
export function signInPage(view: SignInView): Page {
  const body = html`
${view.client !== undefined && html`<p>to go on to <strong><bdi>${view.client}</bdi></strong></p>`}
${view.problem !== undefined && html`<p class="bad" role="alert">${view.problem}</p>`}
<form method="post" action="${view.action}">
<input type="hidden" name="token" value="${view.token}">
<input type="hidden" name="step" value="sign-in">
<label for="login">Name</label>
<input type="text" id="login" name="login" value="${view.login}" autocomplete="username webauthn" autocapitalize="none" spellcheck="false" required autofocus>
<label for="password">Password</label>
<input type="password" id="password" name="password" autocomplete="current-password" required>
<button type="submit">Sign in</button>
</form>
${
  view.passkeyOptions !== undefined &&
  html`<form method="post" action="${view.action}" id="passkey-form" hidden>
<input type="hidden" name="token" value="${view.token}">
<input type="hidden" name="step" value="passkey">
<input type="hidden" name="answer" id="passkey-answer">
<button type="submit" class="other">Sign in with a passkey</button>
</form>
<template id="passkey-options" data-options="${view.passkeyOptions}"></template>`
}
${providerButtons(view)}`;
  return makePage({
    title: 'Sign in',
    body,
    ...(view.formTargets ? { formTargets: view.formTargets } : {}),
    ...(view.passkeyOptions === undefined ? {} : { script: passkeySignInScript }),
  });
}

function providerButtons({ action, token, providers = [] }: SignInView) {
  if (providers.length === 0) return undefined;
  return html`<form method="post" action="${action}">
<input type="hidden" name="token" value="${token}">
<input type="hidden" name="step" value="provider">
${providers.map(
  ({ id, title }) =>
    html`<button type="submit" name="provider" value="${id}" class="other">Sign in with ${title}</button>`,
)}
</form>`;
}
