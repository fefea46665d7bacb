import { isJsonObject, type JsonObject, type JsonValue, SignalboxError } from '@signalbox/sdk';

/** A JSON-RPC id. `"1"` and `1` are different ids. */
export type RpcId = string | number;

/** A request: it wants one answer under its id. */
export interface RpcRequest {
  readonly kind: 'request';
  readonly id: RpcId;
  readonly method: string;
  readonly params: JsonObject;
}

/** A notification: nobody answers it. */
export interface RpcNotification {
  readonly kind: 'notification';
  readonly method: string;
  readonly params: JsonObject;
}

/** An answer with a result. */
export interface RpcResult {
  readonly kind: 'result';
  readonly id: RpcId;
  readonly result: JsonObject;
}

/** An answer with an error; without an id when the request could not be read. */
export interface RpcFailure {
  readonly kind: 'failure';
  readonly id: RpcId | undefined;
  readonly error: RpcError;
}

/** The error member of an answer. */
export interface RpcError {
  readonly code: number;
  readonly message: string;
  readonly data?: JsonValue;
}

/** One JSON-RPC message. */
export type RpcMessage = RpcRequest | RpcNotification | RpcResult | RpcFailure;

/** Tells what a parsed value is. Errors: `invalid_request` with what is missing. */
export function readMessage(value: JsonValue): RpcMessage {
  if (!isJsonObject(value)) throw invalid('a message is a JSON object');
  if (value['jsonrpc'] !== '2.0') throw invalid('the member "jsonrpc" must be "2.0"');
  if (typeof value['method'] === 'string') return readCall(value, value['method']);
  if ('method' in value) throw invalid('the member "method" must be a string');
  return readAnswer(value);
}

function readCall(value: JsonObject, method: string): RpcRequest | RpcNotification {
  const given = value['params'];
  if (given !== undefined && !isJsonObject(given)) throw invalid('the member "params" must be an object');
  const params = given ?? {};
  if (!('id' in value)) return { kind: 'notification', method, params };
  return { kind: 'request', id: readId(value['id']), method, params };
}

function readAnswer(value: JsonObject): RpcResult | RpcFailure {
  const { error, result } = value;
  if (isJsonObject(error)) {
    const { code, message, data } = error;
    if (typeof code !== 'number' || typeof message !== 'string')
      throw invalid('an error has a code and a message');
    const id = value['id'] === undefined || value['id'] === null ? undefined : readId(value['id']);
    return { kind: 'failure', id, error: data === undefined ? { code, message } : { code, message, data } };
  }
  if (isJsonObject(result)) return { kind: 'result', id: readId(value['id']), result };
  throw invalid('a message has a "method", a "result" object or an "error" object');
}

function readId(id: JsonValue | undefined): RpcId {
  if (typeof id === 'string' || (typeof id === 'number' && Number.isSafeInteger(id))) return id;
  throw invalid('an id is a string or a safe integer');
}

function invalid(what: string): SignalboxError {
  return new SignalboxError('invalid_request', `this is no JSON-RPC 2.0 message: ${what}`);
}

/** A request as text. */
export function encodeRequest(id: RpcId, method: string, params?: JsonObject): string {
  return JSON.stringify({ jsonrpc: '2.0', id, method, params });
}

/** A notification as text. */
export function encodeNotification(method: string, params?: JsonObject): string {
  return JSON.stringify({ jsonrpc: '2.0', method, params });
}

/** An answer with a result as text. */
export function encodeResult(id: RpcId, result: JsonObject): string {
  return JSON.stringify({ jsonrpc: '2.0', id, result });
}

/** An answer with an error as text; without an id when the request could not be read (2025-11-25 on, schema). */
export function encodeFailure(id: RpcId | undefined, error: RpcError): string {
  return JSON.stringify({ jsonrpc: '2.0', id, error });
}
