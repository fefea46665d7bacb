import { compileSchema } from '@signalbox/pipeline';
import { isJsonObject, type JsonObject, type JsonValue, type RunQuestion } from '@signalbox/sdk';

const primitives = ['string', 'number', 'integer', 'boolean'];
const mostFields = 50;

/** A question of a run as the parameters of a form elicitation (MCP, client/elicitation); undefined where no form can have its schema. */
export function questionForm(
  { message, schema }: RunQuestion,
  { title, note }: { readonly title: string; readonly note: string | undefined },
): JsonObject | undefined {
  const requestedSchema = schema ? flat(schema) : yesOrNo;
  if (!requestedSchema) return undefined;
  const said = note === undefined ? '' : `\n${note}`;
  return { message: `${title}: ${message}${said}`, requestedSchema };
}

const yesOrNo: JsonObject = {
  type: 'object',
  properties: { approve: { type: 'boolean', title: 'Approve', default: false } },
  required: ['approve'],
};

/** What somebody says to a form. */
export interface FormAnswer {
  readonly isApproved: boolean;
  readonly answer: JsonValue | undefined;
}

/** What somebody said to the form; a text for what does not fit, to be asked again; undefined for those who closed it without a word. */
export function readFormAnswer(
  { schema }: RunQuestion,
  { action, content }: JsonObject,
): FormAnswer | string | undefined {
  if (action === 'decline') return { isApproved: false, answer: undefined };
  if (action !== 'accept') return undefined;
  const answer = isJsonObject(content) ? content : {};
  const misfit = compileSchema(schema ?? yesOrNo, () => undefined, 'schema')?.(answer);
  if (misfit !== undefined) return `The answer before did not fit: ${misfit}`;
  return schema
    ? { isApproved: true, answer }
    : { isApproved: answer['approve'] === true, answer: undefined };
}

function flat({ type, properties, required }: JsonObject): JsonObject | undefined {
  if (type !== 'object' || !isJsonObject(properties)) return undefined;
  const fields = Object.values(properties);
  const isFlat = fields.every(
    (field) => isJsonObject(field) && typeof field['type'] === 'string' && primitives.includes(field['type']),
  );
  if (!isFlat || fields.length === 0 || fields.length > mostFields) return undefined;
  return { type, properties, ...(required === undefined ? {} : { required }) };
}
