import type { IncomingMessage, ServerResponse } from 'node:http';
import { defineService } from './service-token.ts';

/** A page of the hub for a person in a browser. Everything in it is text; nothing is HTML. */
export interface BrowserPage {
  readonly title: string;
  readonly text?: readonly string[];
  /** What the person should know before they go on. */
  readonly facts?: readonly { readonly label: string; readonly text: string }[];
  readonly list?: { readonly heading: string; readonly items: readonly string[] };
  readonly warning?: string;
  /** A form of buttons; the answer has the one that was pressed as `step`. */
  readonly form?: {
    /** Path of the hub, as a browser sees it. */
    readonly action: string;
    readonly buttons: readonly { readonly step: string; readonly text: string }[];
    /** Origins the form may end at, besides the hub itself. */
    readonly targets: readonly string[];
  };
}

/** Shows pages to people in browsers and knows who is signed in there. */
export interface BrowserPages {
  /** The hub as browsers see it, without a slash at its end. Errors: `overloaded` before it listens. */
  readonly baseUrl: () => string;
  /** The person who is signed in in this browser, as they are now. */
  readonly whoIsSignedIn: (
    request: IncomingMessage,
  ) => Promise<{ readonly id: string; readonly name: string } | undefined>;
  /** Sends the browser to sign in and then back to a path of the hub. */
  readonly askToSignIn: (
    request: IncomingMessage,
    response: ServerResponse,
    returnTo: string,
  ) => Promise<void>;
  /** Answers with a page that loads nothing and is framed and kept by nobody; a form of it is guarded against forgery. */
  readonly show: (
    request: IncomingMessage,
    response: ServerResponse,
    page: BrowserPage,
    status?: number,
  ) => Promise<void>;
  /** Reads a form that was shown in this browser. Errors: `forbidden` for any other, `too_large`, `unsupported_media_type`. */
  readonly readForm: (request: IncomingMessage) => Promise<URLSearchParams>;
  /** A cookie for this host alone, sent to no script and, on https, over nothing else; `maxAgeMs` 0 removes it. */
  readonly setCookie: (response: ServerResponse, name: string, value: string, maxAgeMs: number) => void;
  readonly readCookie: (request: IncomingMessage, name: string) => string | undefined;
}

/** The extension that signs people in offers this. */
export const browserPages = defineService<BrowserPages>('browser-pages', { inProcess: true });
