import { parseArguments } from '../../calling/parse-arguments.ts';
import { followRun } from './follow-run.ts';
import type { Given } from './hub-command.ts';
import { readPipeline } from './read-pipeline.ts';

/**
 * Runs a pipeline dry: of a task that is made for it, is never due, and is canceled in the end. Gives the exit code of
 * {@link followRun}.
 */
export async function testPipeline(given: Given): Promise<number> {
  const { context, client, api, args } = given;
  const [file = '', ...words] = args;
  const payload = await readPipeline(context, file);
  const body = {
    title: `test of ${file}`.slice(0, 200),
    schedule_kind: 'event',
    schedule_expr: 'pipeline.test',
    status: 'paused',
    payload,
  } as const;
  const { id: task } = await client.request(api.createTask, { body }, context);
  try {
    const params = words.length === 0 ? {} : { params: parseArguments(words, undefined) };
    const wish = await client.request(
      api.runTaskNow,
      { params: { task }, body: { ...params, dry_run: true } },
      context,
    );
    const run = wish.run ?? '';
    const code = await followRun(given, run);
    const { output } = await client.request(api.getRun, { params: { run } }, context);
    if (context.format === 'table' && output !== undefined)
      context.output.result(`${JSON.stringify(output, null, 2)}\n`);
    return code;
  } finally {
    // Also after Ctrl-C: the signal of the command has had its say by then.
    await client.request(api.cancelTask, { params: { task }, body: { reason: 'it was a test' } });
  }
}
