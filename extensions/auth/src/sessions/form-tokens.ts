import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { SignalboxError } from '@signalbox/sdk';
import type { KeyRing } from '../keys/key-ring.ts';
import { cookieName, readCookie, writeCookie } from './cookies.ts';

/** Tells forms this browser was shown here from forged ones: a token in the form that fits a cookie of the browser. */
export class FormTokens {
  readonly #keys: KeyRing;
  readonly #isHttps: () => boolean;

  constructor(keys: KeyRing, isHttps: () => boolean) {
    this.#keys = keys;
    this.#isHttps = isHttps;
  }

  /** The token for a form; gives the browser its cookie where it has none. */
  async issue(request: IncomingMessage, response: ServerResponse): Promise<string> {
    const name = this.#name();
    let cookie = readCookie(request, name);
    if (cookie === undefined || !isCookie(cookie)) {
      cookie = randomBytes(24).toString('base64url');
      response.appendHeader('set-cookie', writeCookie(name, cookie, this.#isHttps()));
    }
    return this.#tokenOf(cookie);
  }

  /** Errors: `forbidden` for a form that was not shown to this browser. */
  async check(request: IncomingMessage, given: string | null): Promise<void> {
    const cookie = readCookie(request, this.#name());
    if (cookie !== undefined && isCookie(cookie) && given !== null) {
      const [wanted, shown] = [Buffer.from(await this.#tokenOf(cookie)), Buffer.from(given)];
      if (wanted.length === shown.length && timingSafeEqual(wanted, shown)) return;
    }
    throw new SignalboxError(
      'forbidden',
      'this form is too old or from another page; go back and load it again',
    );
  }

  async #tokenOf(cookie: string): Promise<string> {
    const { secret } = await this.#keys.current();
    return createHmac('sha256', secret).update(`form ${cookie}`).digest('base64url');
  }

  #name(): string {
    return cookieName('signalbox-form', this.#isHttps());
  }
}

function isCookie(text: string): boolean {
  return /^[\w-]{32}$/.test(text);
}
