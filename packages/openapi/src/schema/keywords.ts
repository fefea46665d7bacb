/** How the value of a JSON Schema keyword is to be read. */
export type KeywordKind =
  | 'schema'
  | 'schemas'
  | 'schemaMap'
  | 'text'
  | 'pattern'
  | 'number'
  | 'count'
  | 'flag'
  | 'names'
  | 'values'
  | 'any'
  | 'object'
  | 'type';

/** Every keyword that is kept (JSON Schema 2020-12, and OpenAPI's `discriminator`); others have no meaning to a caller. */
export const keywords: { readonly [keyword: string]: KeywordKind } = {
  type: 'type',
  title: 'text',
  description: 'text',
  format: 'text',
  pattern: 'pattern',
  contentEncoding: 'text',
  contentMediaType: 'text',
  enum: 'values',
  const: 'any',
  default: 'any',
  examples: 'values',
  multipleOf: 'number',
  maximum: 'number',
  minimum: 'number',
  exclusiveMaximum: 'number',
  exclusiveMinimum: 'number',
  maxLength: 'count',
  minLength: 'count',
  maxItems: 'count',
  minItems: 'count',
  maxContains: 'count',
  minContains: 'count',
  maxProperties: 'count',
  minProperties: 'count',
  uniqueItems: 'flag',
  deprecated: 'flag',
  required: 'names',
  properties: 'schemaMap',
  patternProperties: 'schemaMap',
  dependentSchemas: 'schemaMap',
  additionalProperties: 'schema',
  unevaluatedProperties: 'schema',
  propertyNames: 'schema',
  items: 'schema',
  unevaluatedItems: 'schema',
  contains: 'schema',
  prefixItems: 'schemas',
  allOf: 'schemas',
  anyOf: 'schemas',
  oneOf: 'schemas',
  not: 'schema',
  if: 'schema',
  // oxlint-disable-next-line unicorn/no-thenable -- the keyword of JSON Schema
  then: 'schema',
  else: 'schema',
  discriminator: 'object',
};
