import type { IncomingMessage, ServerResponse } from 'node:http';
import { messagePage } from '../pages/message-page.ts';
import { sendPage } from '../pages/page.ts';
import { serveAccount } from './account-flow.ts';
import type { FlowParts } from './flow-parts.ts';
import { serveInvitation } from './invitation-flow.ts';
import { serveSetup } from './setup-flow.ts';
import { serveSignIn } from './sign-in-flow.ts';

/** The paths of the pages that stand for themselves. */
export const pagePaths = ['/sign-in', '/signed-out', '/account', '/setup', '/invitation'] as const;

/** Serves one of them. */
export async function servePages(
  parts: FlowParts,
  path: (typeof pagePaths)[number],
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  switch (path) {
    case '/sign-in':
      return serveSignIn(parts, request, response);
    case '/signed-out':
      return sendPage(response, messagePage('Signed out', 'You are signed out in this browser.'));
    case '/account':
      return serveAccount(parts, request, response);
    case '/setup':
      return serveSetup(parts, request, response);
    case '/invitation':
      return serveInvitation(parts, request, response);
    default:
      return path satisfies never;
  }
}
