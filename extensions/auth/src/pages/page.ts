import { hash, randomBytes } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { type Html, html } from './html.ts';
import { stylesheet } from './stylesheet.ts';

/** A page as it is sent. */
export interface Page {
  readonly html: string;
  readonly headers: { readonly [name: string]: string };
}

/** What a page is made of. */
export interface PageParts {
  readonly title: string;
  /** The heading, where it holds more than the text of the title. */
  readonly heading?: Html;
  readonly body: Html;
  /** Origins and schemes a form of the page may end at, besides the hub itself. */
  readonly formTargets?: readonly string[];
  /** A small script, which gets the nonce of the page. */
  readonly script?: Html;
}

const styleHash = hash('sha256', stylesheet.toString(), 'base64');

/** Makes a page that loads nothing, is framed by nobody and kept by nobody. */
export function makePage({ title, heading, body, formTargets = [], script }: PageParts): Page {
  const nonce = randomBytes(16).toString('base64');
  const policy = [
    "default-src 'none'",
    `style-src 'sha256-${styleHash}'`,
    ...(script ? [`script-src 'nonce-${nonce}'`, "connect-src 'self'"] : []),
    `form-action ${["'self'", ...formTargets].join(' ')}`,
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join('; ');
  const text = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · Signalbox</title>
<style>${stylesheet}</style>
</head>
<body>
<main>
<section>
<h1>${heading ?? title}</h1>
${body}
</section>
</main>
${script && html`<script nonce="${nonce}">${script}</script>`}
</body>
</html>
`.toString();
  return { html: text, headers: { ...pageHeaders, 'content-security-policy': policy } };
}

/** What every answer of the pages says. */
const pageHeaders = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  // With "no-referrer" browsers would send forms with the origin "null".
  'referrer-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'cross-origin-opener-policy': 'same-origin',
} as const;

/** Answers a raw request with a page. */
export function sendPage(response: ServerResponse, page: Page, status = 200): void {
  for (const [name, value] of Object.entries(page.headers)) response.setHeader(name, value);
  response.statusCode = status;
  response.end(page.html);
}

/** Sends the browser on; always as GET. */
export function sendOn(response: ServerResponse, to: string): void {
  response.setHeader('cache-control', 'no-store');
  response.setHeader('location', to);
  response.statusCode = 303;
  response.end();
}
