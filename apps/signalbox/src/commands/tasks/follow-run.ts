import type { RunFollowItem, RunItem, RunStepItem } from '@signalbox/api';
import { cleanLine } from '../../terminal/clean-text.ts';
import { type Paint, paint } from '../../terminal/paint.ts';
import { ProgressLine } from '../../terminal/progress-line.ts';
import type { Given } from './hub-command.ts';

/**
 * Prints what a run does, line by line, until it has ended; at a terminal what is under way stands below, too. Gives the exit
 * code: 0 when it succeeded.
 */
export async function followRun({ context, client, api }: Given, run: string): Promise<number> {
  const { output, format, signal } = context;
  const underWay = new ProgressLine(output);
  const open = new Map<string, RunStepItem>();
  let last: RunItem | undefined;
  let latest = '';
  for await (const line of client.stream(api.followRun, { params: { run } }, { signal })) {
    if (line.type === 'alive') continue;
    if (line.type === 'run') last = line.run;
    else if (line.step.finished_at === undefined) open.set(line.step.path, line.step);
    else open.delete(line.step.path);
    underWay.clear();
    if (format === 'json' || format === 'jsonl') output.result(`${JSON.stringify(line)}\n`);
    else if (format === 'table') {
      const parts = partsOf(line, latest);
      latest = parts[0];
      output.result(`${timelineText(output, parts)}\n`);
    }
    if (open.size > 0)
      underWay.show({ message: `under way: ${[...open.values()].map(stepText).join(', ')}` });
  }
  underWay.clear();
  if (format === 'id' && last) output.result(`${last.id}\n`);
  if (last && last.finished_at === undefined)
    output.note(`the hub has closed the line and the run goes on; signalbox run follow ${last.id}\n`);
  return last?.status === 'succeeded' ? 0 : 1;
}

/** What a line says. Of what a run does between its start and its end no time is told: it is not before what was shown. */
function partsOf(line: Exclude<RunFollowItem, { type: 'alive' }>, latest: string): Parts {
  if (line.type === 'step') return stepParts(line.step);
  const [at, ...rest] = runParts(line.run);
  return [line.run.finished_at === undefined && latest > at ? latest : at, ...rest];
}

function timelineText(output: Given['context']['output'], [at, what, status, ...rest]: Parts): string {
  const shown = paint(output, paintOf(status), status.padEnd(9));
  return [timeOf(at), what.padEnd(20), shown, ...rest.map(cleanLine)].join('  ').trimEnd();
}

/** The instant in front is in full. */
type Parts = [at: string, what: string, status: string, ...rest: string[]];

function runParts({ status, error, questions, stopping_until: stopping, ...run }: RunItem): Parts {
  const at = run.finished_at ?? run.started_at ?? run.created_at;
  const asked = questions.map(
    ({ path, message }) => `asks at ${path}: ${message} (signalbox run answer ${run.id})`,
  );
  if (stopping) {
    const until = `tidies up until ${timeOf(stopping)} at most`;
    return [at, 'run', 'stopping', `${error?.message ?? 'told to end'}; ${until}`];
  }
  return [at, 'run', status, ...(error ? [`${error.kind}: ${error.message}`] : asked)];
}

function stepParts(step: RunStepItem): Parts {
  const { status, tool, error, attempt, planned, started_at: began, finished_at: ended } = step;
  const took = ended === undefined ? undefined : `${Date.parse(ended) - Date.parse(began)} ms`;
  const tries = attempt > 1 ? `attempt ${attempt}` : undefined;
  const would = planned && `would ${planText(planned)}`;
  const rest = [would ?? took, tool, tries, error && `${error.kind}: ${error.message}`];
  const shown = status === 'intent' ? 'begins' : status;
  return [ended ?? began, `  ${step.path}`, shown, ...rest.filter((part) => part !== undefined)];
}

/** `call mail__send {"to":"ada"}`. */
export function planText({ action, target, args }: NonNullable<RunStepItem['planned']>): string {
  const text = JSON.stringify(args);
  return action === 'sleep' ? `sleep until ${text}` : `${actions[action]} ${target} ${text}`;
}

const actions = {
  call: 'call',
  child: 'run task',
  sleep: 'sleep until',
  wait: 'wait for',
  approve: 'ask',
} as const;

function stepText({ path, tool }: RunStepItem): string {
  return tool === undefined ? path : `${path} (${tool})`;
}

function timeOf(instant: string): string {
  return instant.slice(11, 23);
}

function paintOf(status: string): Paint {
  if (status === 'succeeded' || status === 'done') return 'green';
  if (status === 'failed' || status === 'timed_out' || status === 'in_doubt') return 'red';
  return status === 'waiting' ? 'yellow' : 'dim';
}
