import { type JsonValue, SignalboxError } from '@signalbox/sdk';
import type { BodyPlan, FieldPlan } from '../tools/body-plan.ts';
import { fromBase64 } from './base64.ts';
import { isPlainObject, primitiveText } from './primitive-text.ts';
import type { WrittenBody } from './write-body.ts';

const encoder = new TextEncoder();

/**
 * Writes members as `multipart/form-data` (RFC 7578): files from base64, objects as JSON, lists as one part for each
 * item. The boundary must be one that no value holds; a random one is.
 */
export function writeMultipart(
  { fields, mediaType }: BodyPlan,
  value: { [name: string]: JsonValue },
  boundary: string,
): WrittenBody {
  const parts = Object.entries(value).flatMap(([name, item]) => {
    const field: FieldPlan = (Object.hasOwn(fields, name) ? fields[name] : undefined) ?? { isBinary: false };
    const items = Array.isArray(item) ? item : [item];
    return items.filter((each) => each !== null).map((each) => writePart(name, each, field, boundary));
  });
  const bytes = concat([...parts, encoder.encode(`--${boundary}--\r\n`)]);
  return { contentType: `${mediaType}; boundary=${boundary}`, bytes };
}

function writePart(name: string, item: JsonValue, field: FieldPlan, boundary: string): Uint8Array {
  const { bytes, contentType, fileName } = field.isBinary
    ? readFile(name, item, field)
    : readPlain(item, field);
  const head = [
    `--${boundary}`,
    `Content-Disposition: form-data; name="${escape(name)}"${fileName === undefined ? '' : `; filename="${escape(fileName)}"`}`,
    ...(contentType === undefined ? [] : [`Content-Type: ${contentType}`]),
  ];
  return concat([encoder.encode(`${head.join('\r\n')}\r\n\r\n`), bytes, encoder.encode('\r\n')]);
}

interface Part {
  readonly bytes: Uint8Array;
  readonly contentType?: string | undefined;
  readonly fileName?: string;
}

function readFile(name: string, item: JsonValue, field: FieldPlan): Part {
  if (!isPlainObject(item) || typeof item['data'] !== 'string')
    throw new SignalboxError('invalid_params', `"body.${name}" must be an object with "data" in base64`);
  const { data, mediaType, fileName } = item;
  return {
    bytes: fromBase64(data, `body.${name}.data`),
    contentType: typeof mediaType === 'string' ? checkType(mediaType) : firstType(field),
    fileName: typeof fileName === 'string' ? fileName : name,
  };
}

function readPlain(item: JsonValue, field: FieldPlan): Part {
  const fallback = isPlainObject(item) || Array.isArray(item) ? 'application/json' : undefined;
  const contentType = field.contentType === undefined ? fallback : firstType(field);
  return { bytes: encoder.encode(primitiveText(item)), contentType };
}

/** An encoding may name several types; the first is as good as any. */
function firstType({ contentType }: FieldPlan): string {
  const first = contentType?.split(',')[0]?.trim() ?? '';
  return first === '' || first.includes('*') ? 'application/octet-stream' : checkType(first);
}

function checkType(type: string): string {
  if (/^[\w.+-]{1,100}\/[\w.+-]{1,100}(?:; ?[\w-]+=[\w.-]+)?$/.test(type)) return type;
  throw new SignalboxError('invalid_params', `${JSON.stringify(type.slice(0, 60))} is no media type`);
}

/** As browsers write names (RFC 7578 §4.2; HTML, "multipart form data"). */
function escape(text: string): string {
  return text.replaceAll('\r', '%0D').replaceAll('\n', '%0A').replaceAll('"', '%22');
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
