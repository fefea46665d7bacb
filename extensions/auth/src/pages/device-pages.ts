import { html } from './html.ts';
import { makePage, type Page } from './page.ts';

/** Asks for the code a device shows (RFC 8628 §3.3). */
export function deviceCodePage(view: {
  readonly action: string;
  readonly token: string;
  readonly problem?: string;
}): Page {
  const body = html`
${view.problem !== undefined && html`<p class="bad" role="alert">${view.problem}</p>`}
<form method="post" action="${view.action}">
<input type="hidden" name="xsrf" value="${view.token}">
<label for="user_code">Code on the device</label>
<input type="text" id="user_code" name="user_code" autocomplete="off" autocapitalize="characters" spellcheck="false" required autofocus>
<button type="submit">Go on</button>
</form>`;
  return makePage({ title: 'Connect a device', body });
}

/** Lets the person compare the code, because somebody else may have sent it to them (RFC 8628 §5.4). */
export function deviceConfirmPage(view: {
  readonly action: string;
  readonly token: string;
  readonly code: string;
  readonly client: string;
}): Page {
  const body = html`
<p><strong><bdi>${view.client}</bdi></strong> wants to be connected. Does the device in front of you show this code?</p>
<p class="code">${view.code}</p>
<p class="note">If somebody has sent you the code, refuse.</p>
<form method="post" action="${view.action}">
<input type="hidden" name="xsrf" value="${view.token}">
<input type="hidden" name="user_code" value="${view.code}">
<div class="pair">
<button type="submit" name="confirm" value="yes">It does</button>
<button type="submit" name="abort" value="yes">Refuse</button>
</div>
</form>`;
  return makePage({ title: 'Is this your device?', body });
}
