import { type JsonValue, SignalboxError } from '@signalbox/sdk';
import type { BodyPlan } from '../tools/body-plan.ts';
import { fromBase64 } from './base64.ts';
import { percentEncode } from './percent-encode.ts';
import { isPlainObject, primitiveText } from './primitive-text.ts';
import { writeMultipart } from './write-multipart.ts';
import { writeStyle } from './write-style.ts';

/** A body ready to be sent. */
export interface WrittenBody {
  readonly contentType: string;
  readonly bytes: string | Uint8Array;
}

/** Writes the argument `body` in the media type of the operation. Errors: `invalid_params` when it does not fit that. */
export function writeBody(plan: BodyPlan, value: JsonValue, boundary: string): WrittenBody {
  const { kind, mediaType } = plan;
  if (kind === 'json') return { contentType: mediaType, bytes: JSON.stringify(value) };
  if (kind === 'text') return { contentType: mediaType, bytes: textOf(value) };
  if (kind === 'binary') return { contentType: mediaType, bytes: fromBase64(textOf(value), 'body') };
  if (!isPlainObject(value)) throw new SignalboxError('invalid_params', '"body" must be an object');
  if (kind === 'form') return { contentType: mediaType, bytes: writeForm(plan, value) };
  return writeMultipart(plan, value, boundary);
}

/**
 * Members as `application/x-www-form-urlencoded`: in the style the document gives them, otherwise lists repeat their name
 * and objects are JSON (OpenAPI 3.1, "Encoding Object").
 */
function writeForm({ fields }: BodyPlan, value: { [name: string]: JsonValue }): string {
  return Object.entries(value)
    .filter(([, item]) => item !== null)
    .map(([name, item]) => {
      const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
      if (field?.style === undefined && isPlainObject(item))
        return `${percentEncode(name)}=${percentEncode(primitiveText(item))}`;
      const style = field?.style ?? 'form';
      const explode = field?.explode ?? (style === 'form' || style === 'deepObject');
      return writeStyle({ name, value: item, style, explode });
    })
    .filter((pair) => pair !== '')
    .join('&');
}

function textOf(value: JsonValue): string {
  if (typeof value === 'string') return value;
  throw new SignalboxError('invalid_params', '"body" must be a string');
}
