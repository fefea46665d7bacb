import { randomUUID } from 'node:crypto';
import {
  type CallRequest,
  type CallRetry,
  type InputResult,
  isJsonObject,
  type JsonObject,
  SignalboxError,
  type UpstreamAccount,
} from '@signalbox/sdk';
import { canAnswer } from '../peer/client-capabilities.ts';
import { pageQuestions } from '../peer/url-questions.ts';
import { type LoginReason, loginErrors, loginQuestions } from './login-reason.ts';
import type { WaitingLogins } from './waiting-logins.ts';

/** Why an upstream that wants an account is not available. */
export function wantsLogin(name: string): SignalboxError {
  return new SignalboxError(
    'upstream_login_needed',
    `it wants you to sign in: signalbox server login ${name}`,
  );
}

/** What telling a caller to sign in needs. */
export interface LoginQuestion {
  readonly name: string;
  readonly account: UpstreamAccount;
  readonly reason: LoginReason;
  /** The page where the account is connected; undefined where there is none. */
  readonly url: string | undefined;
  readonly request: CallRequest;
  readonly waiting: WaitingLogins;
  readonly cause: unknown;
}

/**
 * Tells a caller that its account has to be connected: as a question where it takes questions as a result, else as an
 * error, with the page as a legacy client takes it (2025-11-25, client/elicitation, "URL Elicitation Required Error").
 * Errors: `upstream_login_needed`.
 */
export function askToLogIn(question: LoginQuestion): InputResult {
  const { name, account, reason, url, request, waiting, cause } = question;
  const { channels, takesInput, kind } = request;
  const message = loginQuestions[reason](name);
  const command = `signalbox server login ${name}`;
  const isAsked =
    url !== undefined && canAnswer(channels?.capabilities ?? {}, 'elicitation/create', { mode: 'url' });
  if (isAsked && takesInput && mayAsk.includes(kind))
    return { ...pageQuestions([{ mode: 'url', message, url }]), requestState: { [mark]: true } };
  const details: JsonObject = { upstream: name, ...(url === undefined ? {} : { url }) };
  if (isAsked && !takesInput && channels?.elicitationDone) {
    const elicitationId = randomUUID();
    waiting.add(account, elicitationId, channels.elicitationDone);
    details['elicitations'] = [{ mode: 'url', elicitationId, url, message }];
  }
  const where = url === undefined ? command : `open ${url} or run "${command}"`;
  throw new SignalboxError(
    'upstream_login_needed',
    `${loginErrors[reason](name)}: ${where}, then call again`,
    { cause, details },
  );
}

/** True for a call that comes back from the page it was sent to; the upstream knows nothing of that. */
export function isBackFromLogin(retry: CallRetry | undefined): boolean {
  return isJsonObject(retry?.requestState) && retry.requestState[mark] === true;
}

const mark = 'signIn';
const mayAsk: readonly CallRequest['kind'][] = ['tool', 'resource', 'prompt'];
