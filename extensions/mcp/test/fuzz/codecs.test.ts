import {
  LegacyCodec,
  LineSplitter,
  legacyVersions,
  modernCodec,
  parseJsonText,
  type RpcMessage,
  readBatch,
  readInitialize,
  readMessage,
  SseReader,
  toLegacyTool,
} from '@signalbox/protocol';
import { isSignalboxError, type JsonObject, type JsonValue } from '@signalbox/sdk';
import { fuzzRuns, fuzzSeed, Mutator } from '@signalbox/testkit';
import { expect, test } from 'vitest';
import { allMessages } from './messages.ts';

const seed = fuzzSeed();
const codecs = legacyVersions.map((version) => new LegacyCodec(version));
const questions = ['elicitation/create', 'sampling/createMessage'];
const answered = ['tools/call', 'tools/list', 'prompts/get', 'prompts/list', 'resources/list', 'initialize'];
const dress = { serverInfo: { name: 'h' }, cache: { ttlMs: 0, cacheScope: 'private' } } as const;
const decoder = new TextDecoder();

/** Runs a step that may refuse its input, but only with one of these codes. */
function refusing(codes: readonly string[], step: () => void): void {
  try {
    step();
  } catch (error) {
    if (!isSignalboxError(error) || !codes.includes(error.code)) throw error;
  }
}

const unreadable = ['parse_error', 'invalid_request', 'too_large'];

function readAll(value: JsonValue): void {
  if (Array.isArray(value))
    return refusing(unreadable, () => {
      for (const item of readBatch(value, '2025-03-26', 100)) if (item.kind !== 'unreadable') decodeAll(item);
    });
  refusing(unreadable, () => decodeAll(readMessage(value)));
}

function decodeAll(message: RpcMessage): void {
  if (message.kind === 'failure') return void modernCodec.encodeError(modernCodec.decodeError(message.error));
  if (message.kind === 'result') return showAll(message.result);
  const { method, params } = message;
  refusing(['invalid_params', 'unsupported_version'], () => {
    const request = modernCodec.decodeRequest(method, params);
    const again = modernCodec.decodeRequest(method, modernCodec.encodeRequest(request));
    expect(JSON.stringify(again)).toBe(JSON.stringify(request));
  });
  refusing(['invalid_params'], () => void readInitialize(params));
  for (const codec of codecs) {
    codec.decodeRequest(method, params);
    for (const asked of questions)
      refusing(['missing_capability'], () => void codec.encodeRequest({ method: asked, params }));
  }
  showAll(params);
}

function showAll(result: JsonObject): void {
  modernCodec.decodeResult(result);
  for (const method of answered) {
    modernCodec.encodeResult(method, { kind: 'complete', value: result }, dress);
    for (const codec of codecs) {
      const shown = codec.encodeResult(method, codec.decodeResult(result));
      expect(JSON.stringify(codec.encodeResult(method, codec.decodeResult(shown)))).toBe(
        JSON.stringify(shown),
      );
      toLegacyTool(result, codec.version);
    }
  }
}

test(`the codecs read anything, or refuse it for what it is (seed ${seed})`, () => {
  const mutator = new Mutator(seed);
  for (let run = fuzzRuns(40_000); run > 0; run--) {
    const text = decoder.decode(mutator.message(allMessages));
    refusing(unreadable, () => readAll(parseJsonText(text)));
  }
}, 300_000);

test(`lines and events come whole, however the bytes are cut (seed ${seed})`, () => {
  const mutator = new Mutator(seed + 1);
  for (let run = fuzzRuns(10_000); run > 0; run--) {
    const bytes = mutator.message(allMessages);
    const lines = new LineSplitter(100_000);
    const whole = new LineSplitter(100_000).push(Buffer.concat([bytes, Buffer.from('\n')]));
    const pieces = [...mutator.split(bytes), Buffer.from('\n')];
    expect(pieces.flatMap((piece) => lines.push(piece))).toEqual(whole);
    const event = Buffer.concat([Buffer.from('data: '), bytes, Buffer.from('\n\n')]);
    const events = new SseReader(100_000);
    const read = mutator.split(event).flatMap((piece) => events.push(piece));
    expect(read).toEqual(new SseReader(100_000).push(event));
  }
}, 300_000);
