import type { JsonObject, SignalboxError } from '@signalbox/sdk';
import type { RpcError } from '../json-rpc.ts';
import type { NeutralRequest, NeutralResult } from '../neutral.ts';
import { fromRpcError, toRpcError } from '../rpc-error.ts';
import { modernVersion } from '../versions.ts';
import { closeEnvelope, type Envelope, openEnvelope } from './envelope.ts';
import { fromModernResult, type ResultDress, toModernResult, toModernRound } from './result.ts';

/** The wire form of 2026-07-28 and back: the only place where the two are told apart. */
export const modernCodec = {
  /** Parameters with the envelope that says who asks and what they can do. */
  encodeRequest({ params, client }: NeutralRequest): JsonObject {
    return closeEnvelope(params, {
      protocolVersion: modernVersion,
      clientCapabilities: client?.capabilities ?? {},
      ...(client?.info ? { clientInfo: client.info } : {}),
      ...(client?.logLevel === undefined ? {} : { logLevel: client.logLevel }),
    });
  },

  /** Errors: `invalid_params` for a missing or malformed field, `unsupported_version` for another version. */
  decodeRequest(method: string, params: JsonObject): NeutralRequest {
    const opened = openEnvelope(params);
    return { method, params: opened.params, client: clientOf(opened.envelope) };
  },

  /** Marks a result with its type and the hub's name; one that may be kept says how long (2026-07-28, CacheableResult). */
  encodeResult(method: string, { kind, value }: NeutralResult, dress: ResultDress): JsonObject {
    return kind === 'complete' ? toModernResult(method, value, dress) : toModernRound(kind, value, dress);
  },

  /** A result without its marks; one of a type not known here is undefined, and invalid (2026-07-28, basic, "Results"). */
  decodeResult(result: JsonObject): NeutralResult | undefined {
    const kind = kindOf(result['resultType']);
    return kind && { kind, value: fromModernResult(result) };
  },

  encodeError(error: unknown, method?: string): RpcError {
    return toRpcError(error, 'modern', method);
  },

  decodeError(error: RpcError): SignalboxError {
    return fromRpcError(error);
  },
} as const;

function clientOf({
  clientCapabilities,
  clientInfo,
  logLevel,
}: Envelope): NonNullable<NeutralRequest['client']> {
  return {
    capabilities: clientCapabilities,
    ...(clientInfo ? { info: clientInfo } : {}),
    ...(logLevel === undefined ? {} : { logLevel }),
  };
}

/** An absent mark means complete. */
function kindOf(resultType: JsonObject[string] | undefined): NeutralResult['kind'] | undefined {
  if (resultType === undefined) return 'complete';
  const isKnown = resultType === 'complete' || resultType === 'input_required' || resultType === 'task';
  return isKnown ? resultType : undefined;
}
