import { isJsonObject, type JsonObject, SignalboxError } from '@signalbox/sdk';
import type { CliContext } from '../../cli-context.ts';
import { readDocument } from './read-document.ts';

/** Reads a pipeline from a file: the file itself, or the payload of the task in it. Errors: `usage`. */
export async function readPipeline(context: Pick<CliContext, 'edge'>, file: string): Promise<JsonObject> {
  const document = await readDocument(context, file);
  if (!isJsonObject(document))
    throw new SignalboxError('usage', `"${file}" holds no pipeline; write its steps under "pipeline"`);
  return isJsonObject(document['payload']) ? document['payload'] : document;
}
