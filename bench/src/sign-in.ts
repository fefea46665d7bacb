import { organizationRules } from './organization-rules.ts';
import type { HubPart } from './start-hub.ts';

const ruleCount = 200;

/**
 * Gives the hub what an organization has: rules, and a machine that signs in at the hub's own authorization server
 * (client credentials, RFC 6749 §4.4). Resolves with its access token.
 */
export async function signIn(hub: HubPart): Promise<string> {
  const url = `http://127.0.0.1:${hub.port}`;
  const ask = async (method: string, path: string, body: object): Promise<Record<string, unknown>> => {
    const headers = { authorization: `Bearer ${hub.key}`, 'content-type': 'application/json' };
    const response = await fetch(`${url}${path}`, { method, headers, body: JSON.stringify(body) });
    return readAnswer(path, response);
  };
  await ask('PUT', '/api/v1/rules', { rules: organizationRules(ruleCount) });
  await ask('POST', '/api/v1/services', { name: 'bench' });
  const scopes = ['tools:list', 'tools:call'];
  const made = await ask('POST', '/api/v1/keys', { name: 'bench', service: 'bench', scopes });
  const secret = String(made['key']);
  const response = await fetch(`${url}/oauth/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: secret.split('_').slice(0, 3).join('_'),
      client_secret: secret,
      resource: `${url}/mcp`,
      scope: scopes.join(' '),
    }),
  });
  return String((await readAnswer('/oauth/token', response))['access_token']);
}

async function readAnswer(what: string, response: Response): Promise<Record<string, unknown>> {
  const text = await response.text();
  if (!response.ok) throw new Error(`${what} answered ${response.status}: ${text}`);
  return JSON.parse(text) as Record<string, unknown>;
}
