import { isJsonObject, type JsonObject, type JsonValue } from '@signalbox/sdk';
import { followReference } from '../document/follow-reference.ts';
import type { Operation } from '../document/read-operations.ts';
import type { Style } from './parameter-plans.ts';

/** How a body is written. */
type BodyKind = 'json' | 'form' | 'multipart' | 'text' | 'binary';

/** How one member of a form is written. */
export interface FieldPlan {
  readonly isBinary: boolean;
  readonly style?: Style;
  readonly explode?: boolean;
  /** Media type of its part in a multipart body. */
  readonly contentType?: string;
}

/** The body of a tool's request; its argument is always called `body`. */
export interface BodyPlan {
  readonly kind: BodyKind;
  readonly mediaType: string;
  readonly isRequired: boolean;
  readonly schema: JsonValue;
  /** By member, for form and multipart. */
  readonly fields: { readonly [name: string]: FieldPlan };
}

/** The body an operation takes. Of several media types the one that says most is taken: JSON, form, multipart, text, bytes. */
export function bodyPlan(root: JsonObject, { requestBody }: Operation): BodyPlan | undefined {
  const content = requestBody?.['content'];
  if (!isJsonObject(content)) return undefined;
  const found = Object.entries(content)
    .map(([mediaType, value]) => ({ mediaType, kind: kindOf(mediaType), value }))
    .sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind))[0];
  if (!found) return undefined;
  const media = isJsonObject(found.value) ? found.value : {};
  const isForm = found.kind === 'form' || found.kind === 'multipart';
  return {
    kind: found.kind,
    mediaType: found.mediaType.includes('*') ? defaultTypes[found.kind] : found.mediaType,
    isRequired: requestBody?.['required'] === true,
    schema: media['schema'] ?? {},
    fields: isForm ? fieldPlans(root, media) : {},
  };
}

const order: readonly BodyKind[] = ['json', 'form', 'multipart', 'text', 'binary'];

const defaultTypes: { readonly [kind in BodyKind]: string } = {
  json: 'application/json',
  form: 'application/x-www-form-urlencoded',
  multipart: 'multipart/form-data',
  text: 'text/plain',
  binary: 'application/octet-stream',
};

function kindOf(given: string): BodyKind {
  const mediaType = given.split(';')[0]?.trim().toLowerCase() ?? '';
  if (isJsonType(mediaType) || mediaType === '*/*') return 'json';
  if (mediaType === 'application/x-www-form-urlencoded') return 'form';
  if (mediaType === 'multipart/form-data') return 'multipart';
  return mediaType.startsWith('text/') || /[/+]xml$/.test(mediaType) ? 'text' : 'binary';
}

/** True for `application/json` and every type that ends in `+json` (RFC 6839 §3.1). */
export function isJsonType(mediaType: string): boolean {
  return /^(?:application|text)\/json$|\+json$/.test(mediaType);
}

function fieldPlans(root: JsonObject, media: JsonObject): Record<string, FieldPlan> {
  const encodings = isJsonObject(media['encoding']) ? media['encoding'] : {};
  const fields = [...propertiesOf(root, media['schema'], { left: mostParts })].map(
    ([name, schema]): [string, FieldPlan] => {
      const encoding = isJsonObject(encodings[name]) ? encodings[name] : {};
      return [name, toField(isBinarySchema(followReference(root, schema)), encoding)];
    },
  );
  return Object.fromEntries(fields);
}

function toField(isBinary: boolean, { style, explode, contentType }: JsonObject): FieldPlan {
  const known = formStyles.find((each) => each === style);
  return {
    isBinary,
    ...(known === undefined ? {} : { style: known }),
    ...(typeof explode === 'boolean' ? { explode } : {}),
    ...(typeof contentType === 'string' ? { contentType } : {}),
  };
}

const formStyles: readonly Style[] = ['form', 'spaceDelimited', 'pipeDelimited', 'deepObject'];

/** Bytes are `format: binary` in 3.0; in 3.1 a media type without an encoding ("Considerations for File Uploads"). */
function isBinarySchema(schema: JsonObject): boolean {
  if (schema['format'] === 'binary') return true;
  return (
    typeof schema['contentMediaType'] === 'string' &&
    schema['contentEncoding'] === undefined &&
    (schema['type'] === undefined || schema['type'] === 'string')
  );
}

/** Parts of parts are gathered, and members of each: a form has not more than this of them. */
const mostParts = 1_000;

function propertiesOf(
  root: JsonObject,
  given: JsonValue | undefined,
  looks: { left: number },
): Map<string, JsonValue> {
  if (looks.left <= 0) return new Map();
  const schema = followReference(root, given);
  const own = isJsonObject(schema['properties']) ? Object.entries(schema['properties']) : [];
  const taken = own.slice(0, looks.left);
  looks.left -= 1 + taken.length;
  const parts = Array.isArray(schema['allOf']) ? schema['allOf'].slice(0, mostParts) : [];
  return new Map([...parts.flatMap((part) => [...propertiesOf(root, part, looks)]), ...taken]);
}
