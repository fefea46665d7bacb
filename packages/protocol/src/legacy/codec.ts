import type { JsonObject, SignalboxError } from '@signalbox/sdk';
import type { RpcError } from '../json-rpc.ts';
import type { NeutralRequest, NeutralResult } from '../neutral.ts';
import { fromRpcError, toRpcError } from '../rpc-error.ts';
import { isAtLeast, type LegacyVersion } from '../versions.ts';
import { toLegacyQuestion } from './question.ts';
import { type LegacyResultOptions, toLegacyResult } from './result.ts';

// A page must be visited first; known to 2025-11-25 alone (client/elicitation, "URL Elicitation Required Error").
const urlElicitationRequired = -32042;
const internalError = -32603;

/** The wire form of one version spoken with `initialize`, and back. What a version does not know is put so that it can take it. */
export class LegacyCodec {
  readonly version: LegacyVersion;

  constructor(version: LegacyVersion) {
    this.version = version;
  }

  /**
   * Parameters of a request; questions to a client are put as its version knows them.
   * Errors: `missing_capability` for a question this version has no words for.
   */
  encodeRequest({ method, params }: NeutralRequest): JsonObject {
    return toLegacyQuestion(method, params, this.version);
  }

  /** Who asks, and what they can do, was said with `initialize`: the parameters are neutral as they are. */
  decodeRequest(method: string, params: JsonObject): NeutralRequest {
    return { method, params };
  }

  /** A complete result as this version can take it; rounds and tasks have other words in this era. */
  encodeResult(method: string, { value }: NeutralResult, options?: LegacyResultOptions): JsonObject {
    return toLegacyResult(method, value, this.version, options);
  }

  decodeResult(result: JsonObject): NeutralResult {
    return { kind: 'complete', value: result };
  }

  /** Progress on its way to a client; it has said in words what goes on since 2025-03-26 (changelog). */
  encodeProgress(progress: JsonObject): JsonObject {
    if (isAtLeast(this.version, '2025-03-26')) return progress;
    const { message: _message, ...rest } = progress;
    return rest;
  }

  encodeError(error: unknown, method?: string): RpcError {
    const rpc = toRpcError(error, 'legacy', method);
    const isUnknown = rpc.code === urlElicitationRequired && !isAtLeast(this.version, '2025-11-25');
    return isUnknown ? { ...rpc, code: internalError } : rpc;
  }

  decodeError(error: RpcError): SignalboxError {
    return fromRpcError(error);
  }
}
