import type { ErrorOut, KoaContextWithOIDC } from 'oidc-provider';
import type { ServerParts } from './provider-parts.ts';
import { showPage } from './show-page.ts';

/** Shows an error that cannot be sent to a client. */
export async function showError(
  { pages, log }: ServerParts,
  context: KoaContextWithOIDC,
  out: ErrorOut,
  error: unknown,
): Promise<void> {
  if (out.error === 'server_error') log.error('the authorization server failed', { cause: error });
  showPage(context, pages.error({ code: out.error, text: out.error_description ?? out.error }));
}
