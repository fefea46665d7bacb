import type { KoaContextWithOIDC } from 'oidc-provider';
import type { Page } from '../pages/page.ts';

/** Answers with a page of ours from within the server, which still has cookies to set. */
export function showPage(context: KoaContextWithOIDC, { html, headers }: Page): void {
  context.set(headers);
  context.body = html;
}
