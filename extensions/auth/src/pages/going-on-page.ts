import { html } from './html.ts';
import { makePage, type Page } from './page.ts';

/**
 * Sends the browser on to an identity provider. It is a page and no redirection, because browsers hold the redirections
 * of a form against the policy of its page, and where the provider's pages are is not known before.
 */
export function goingOnPage(title: string, address: URL): Page {
  const body = html`
<p>You sign in at <strong>${address.host}</strong> and come back here.</p>
<p><a class="button" href="${address.href}">Go on</a></p>`;
  const page = makePage({ title: `Sign in with ${title}`, body });
  return { ...page, headers: { ...page.headers, refresh: `0; url=${address.href}` } };
}
