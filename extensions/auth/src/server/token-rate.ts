import { addressGroup, type Clock, SignalboxError } from '@signalbox/sdk';
import { decodeJwt } from 'jose';
import { RateWindow } from './rate-window.ts';

const windowMs = 1_000;

/**
 * Counts requests at the token endpoint in a second: for each client at each address, because anybody can write the id
 * of a client, and for all clients nobody knows that come from one address together.
 */
export class TokenRate {
  readonly #known: RateWindow;
  readonly #unknown: RateWindow;
  readonly #isKnown: (client: string) => Promise<boolean>;

  constructor(clock: Clock, most: number, isKnown: (client: string) => Promise<boolean>) {
    this.#known = new RateWindow(clock, { windowMs, most });
    this.#unknown = new RateWindow(clock, { windowMs, most });
    this.#isKnown = isKnown;
  }

  /** Takes one request. Errors: `rate_limited`. */
  async take(client: string | undefined, from: string): Promise<void> {
    const address = addressGroup(from);
    const isFree =
      client !== undefined && (await this.#isKnown(client))
        ? this.#known.take(`${address} ${client}`)
        : this.#unknown.take(address);
    if (isFree) return;
    throw new SignalboxError('rate_limited', 'too many requests for tokens; try again in a second', {
      details: { retryAfterMs: windowMs },
    });
  }
}

/** The client a request for a token names, before anything of it is believed. */
export function namedClient(authorization: string | undefined, fields: URLSearchParams): string | undefined {
  const [, basic] = /^Basic +([\w+/=-]+)$/i.exec(authorization ?? '') ?? [];
  const given = basic === undefined ? (fields.get('client_id') ?? subjectOf(fields)) : readBasic(basic);
  return given === undefined || given === '' || given.length > 2_000 ? undefined : given;
}

/** RFC 7523 §3: a client that shows an assertion is its subject. */
function subjectOf(fields: URLSearchParams): string | undefined {
  try {
    return decodeJwt(fields.get('client_assertion') ?? '').sub;
  } catch {
    return undefined;
  }
}

/** RFC 6749 §2.3.1: the id is encoded as in a form. */
function readBasic(text: string): string {
  const [id = ''] = Buffer.from(text, 'base64').toString('utf8').split(':', 1);
  try {
    return decodeURIComponent(id.replaceAll('+', ' '));
  } catch {
    return '';
  }
}
