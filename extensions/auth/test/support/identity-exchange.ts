import { errors, type default as Provider } from 'oidc-provider';

/** The grant of an exchange (RFC 8693 §2.1). */
export const exchangeGrant = 'urn:ietf:params:oauth:grant-type:token-exchange';

/** One exchange that a company was asked for. */
export interface Exchange {
  readonly who: string;
  readonly audience: unknown;
  readonly resource: unknown;
}

/** What a company decides of exchanges. */
export interface ExchangeParts {
  readonly exchanges: Exchange[];
  /** Whose exchanges it refuses. */
  readonly refused: ReadonlySet<string>;
}

/** Lets a real provider exchange its own ID tokens, which it verifies, for identity grants. */
export function addExchange(provider: Provider, { exchanges, refused }: ExchangeParts): void {
  const handle: Parameters<Provider['registerGrantType']>[1] = async (context) => {
    const { client, params } = context.oidc;
    const token = params?.['subject_token'];
    if (!client || typeof token !== 'string') throw new errors.InvalidRequest('there is no ID token');
    const said = await provider.IdToken.validate(token, client).catch(() => {
      throw new errors.InvalidGrant('the ID token is not good');
    });
    const who = String(said.payload['sub']);
    exchanges.push({ who, audience: params?.['audience'], resource: params?.['resource'] });
    if (refused.has(who)) throw new errors.AccessDenied('the company does not allow it');
    context.body = {
      access_token: `identity-grant-of-${who}`,
      issued_token_type: 'urn:ietf:params:oauth:token-type:id-jag',
      token_type: 'N_A',
      expires_in: 300,
    };
  };
  provider.registerGrantType(exchangeGrant, handle, [
    'requested_token_type',
    'audience',
    'resource',
    'subject_token',
    'subject_token_type',
    'scope',
  ]);
}
