import { cutClean, isJsonObject, type JsonObject, type JsonValue, type Redact } from '@signalbox/sdk';
import { toBase64 } from '../request/base64.ts';
import { isJsonType } from '../tools/body-plan.ts';

/** An HTTP answer as data. */
export interface HttpAnswer {
  readonly status: number;
  /** In lower case, without parameters. */
  readonly mediaType: string;
  readonly bytes: Uint8Array;
  readonly url: string;
}

/** What a tool call gives, as MCP has it. */
export interface CallValue {
  readonly value: JsonObject;
  readonly isError: boolean;
}

const longestError = 4_000;
/** More than is looked through before it is cut. */
const mostDecoded = 524_288;

/**
 * Makes an MCP result of an answer (2026-07-28, server/tools, "Tool Result"). JSON becomes structured content with its
 * text beside it; what is no object is wrapped as `{ result }`. Text is text, images and audio are such, other bytes an
 * embedded resource. A status from 300 on is the tool's own failure, with status and the beginning of the body. JSON is
 * read by `parseJson`, which bounds it; its errors are those of this function. What is cut is looked through by `redact` before.
 */
export function toCallValue(
  answer: HttpAnswer,
  parseJson: (text: string) => JsonValue,
  redact: Redact = (text) => text,
): CallValue {
  if (answer.status >= 300) return failure(answer, redact);
  if (answer.bytes.length === 0) return ok({ content: [text(`HTTP ${answer.status}, no content`)] });
  const { mediaType } = answer;
  if (isJsonType(mediaType) || (mediaType === '' && looksLikeJson(answer.bytes)))
    return fromJson(answer, parseJson);
  if (mediaType.startsWith('image/') && mediaType !== 'image/svg+xml')
    return ok({ content: [{ type: 'image', data: toBase64(answer.bytes), mimeType: mediaType }] });
  if (mediaType.startsWith('audio/'))
    return ok({ content: [{ type: 'audio', data: toBase64(answer.bytes), mimeType: mediaType }] });
  if (isText(mediaType)) return ok({ content: [text(decode(answer.bytes))] });
  return ok({ content: [blob(answer)] });
}

/** A JSON value as the result of a call; used for joined pages, too. */
export function fromJsonValue(value: JsonValue, asText: string): JsonObject {
  return { content: [text(asText)], structuredContent: isJsonObject(value) ? value : { result: value } };
}

function fromJson(answer: HttpAnswer, parseJson: (text: string) => JsonValue): CallValue {
  const body = decode(answer.bytes);
  return ok(fromJsonValue(parseJson(body), body));
}

function failure({ status, mediaType, bytes }: HttpAnswer, redact: Redact): CallValue {
  const isReadable = isText(mediaType) || isJsonType(mediaType) || mediaType === '';
  const body = isReadable
    ? decode(bytes.subarray(0, mostDecoded)).trim()
    : `${bytes.length} bytes of ${mediaType}`;
  const clean = cutClean(redact, body, longestError);
  const shown = body.length > longestError ? `${clean}…` : clean;
  return failed(shown === '' ? `HTTP ${status}` : `HTTP ${status}\n${shown}`);
}

function failed(message: string): CallValue {
  return { value: { content: [text(message)], isError: true }, isError: true };
}

function ok(value: JsonObject): CallValue {
  return { value, isError: false };
}

function text(content: string): JsonObject {
  return { type: 'text', text: content };
}

function blob({ url, mediaType, bytes }: HttpAnswer): JsonObject {
  const type = mediaType === '' ? {} : { mimeType: mediaType };
  // The query may hold a credential.
  const uri = url.split(/[?#]/)[0] ?? url;
  return { type: 'resource', resource: { uri, ...type, blob: toBase64(bytes) } };
}

function isText(mediaType: string): boolean {
  return (
    mediaType.startsWith('text/') ||
    /^application\/(?:xml|yaml|x-yaml|javascript|x-ndjson|jsonl|csv|x-www-form-urlencoded)$|[+]xml$|[+]yaml$/.test(
      mediaType,
    )
  );
}

function looksLikeJson(bytes: Uint8Array): boolean {
  return bytes[0] === 0x7b || bytes[0] === 0x5b;
}

function decode(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
