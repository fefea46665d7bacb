import { parseArguments } from '../../calling/parse-arguments.ts';
import { followRun } from './follow-run.ts';
import type { Given } from './hub-command.ts';
import { readPipeline } from './read-pipeline.ts';

/** Runs a pipeline dry, without a task. Gives the exit code of {@link followRun}. */
export async function testPipeline(given: Given): Promise<number> {
  const { context, client, api, args } = given;
  const [file = '', ...words] = args;
  const payload = await readPipeline(context, file);
  const params = words.length === 0 ? {} : { params: parseArguments(words, undefined) };
  const body = { title: `test of ${file}`.slice(0, 200), payload, ...params };
  const { run } = await client.request(api.tryPipeline, { body }, context);
  const code = await followRun(given, run);
  const { output } = await client.request(api.getRun, { params: { run } }, context);
  if (context.format === 'table' && output !== undefined)
    context.output.result(`${JSON.stringify(output, null, 2)}\n`);
  return code;
}
