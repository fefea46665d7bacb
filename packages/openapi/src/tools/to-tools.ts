import type { JsonObject } from '@signalbox/sdk';
import type { OpenApiDocument } from '../document/open-document.ts';
import { type Operation, readOperations } from '../document/read-operations.ts';
import { type DocumentSchemas, documentSchemas } from '../schema/document-schemas.ts';
import { SchemaBudget } from '../schema/schema-budget.ts';
import { type BodyPlan, bodyPlan } from './body-plan.ts';
import { inputSchema } from './input-schema.ts';
import { outputSchema } from './output-plan.ts';
import { type ParameterPlan, parameterPlans } from './parameter-plans.ts';
import { type Selection, selectOperations } from './select-operations.ts';
import { idOf, toolNames } from './tool-name.ts';

/** One operation as a tool: how MCP sees it, and how a call of it becomes a request. */
export interface OpenApiTool {
  readonly name: string;
  /** The definition as in `tools/list`. */
  readonly definition: JsonObject;
  readonly operation: Operation;
  readonly parameters: readonly ParameterPlan[];
  readonly body: BodyPlan | undefined;
}

/** Other names and descriptions, by operationId. */
export interface ToolChanges {
  readonly [operationId: string]: {
    readonly name?: string | undefined;
    readonly description?: string | undefined;
  };
}

const longestDescription = 2_000;

/** Which tools are made of a document, and within which bounds. */
export interface ToolOptions extends Selection {
  readonly changes?: ToolChanges;
  /** Operations taken at most, in the order of the document; 2,000 where absent. */
  readonly maxTools?: number;
  /** What all schemas may cost together. */
  readonly budget?: SchemaBudget;
}

/** Makes a tool of every operation that is selected, in the order of the document. */
export function toTools(document: OpenApiDocument, options: ToolOptions = {}): OpenApiTool[] {
  return [...makeTools(document, options).tools];
}

/** The same one by one, for who has other things to do between two, and how many operations were too many. */
export function makeTools(
  document: OpenApiDocument,
  { changes = {}, maxTools = 2_000, budget = new SchemaBudget(), ...selection }: ToolOptions,
): { readonly tools: Iterable<OpenApiTool>; readonly leftOut: number } {
  const selected = selectOperations(readOperations(document), selection);
  const given = new Map(
    selected.flatMap((operation) => {
      const name = changeOf(changes, operation)?.name;
      return name === undefined ? [] : [[operation, name] as const];
    }),
  );
  // Of all of them, so that no name depends on the bound.
  const names = toolNames(selected, given);
  const plans = selected
    .slice(0, maxTools)
    .map((operation, index) => ({ operation, name: names[index] ?? '', changes }));
  const tools = eachTool(documentSchemas(document, budget), plans);
  return { tools, leftOut: selected.length - plans.length };
}

interface ToolPlan {
  readonly operation: Operation;
  readonly name: string;
  readonly changes: ToolChanges;
}

function* eachTool(schemas: DocumentSchemas, plans: readonly ToolPlan[]): Generator<OpenApiTool> {
  for (const plan of plans) yield toTool(schemas, plan);
}

function toTool(schemas: DocumentSchemas, { operation, name, changes }: ToolPlan): OpenApiTool {
  const parameters = parameterPlans(operation.parameters);
  const body = bodyPlan(schemas.document.root, operation);
  const output = outputSchema(schemas, operation);
  const definition: JsonObject = {
    name,
    ...(operation.summary === '' ? {} : { title: operation.summary.slice(0, 200) }),
    description: changeOf(changes, operation)?.description ?? describe(operation),
    inputSchema: inputSchema(schemas, parameters, body),
    ...(output === undefined ? {} : { outputSchema: output }),
    annotations: annotations(operation),
  };
  return { name, definition, operation, parameters, body };
}

function changeOf(changes: ToolChanges, operation: Operation): ToolChanges[string] | undefined {
  const id = idOf(operation);
  return Object.hasOwn(changes, id) ? changes[id] : undefined;
}

function describe({ summary, description, method, path }: Operation): string {
  const parts = [...new Set([summary, description])].filter((part) => part !== '');
  const text = parts.length === 0 ? `${method} ${path}` : parts.join('\n\n');
  return text.length <= longestDescription ? text : `${text.slice(0, longestDescription - 1)}…`;
}

/** What the method promises (RFC 9110 §9.2); every API is a world the hub does not own. */
function annotations({ method }: Operation): JsonObject {
  if (method === 'GET' || method === 'HEAD' || method === 'OPTIONS' || method === 'TRACE')
    return { readOnlyHint: true, openWorldHint: true };
  return {
    readOnlyHint: false,
    ...(method === 'DELETE' ? { destructiveHint: true } : {}),
    idempotentHint: method === 'PUT' || method === 'DELETE',
    openWorldHint: true,
  };
}
