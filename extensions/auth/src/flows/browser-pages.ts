import type { BrowserPages } from '@signalbox/sdk';
import { sendOn, sendPage } from '../pages/page.ts';
import { plainPage } from '../pages/plain-page.ts';
import { readForm } from '../server/form-body.ts';
import { cookieName, readCookie, writeCookie } from '../sessions/cookies.ts';
import type { FlowParts } from './flow-parts.ts';
import { keepReturnPath } from './return-path.ts';

/** Lets other extensions show pages in the manner of sign-in, and learn who sees them. */
export function makeBrowserPages(parts: FlowParts): BrowserPages {
  const { browser, forms, place } = parts;
  return {
    baseUrl: () => place().baseUrl,
    whoIsSignedIn: async (request) => {
      const signedIn = await browser.find(request);
      return signedIn && { id: signedIn.person.id, name: signedIn.person.name };
    },
    askToSignIn: async (_request, response, returnTo) => {
      keepReturnPath(parts, response, returnTo);
      sendOn(response, `${place().path}/sign-in`);
    },
    show: async (request, response, page, status) => {
      const token = page.form ? await forms.issue(request, response) : '';
      sendPage(response, plainPage(page, token), status);
    },
    readForm: async (request) => {
      const form = await readForm(request);
      await forms.check(request, form.get('token'));
      return form;
    },
    setCookie: (response, name, value, maxAgeMs) => {
      const { isHttps } = place();
      const cookie = writeCookie(cookieName(name, isHttps), value, isHttps, Math.ceil(maxAgeMs / 1_000));
      response.appendHeader('set-cookie', cookie);
    },
    readCookie: (request, name) => readCookie(request, cookieName(name, place().isHttps)),
  };
}
