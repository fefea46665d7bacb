import type { JsonObject } from '@signalbox/sdk';
import { z } from 'zod';
import { pipelineDefinition } from './pipeline-definition.ts';

/** What a pipeline may be, as JSON Schema (2020-12) with descriptions, for editors and agents. */
export function pipelineJsonSchema(): JsonObject {
  return z.toJSONSchema(pipelineDefinition, { io: 'input' }) as JsonObject;
}
