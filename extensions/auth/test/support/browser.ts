/** A browser without a window: it keeps cookies, follows the hub's own redirections and fills in forms. */
export class TestBrowser {
  readonly #base: string;
  readonly #alias: string | undefined;
  readonly #cookies = new Map<string, { readonly value: string; readonly path: string }>();

  /** `alias` is a public address that leads to the same hub. */
  constructor(base: string, alias?: string) {
    this.#base = base;
    this.#alias = alias;
  }

  /** Every cookie as it was set last. */
  readonly setCookies: string[] = [];

  /** Goes to an address; stops at the first page, error, or address outside the hub. */
  async go(address: string, init: RequestInit = {}): Promise<Visit> {
    let url = new URL(address, this.#base);
    let next = init;
    for (let count = 0; count < 10; count++) {
      const response = await this.#send(url, next);
      const location = response.headers.get('location');
      if (location === null || response.status < 300 || response.status > 399)
        return { url, response, text: await response.text() };
      await response.body?.cancel();
      url = new URL(location, url);
      if (url.origin === this.#alias) url = new URL(`${url.pathname}${url.search}`, this.#base);
      if (url.origin !== new URL(this.#base).origin) return { url, response, text: '' };
      next = {};
    }
    throw new Error(`too many redirections, last to ${url.href}`);
  }

  /** Sends the first form of a page that has this button, with the fields the page gave and those filled in. */
  async submit(page: Visit, step: string, filled: Record<string, string> = {}): Promise<Visit> {
    const form = formsOf(page.text).find(
      (each) => each.fields['step'] === step || each.buttons.some(({ value }) => value === step),
    );
    if (!form) throw new Error(`no form for "${step}" on ${page.url.href}: ${page.text.slice(0, 2_000)}`);
    const button = form.buttons.find(({ value }) => value === step);
    const fields = { ...form.fields, ...(button ? { [button.name]: button.value } : {}), ...filled };
    return this.go(form.action === '' ? page.url.href : form.action, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', origin: new URL(this.#base).origin },
      body: new URLSearchParams(fields).toString(),
    });
  }

  async #send(url: URL, init: RequestInit): Promise<Response> {
    const cookie = [...this.#cookies]
      .filter(
        ([, { path }]) => url.pathname === path || url.pathname.startsWith(path === '/' ? '/' : `${path}/`),
      )
      .map(([name, { value }]) => `${name}=${value}`)
      .join('; ');
    const headers = {
      accept: 'text/html,application/xhtml+xml',
      ...(init.headers as Record<string, string> | undefined),
      ...(cookie ? { cookie } : {}),
    };
    const response = await fetch(url, { ...init, headers, redirect: 'manual' });
    for (const line of response.headers.getSetCookie()) this.#keep(line);
    return response;
  }

  #keep(line: string): void {
    this.setCookies.push(line);
    const [pair = '', ...attributes] = line.split(';').map((part) => part.trim());
    const name = pair.slice(0, pair.indexOf('='));
    const value = pair.slice(pair.indexOf('=') + 1);
    const path = attributes.find((each) => /^path=/i.test(each))?.slice(5) ?? '/';
    if (value === '' || attributes.some((each) => /^(?:max-age=0|expires=thu, 01 jan 1970)/i.test(each)))
      this.#cookies.delete(name);
    else this.#cookies.set(name, { value, path });
  }
}

/** Where a browser has ended up. */
export interface Visit {
  readonly url: URL;
  readonly response: Response;
  readonly text: string;
}

interface Form {
  readonly action: string;
  readonly fields: Record<string, string>;
  readonly buttons: readonly { readonly name: string; readonly value: string }[];
}

function formsOf(text: string): Form[] {
  return [...text.matchAll(/<form\b([^>]*)>([\s\S]*?)<\/form>/g)].map(([, head = '', body = '']) => {
    const inputs = [...body.matchAll(/<input\b([^>]*)>/g)].map(([, attributes = '']) => attributes);
    const fields = inputs
      .filter((each) => attribute(each, 'type') !== 'radio' || / checked/.test(each))
      .map((each) => [attribute(each, 'name'), attribute(each, 'value')] as const);
    const buttons = [...body.matchAll(/<button\b([^>]*)>/g)].map(([, each = '']) => ({
      name: attribute(each, 'name'),
      value: attribute(each, 'value'),
    }));
    return { action: attribute(head, 'action'), fields: Object.fromEntries(fields), buttons };
  });
}

function attribute(text: string, name: string): string {
  const value = new RegExp(`\\b${name}="([^"]*)"`).exec(text)?.[1] ?? '';
  return value.replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&amp;', '&');
}
