import type { Command } from 'commander';
import type { CliContext } from '../cli-context.ts';
import { examples, type Run } from '../command.ts';
import { addHubCommand } from './tasks/hub-command.ts';
import { readPipeline } from './tasks/read-pipeline.ts';
import { testPipeline } from './tasks/test-pipeline.ts';

/** `pipeline`: what a task does, looked at before it is done. */
export function addPipeline(parent: Command, run: Run): void {
  const group = parent.command('pipeline').description('check, try and draw pipelines of a file');
  group
    .command('lint <file>')
    .description('check a pipeline, or that of a task; needs no hub and runs nothing')
    .addHelpText('after', examples(['signalbox pipeline lint briefing.yaml']))
    .action((file: string, _options: object, command: Command) =>
      run(command, (context) => lint(context, file)),
    );
  group
    .command('graph <file>')
    .description('draw a pipeline as a Mermaid flowchart; needs no hub')
    .addHelpText('after', examples(['signalbox pipeline graph briefing.yaml > briefing.mmd']))
    .action((file: string, _options: object, command: Command) =>
      run(command, async (context) => {
        const [{ graphOf, makePlan }, pipeline] = await Promise.all([
          import('@signalbox/pipeline'),
          readPipeline(context, file),
        ]);
        context.output.result(`${graphOf(makePlan(pipeline))}\n`);
      }),
    );
  group
    .command('schema')
    .description('the JSON Schema of a pipeline, for an editor; needs no hub')
    .addHelpText('after', examples(['signalbox pipeline schema > pipeline.schema.json']))
    .action((_options: object, command: Command) =>
      run(command, async (context) => {
        const { pipelineJsonSchema } = await import('@signalbox/pipeline');
        context.output.result(`${JSON.stringify(pipelineJsonSchema(), null, 2)}\n`);
      }),
    );
  addHubCommand(group, run, {
    usage: 'test <file> [params...]',
    description: 'run a pipeline dry on the hub: says what would be done, calls only tools that read',
    examples: ['signalbox pipeline test briefing.yaml', 'signalbox pipeline test briefing.yaml city=Balti'],
    act: testPipeline,
  });
}

async function lint(context: CliContext, file: string): Promise<void> {
  const [{ lintPlan, makePlan, planRequirements }, pipeline] = await Promise.all([
    import('@signalbox/pipeline'),
    readPipeline(context, file),
  ]);
  const plan = makePlan(pipeline);
  const hints = lintPlan(plan);
  const { tools, tasks, secrets, params } = planRequirements(plan);
  const { output, format } = context;
  if (format !== 'table')
    return output.result(`${JSON.stringify({ hints, tools, tasks, secrets, params }, null, 2)}\n`);
  for (const { path, message } of hints) output.result(`${path}: ${message}\n`);
  const needs = [
    ['tools', tools],
    ['tasks', tasks],
    ['secrets', secrets.map(({ secret, tool }) => `${secret} for ${tool}`)],
    ['params a run has to be given', params],
  ] as const;
  for (const [what, names] of needs) if (names.length > 0) output.note(`${what}: ${names.join(', ')}\n`);
  output.note(hints.length === 0 ? 'the pipeline is right\n' : 'the pipeline is right; see the hints\n');
}
