import { scopeWords } from '../server/resources.ts';
import { html } from './html.ts';
import { makePage, type Page } from './page.ts';

/** What the consent page shows. */
export interface ConsentView {
  readonly action: string;
  readonly token: string;
  readonly client: string;
  /** What vouches for the name: the host of its metadata document, or who registered it. */
  readonly vouchedBy:
    | { readonly kind: 'host'; readonly host: string }
    | { readonly kind: 'administrator' | 'itself' };
  readonly person: string;
  /** Where the answer goes: a host, or a program on this machine. */
  readonly redirectTo: string;
  readonly isLoopback: boolean;
  readonly resource: string;
  readonly scopes: readonly string[];
  readonly orgs: readonly { readonly id: string; readonly name: string }[];
  /** Whether the person may hand on the highest level. */
  readonly canGiveAnchor: boolean;
  /** Whether they signed in lately enough for it. */
  readonly isFresh: boolean;
  readonly formTargets: readonly string[];
}

/** Asks whether a client may act for a person. Refusing is as easy as allowing. */
export function consentPage(view: ConsentView): Page {
  const body = html`
<dl>
<dt>Program</dt><dd><strong>${nameOf(view)}</strong><br><span class="soft">${vouching(view)}</span></dd>
<dt>It sends you back to</dt><dd>${view.redirectTo}</dd>
<dt>It will use</dt><dd>${view.resource}</dd>
<dt>You are</dt><dd>${view.person}</dd>
${!view.canGiveAnchor && html`<dt>How far it may go</dt><dd>As a trusted user, within what you may do</dd>`}
</dl>
${
  view.isLoopback &&
  html`<p class="note">This program runs on the computer in front of you, and any program there could say it has this name. Go on only if you have just started it yourself.</p>`
}
<h2>It wants to</h2>
<ul>${view.scopes.map((scope) => html`<li>${scopeWords[scope] ?? scope}</li>`)}</ul>
<form method="post" action="${view.action}">
<input type="hidden" name="token" value="${view.token}">
${orgChoice(view)}
${levelChoice(view)}
<div class="pair">
<button type="submit" name="step" value="allow">Allow</button>
<button type="submit" name="step" value="deny">Refuse</button>
</div>
</form>`;
  return makePage({
    title: `Allow ${view.client}?`,
    heading: html`Allow ${nameOf(view)}?`,
    body,
    formTargets: view.formTargets,
  });
}

/** A name that is read from right to left turns nothing around it (Unicode UAX 9). */
function nameOf({ client }: ConsentView) {
  return html`<bdi>${client}</bdi>`;
}

function vouching({ vouchedBy }: ConsentView): string {
  switch (vouchedBy.kind) {
    case 'host':
      return `verified: ${vouchedBy.host}`;
    case 'administrator':
      return 'registered by an administrator';
    case 'itself':
      return 'this name is its own claim; nobody has checked it';
    default:
      return vouchedBy satisfies never;
  }
}

function orgChoice({ orgs }: ConsentView) {
  const [only] = orgs;
  if (orgs.length <= 1) return html`<input type="hidden" name="org" value="${only?.id}">`;
  return html`<fieldset><legend>Act in</legend>
${orgs.map(
  ({ id, name }, index) =>
    html`<label><input type="radio" name="org" value="${id}"${index === 0 && html` checked`}> ${name}</label>`,
)}
</fieldset>`;
}

function levelChoice({ canGiveAnchor, isFresh }: ConsentView) {
  if (!canGiveAnchor) return html`<input type="hidden" name="cap" value="trusted">`;
  return html`<fieldset><legend>How far may it go?</legend>
<label><input type="radio" name="cap" value="trusted" checked> As a trusted user</label>
<label><input type="radio" name="cap" value="anchor"${!isFresh && html` disabled`}> As an owner, with everything you may do</label>
${!isFresh && html`<button type="submit" name="step" value="again" class="other">Sign in again to allow that</button>`}
</fieldset>`;
}
