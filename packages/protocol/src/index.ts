export { canonicalJson } from './canonical-json.ts';
export { hasMember } from './has-member.ts';
export {
  encodeFailure,
  encodeNotification,
  encodeRequest,
  encodeResult,
  type RpcError,
  type RpcFailure,
  type RpcId,
  type RpcMessage,
  type RpcNotification,
  type RpcRequest,
  type RpcResult,
  readMessage,
} from './json-rpc.ts';
export { checkBounds, type JsonBounds, messageBounds, parseJsonText } from './json-text.ts';
export { type BatchItem, batchVersion, readBatch } from './legacy/batch.ts';
export { toLegacyDefinition } from './legacy/definition.ts';
export { type LegacyClient, readInitialize } from './legacy/initialize.ts';
export { toLegacyElicitation } from './legacy/question.ts';
export { toLegacyResult } from './legacy/result.ts';
export { hasWrappedOutput, toLegacyTool } from './legacy/tool.ts';
export { LineSplitter } from './line-splitter.ts';
export { metaKeys, relatedTaskKey, tasksExtension } from './meta-keys.ts';
export { callMethods, listMethods, methodOfKind } from './methods.ts';
export {
  closeEnvelope,
  type Envelope,
  hasEnvelope,
  openEnvelope,
  unsupportedVersion,
} from './modern/envelope.ts';
export { decodeHeaderValue, encodeHeaderValue } from './modern/header-value.ts';
export {
  type ParamHeader,
  type ParamHeaders,
  paramHeaderText,
  readParamHeaders,
} from './modern/param-headers.ts';
export {
  checkParamHeaders,
  checkRequestHeaders,
  checkVersionHeader,
  type RequestHeaders,
  requestHeaders,
} from './modern/request-headers.ts';
export {
  type CacheHint,
  fromModernResult,
  type ResultDress,
  toModernResult,
  toModernRound,
} from './modern/result.ts';
export { toPlainNumbers } from './plain-numbers.ts';
export { fromRpcError, toRpcError } from './rpc-error.ts';
export {
  encodeSseEndpoint,
  encodeSseEvent,
  encodeSsePriming,
  type SseEvent,
  SseReader,
  sseKeepAlive,
} from './sse.ts';
export { uriTemplateMatcher } from './uri-template.ts';
export {
  type Era,
  isAtLeast,
  isLegacyVersion,
  type LegacyVersion,
  legacyVersions,
  modernVersion,
  newestLegacyVersion,
  supportedVersions,
  versionWithoutHeader,
} from './versions.ts';
