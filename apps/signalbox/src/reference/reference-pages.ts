import { settingsJsonSchema } from '@signalbox/kernel';
import { pipelineJsonSchema } from '@signalbox/pipeline';
import { allExtensions } from '../boot/builtins.ts';
import { compatibilityReference } from './compatibility-reference.ts';
import { errorsReference } from './errors-reference.ts';
import { openApiReference } from './openapi-reference.ts';
import { settingsReference } from './settings-reference.ts';

/** Every page of docs/reference by its file name, as the code says it now. */
export async function referencePages(): Promise<{ readonly [name: string]: string }> {
  const schema = settingsJsonSchema(await allExtensions());
  return {
    'openapi.json': openApiReference(),
    'settings.md': await settingsReference(),
    'pipeline.schema.json': `${JSON.stringify(pipelineJsonSchema(), null, 2)}\n`,
    'settings.schema.json': `${JSON.stringify(schema, null, 2)}\n`,
    'errors.md': errorsReference(),
    'compatibility.md': compatibilityReference(),
  };
}
