import { html } from './html.ts';
import { makePage, type Page } from './page.ts';

/** What a page shows that makes a person. */
export interface NewPersonView {
  readonly title: string;
  readonly text: string;
  readonly action: string;
  readonly token: string;
  /** The one-time token of the link. */
  readonly link: string;
  readonly problem?: string;
  readonly login?: string;
  readonly name?: string;
  /** Who is signed in, and can take it as themselves. */
  readonly signedInAs?: string;
}

/** Asks for a name and a password, for the first owner and for who was invited. */
export function newPersonPage(view: NewPersonView): Page {
  const hidden = html`<input type="hidden" name="token" value="${view.token}"><input type="hidden" name="link" value="${view.link}">`;
  const body = html`
<p>${view.text}</p>
${view.problem !== undefined && html`<p class="bad" role="alert">${view.problem}</p>`}
${
  view.signedInAs !== undefined &&
  html`<form method="post" action="${view.action}">${hidden}<button type="submit" name="step" value="as-me">Go on as ${view.signedInAs}</button></form><h2>Or as somebody new</h2>`
}
<form method="post" action="${view.action}">
${hidden}
<label for="login">Name to sign in with</label>
<input type="text" id="login" name="login" value="${view.login}" autocomplete="username" autocapitalize="none" spellcheck="false" maxlength="100" required autofocus>
<label for="name">Your name, as others see it</label>
<input type="text" id="name" name="name" value="${view.name}" autocomplete="name" maxlength="200" required>
<label for="password">Password <span class="soft">(12 characters or more)</span></label>
<input type="password" id="password" name="password" autocomplete="new-password" minlength="12" maxlength="200" required>
<button type="submit" name="step" value="create">Go on</button>
</form>`;
  return makePage({ title: view.title, body });
}
