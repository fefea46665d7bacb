import { isSignalboxError, type Mount, SignalboxError, toSignalboxError } from '@signalbox/sdk';
import { clientMetadata } from '../oauth/client-metadata.ts';
import { type LoginParts, serveCallback, serveLogin, type Visit } from './login-flow.ts';
import { callbackPath, clientDocumentPath, readEnd } from './login-paths.ts';

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
    at(callbackPath, (visit, rest) => serveCallback(parts, visit, rest)),
    at(clientDocumentPath, (visit, rest) => serveClientDocument(parts, visit, rest)),
  ];
}

/** A client metadata document (2026-07-28, basic/authorization/client-registration), one for each redirect address. */
async function serveClientDocument(
  { accounts }: LoginParts,
  { response }: Visit,
  rest: string,
): Promise<void> {
  const { settings, redirectUri, clientMetadataUrl } = accounts.parts;
  const end = readEnd(rest);
  if (end === undefined) throw new SignalboxError('not_found', 'there is no such client metadata document');
  const body = {
    client_id: clientMetadataUrl(end) ?? redirectUri(end).replace(callbackPath, clientDocumentPath),
    ...clientMetadata(settings.clientName, redirectUri(end)),
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
