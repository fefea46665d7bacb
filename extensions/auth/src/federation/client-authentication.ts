import { type ClientAuth, ClientSecretBasic, ClientSecretPost, None } from 'openid-client';

/** How the hub shows a provider who it is: as the provider's metadata says, `client_secret_basic` where it says nothing. */
export function clientAuthentication(secret: string | undefined): ClientAuth {
  if (secret === undefined) return None();
  const [basic, post] = [ClientSecretBasic(secret), ClientSecretPost(secret)];
  return (server, client, body, headers) => {
    const methods = server.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
    const method = methods.includes('client_secret_basic') ? basic : post;
    method(server, client, body, headers);
  };
}
