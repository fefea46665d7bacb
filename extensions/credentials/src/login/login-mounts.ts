import { isSignalboxError, type Mount, toSignalboxError } from '@signalbox/sdk';
import { clientMetadata } from '../oauth/client-metadata.ts';
import { type LoginParts, serveCallback, serveLogin, type Visit } from './login-flow.ts';

/** Where browsers come back to. */
export const callbackPath = '/upstreams/callback';
/** Where the hub says what it is as an OAuth client. */
export const clientDocumentPath = '/upstreams/client.json';

/** The pages of connecting an account; public, for each knows itself whom it serves. */
export function loginMounts(parts: LoginParts): Mount[] {
  const at = (path: string, handle: (visit: Visit, rest: string) => Promise<void>): Mount => ({
    path,
    access: 'public',
    handle: (request, response, { rest }) =>
      void handle({ request, response }, rest).catch((error: unknown) =>
        showError(parts, { request, response }, error),
      ),
  });
  return [
    at('/upstreams/login/', (visit, rest) => serveLogin(parts, visit, rest)),
    at(callbackPath, (visit) => serveCallback(parts, visit)),
    at(clientDocumentPath, (visit) => serveClientDocument(parts, visit)),
  ];
}

/** The client metadata document (2026-07-28, basic/authorization/client-registration). */
async function serveClientDocument({ accounts }: LoginParts, { response }: Visit): Promise<void> {
  const { settings, redirectUri, clientMetadataUrl } = accounts.parts;
  const body = {
    client_id: clientMetadataUrl() ?? redirectUri().replace(callbackPath, clientDocumentPath),
    ...clientMetadata(settings.clientName, redirectUri()),
    token_endpoint_auth_method: 'none',
  };
  response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'public, max-age=300' });
  response.end(JSON.stringify(body));
}

async function showError(
  { pages, log }: LoginParts,
  { request, response }: Visit,
  thrown: unknown,
): Promise<void> {
  const error = toSignalboxError(thrown);
  if (!isSignalboxError(thrown)) log.error('connecting an account failed', { cause: thrown });
  if (response.headersSent) return void response.destroy();
  const text = error.facts.isSafe ? error.message : 'the hub failed inside; its log has the cause';
  await pages.show(
    request,
    response,
    { title: 'That did not work', text: [text, `Code: ${error.code}`] },
    error.facts.http,
  );
}
