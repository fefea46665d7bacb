import { isJsonObject, type JsonObject } from '@signalbox/sdk';
import { Ajv, type ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import ajvFormats from 'ajv-formats';
import { isLegacyVersion } from '../../src/index.ts';
import { messageDefinition, resultDefinition } from './definition-names.ts';
import { publishedSchema, type SchemaVersion } from './published-schemas.ts';

export { type SchemaVersion, schemaVersions } from './published-schemas.ts';

/** Who sent a message. */
export type Sender = 'client' | 'server';

/** A message to check: who sent it, and for a result the request it answers. */
export interface SentMessage {
  readonly version: SchemaVersion;
  readonly from: Sender;
  readonly message: JsonObject;
  readonly answers?: JsonObject | undefined;
}

const options = { strict: false, allErrors: true, validateSchema: false } as const;
const engines = {
  draft7: addSchemas(new Ajv(options), ['2024-11-05', '2025-03-26', '2025-06-18']),
  newest: addSchemas(new Ajv2020(options), ['2025-11-25', '2026-07-28', 'tasks-extension']),
};

/** What the published schema of a version finds wrong with a message; empty when it is valid. */
export function validateMessage(sent: SentMessage): readonly string[] {
  const { version, from, message } = sent;
  if (typeof message['method'] === 'string') return validateCall(version, from, message, message['method']);
  if (isJsonObject(message['error'])) return validateError(version, message, message['error']['code']);
  if (!isJsonObject(message['result'])) return ['it is neither a call nor an answer'];
  const { answers } = sent;
  if (!answers) return ['it answers nothing that was asked'];
  return [
    ...checkAgainst(
      version,
      isAfter(version, '2025-06-18') ? 'JSONRPCResultResponse' : 'JSONRPCResponse',
      message,
    ),
    ...validateResult(version, answers, message['result']),
  ];
}

const specified: { readonly [code: string]: string } = {
  '-32020': 'HeaderMismatchError',
  '-32021': 'MissingRequiredClientCapabilityError',
  '-32022': 'UnsupportedProtocolVersionError',
  '-32042': 'URLElicitationRequiredError',
};

function validateError(version: SchemaVersion, message: JsonObject, code: unknown): readonly string[] {
  const name = specified[String(code)];
  if (name === 'URLElicitationRequiredError' && version !== '2025-11-25')
    return [`protocol ${version} has no error ${String(code)}`];
  const isNewer = name !== undefined && name !== 'URLElicitationRequiredError' && version !== '2026-07-28';
  const general = isAfter(version, '2025-06-18') ? 'JSONRPCErrorResponse' : 'JSONRPCError';
  return checkAgainst(version, name === undefined || isNewer ? general : name, message);
}

/** What the schema finds wrong with the result of a request. */
export function validateResult(
  version: SchemaVersion,
  request: JsonObject,
  result: JsonObject,
): readonly string[] {
  const name = resultDefinition(version, request, result);
  return name === undefined
    ? [`protocol ${version} has no result for ${JSON.stringify(request['method'])}`]
    : checkAgainst(version, name, result);
}

/** What one definition of a version finds wrong with a value. */
export function checkAgainst(version: SchemaVersion, definition: string, value: unknown): readonly string[] {
  const check = validatorOf(version, definition);
  if (check(value)) return [];
  return (check.errors ?? []).map(
    ({ instancePath, message }) => `${definition}${instancePath}: ${message ?? 'is invalid'}`,
  );
}

function validateCall(
  version: SchemaVersion,
  from: Sender,
  message: JsonObject,
  method: string,
): readonly string[] {
  const kind = 'id' in message ? 'Request' : 'Notification';
  const name = messageDefinition(version, from, kind, method);
  if (name === undefined) return [`a ${from} of protocol ${version} may not send the ${kind} "${method}"`];
  return [...checkAgainst(version, `JSONRPC${kind}`, message), ...checkAgainst(version, name, message)];
}

function validatorOf(version: SchemaVersion, definition: string): ValidateFunction {
  const engine = isLegacyVersion(version) && version < '2025-11-25' ? engines.draft7 : engines.newest;
  const [schema, name] = definition.startsWith('tasks:')
    ? ['tasks-extension', definition.slice('tasks:'.length)]
    : [version, definition];
  const member = engine === engines.draft7 ? 'definitions' : '$defs';
  const check = engine.getSchema(`mcp:${schema}#/${member}/${name}`);
  if (!check) throw new Error(`the schema of ${schema} has no definition "${name}"`);
  return check;
}

function addSchemas<Engine extends Ajv>(
  engine: Engine,
  names: readonly Parameters<typeof publishedSchema>[0][],
): Engine {
  ajvFormats.default(engine);
  for (const name of names) engine.addSchema(publishedSchema(name), `mcp:${name}`);
  return engine;
}

function isAfter(version: SchemaVersion, other: SchemaVersion): boolean {
  return version > other;
}
