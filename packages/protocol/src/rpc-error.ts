import { isJsonObject, type JsonValue, SignalboxError, toSignalboxError } from '@signalbox/sdk';
import type { RpcError } from './json-rpc.ts';
import type { Era } from './versions.ts';

// Resource not found, up to 2025-11-25 (protocol 2026-07-28, basic/index, "Error Codes").
const legacyResourceNotFound = -32002;
// URL elicitation required (protocol 2025-11-25, client/elicitation).
const urlElicitationRequired = -32042;

/**
 * The one mapping from the hub's errors to JSON-RPC. An upstream's own error passes with its code,
 * except codes the specification reserves: those would speak in the hub's name.
 */
export function toRpcError(thrown: unknown, era: Era, method?: string): RpcError {
  const error = toSignalboxError(thrown);
  const foreign = error.code === 'upstream_refused' ? readForeign(error.details) : undefined;
  if (foreign) return translateForeign(foreign, era, method);
  const pages = era === 'legacy' ? readPages(error) : undefined;
  if (pages) return { code: urlElicitationRequired, message: error.message, data: { elicitations: pages } };
  const code =
    era === 'legacy' && isResourceNotFound(error, method) ? legacyResourceNotFound : error.facts.jsonRpc;
  const data = dataOf(error);
  const message = error.facts.isSafe ? error.message : 'the hub failed inside; its log has the cause';
  return data === undefined ? { code, message } : { code, message, data };
}

/** An upstream's JSON-RPC error as the hub's own, keeping code, message and data for the way back. */
export function fromRpcError(error: RpcError): SignalboxError {
  const { code, message, data } = error;
  return new SignalboxError('upstream_refused', message, {
    details: { rpc: data === undefined ? { code, message } : { code, message, data } },
  });
}

/** The pages to visit before an account can be used; only for clients that were found to take them. */
function readPages({ code, details }: SignalboxError): JsonValue | undefined {
  if (code !== 'upstream_login_needed' || !isJsonObject(details)) return undefined;
  return details['elicitations'];
}

function readForeign(details: JsonValue | undefined): RpcError | undefined {
  if (!isJsonObject(details) || !isJsonObject(details['rpc'])) return undefined;
  const { code, message, data } = details['rpc'];
  if (typeof code !== 'number' || typeof message !== 'string') return undefined;
  return data === undefined ? { code, message } : { code, message, data };
}

function translateForeign(error: RpcError, era: Era, method: string | undefined): RpcError {
  if (error.code === legacyResourceNotFound && era === 'modern') return { ...error, code: -32602 };
  if (error.code === -32602 && era === 'legacy' && method === 'resources/read') {
    return { ...error, code: legacyResourceNotFound };
  }
  const isReserved = error.code <= -32020 && error.code >= -32099;
  return isReserved && !(era === 'legacy' && error.code === urlElicitationRequired)
    ? { ...error, code: -32603 }
    : error;
}

function isResourceNotFound(error: SignalboxError, method: string | undefined): boolean {
  return error.code === 'not_found' && (method === 'resources/read' || method === 'resources/subscribe');
}

function dataOf(error: SignalboxError): JsonValue | undefined {
  if (!error.facts.isSafe) return undefined;
  // Codes of the specification have a data shape of their own; the hub's own codes name themselves.
  const isSpecified = error.facts.jsonRpc <= -32000 && error.facts.jsonRpc >= -32768;
  if (isSpecified) return error.details;
  return error.details === undefined ? { code: error.code } : { code: error.code, details: error.details };
}
