import { fromRpcError, type RpcError } from '@signalbox/protocol';
import { isJsonObject, isSignalboxError, SignalboxError } from '@signalbox/sdk';
import type { HttpResponse } from './http-exchange.ts';
import { readWireMessages } from './read-wire-message.ts';

const unreachable: { readonly [code: string]: string } = {
  ECONNREFUSED: 'nothing listens at its url',
  ENOTFOUND: 'its host name is not known',
  EAI_AGAIN: 'its host name cannot be looked up now',
  EHOSTUNREACH: 'its host cannot be reached',
  ENETUNREACH: 'its network cannot be reached',
  ETIMEDOUT: 'its host does not answer',
  UND_ERR_CONNECT_TIMEOUT: 'its host does not answer',
  UND_ERR_INVALID_ARG: 'its url or one of its headers is not valid HTTP',
};

/** A transport failure as an error of the table. */
export function transportError(name: string, error: unknown): SignalboxError {
  if (isSignalboxError(error)) return error.code === 'too_large' ? tooLarge(name, error) : error;
  const code = codeOf(error);
  if (code.endsWith('_TIMEOUT') && code !== 'UND_ERR_CONNECT_TIMEOUT') {
    return new SignalboxError('timeout', `upstream "${name}" stopped answering in the middle of a call`, {
      cause: error,
    });
  }
  const why = unreachable[code] ?? (isTls(code) ? `its certificate is not accepted (${code})` : undefined);
  const text =
    why ?? `the connection broke before it answered (${code}); whether the call was carried out is not known`;
  const advice = why === undefined ? '' : '; start it, or correct its definition';
  return new SignalboxError('upstream_unavailable', `upstream "${name}" is not available: ${text}${advice}`, {
    cause: error,
  });
}

/** The error of a response that brings no answer. `hasSession` tells how to read 404. */
export function statusError(name: string, response: HttpResponse, hasSession: boolean): SignalboxError {
  const { status } = response;
  const rpc = rpcErrorOf(response);
  if (hasSession && isSessionGone(status, rpc)) {
    return new SignalboxError(
      'session_not_found',
      `upstream "${name}" has forgotten its session; the hub opens a new one`,
    );
  }
  if (rpc) return status === 401 ? refusedWith(rpc, status) : fromRpcError(rpc);
  if (status === 401 || status === 403) {
    const details = { status };
    const text = `upstream "${name}" refused the hub with HTTP ${status}; check the credentials in its headers`;
    return new SignalboxError('upstream_refused', text, { details });
  }
  if (status === 429 || status === 502 || status === 503 || status === 504) {
    const text = `upstream "${name}" is busy or down (HTTP ${status}); try again later`;
    return new SignalboxError('upstream_unavailable', text, { details: { status } });
  }
  return new SignalboxError('upstream_invalid_answer', `upstream "${name}" ${describeStatus(response)}`, {
    details: { status },
  });
}

/** True for the answer of an upstream that wants an account, or does not take the one it was shown. */
export function isSignInRefusal(error: unknown): boolean {
  if (!isSignalboxError(error)) return false;
  if (error.code === 'upstream_login_needed') return true;
  return error.code === 'upstream_refused' && isJsonObject(error.details) && error.details['status'] === 401;
}

/** True when a refusal says that the upstream does not speak the era it is spoken to in. */
export function isEraDoubt(response: HttpResponse, isLegacy: boolean): boolean {
  const rpc = rpcErrorOf(response);
  if (isLegacy) return isModernError(rpc?.code);
  return rpc === undefined && [400, 404, 405, 406].includes(response.status);
}

/** True for the code of an error only a modern upstream sends (2026-07-28, basic/index, "Error Codes"). */
export function isModernError(code: unknown): boolean {
  return typeof code === 'number' && code <= -32020 && code >= -32022;
}

/** True when nothing was sent because there was nobody to send it to. */
export function isUnreachable(error: unknown): boolean {
  return codeOf(error) in unreachable;
}

/** An error the upstream words itself; its status says more than its code. */
function refusedWith(rpc: RpcError, status: number): SignalboxError {
  const { message, details } = fromRpcError(rpc);
  return new SignalboxError('upstream_refused', message, {
    details: { ...(isJsonObject(details) ? details : {}), status },
  });
}

/** The JSON-RPC error in a response's body, if it is one. */
function rpcErrorOf(response: HttpResponse): RpcError | undefined {
  if (response.body.length === 0) return undefined;
  const [read] = readWireMessages(response.body.toString('utf8'));
  return read?.kind === 'message' && read.message.kind === 'failure' ? read.message.error : undefined;
}

function describeStatus({ status, headers }: HttpResponse): string {
  if (status >= 300 && status < 400) {
    return `answered with a redirection to ${JSON.stringify(headers.location ?? '')}; put the final address into its url`;
  }
  if (status === 404) return 'answered with HTTP 404; check the path in its url';
  return `answered with HTTP ${status} and no MCP message; check that its url is an MCP endpoint`;
}

// A restarted server often says 400 with a text of its own instead of the 404 the specification wants.
function isSessionGone(status: number, rpc: RpcError | undefined): boolean {
  return status === 404
    ? rpc?.code !== -32601
    : status === 400 && rpc?.code === -32000 && /session/i.test(rpc.message);
}

function isTls(code: string): boolean {
  return /CERT|SIGNED|SSL|TLS|ALTNAME/.test(code);
}

function codeOf(error: unknown): string {
  const given = error as { code?: unknown; cause?: { code?: unknown }; name?: unknown };
  const code = given.code ?? given.cause?.code ?? given.name;
  return typeof code === 'string' ? code : 'unknown';
}

function tooLarge(name: string, error: SignalboxError): SignalboxError {
  return new SignalboxError(
    'upstream_invalid_answer',
    `upstream "${name}" sent too much: ${error.message}; ask it for less, or raise its maxMessageBytes`,
    { cause: error },
  );
}
