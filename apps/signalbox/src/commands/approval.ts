import type { ApprovalDetail, ApprovalItem } from '@signalbox/api';
import { type Command, Option } from 'commander';
import type { CliContext } from '../cli-context.ts';
import { examples, type Run } from '../command.ts';
import { type ItemLook, type ListLook, printItem, printItems } from '../terminal/print-items.ts';
import { awaitedList } from './awaited-list.ts';

const states = ['pending', 'approved', 'refused', 'used', 'expired'] as const;

/** `approval`: calls that somebody has to approve. */
export function addApproval(parent: Command, run: Run): void {
  const group = parent.command('approval').description('calls that somebody has to approve');
  group
    .command('ls')
    .description('list calls that wait, or that were answered')
    .addOption(new Option('--state <state>', 'only those in this state').choices(states))
    .addHelpText(
      'after',
      examples(['signalbox approval ls', 'signalbox approval ls --state refused -o json']),
    )
    .action(({ state }: { state?: (typeof states)[number] }, command: Command) =>
      run(command, (context) => list(context, state)),
    );
  group
    .command('waiting')
    .description('list what waits for your answer: calls, and questions of runs')
    .addHelpText('after', examples(['signalbox approval waiting']))
    .action((_options: object, command: Command) => run(command, listWaiting));
  group
    .command('show <id>')
    .description('show what a call would be made with')
    .addHelpText('after', examples(['signalbox approval show 0198f2c4-1d2e-7abc-8def-0123456789ab']))
    .action((id: string, _options: object, command: Command) => run(command, (context) => show(context, id)));
  addAnswer(group, run, 'approve');
  addAnswer(group, run, 'refuse');
}

function addAnswer(group: Command, run: Run, answer: 'approve' | 'refuse'): void {
  group
    .command(`${answer} <id>`)
    .description(answer === 'approve' ? 'let this one call be made' : 'refuse the call')
    .option('--reason <text>', 'told to who made the call')
    .addHelpText(
      'after',
      examples([`signalbox approval ${answer} 0198f2c4-1d2e-7abc-8def-0123456789ab --reason "as agreed"`]),
    )
    .action((id: string, options: { reason?: string }, command: Command) =>
      run(command, (context) => give(context, answer, id, options)),
    );
}

async function list(context: CliContext, state: (typeof states)[number] | undefined): Promise<void> {
  const { listApprovals } = await import('@signalbox/api');
  const client = await context.connect();
  const query = state === undefined ? {} : { state };
  const { items } = await client.request(listApprovals, { query }, context);
  printItems(context.output, context.format, items, listLook);
}

async function listWaiting(context: CliContext): Promise<void> {
  const { listAwaited } = await import('@signalbox/api');
  const client = await context.connect();
  const { items } = await client.request(listAwaited, { query: {} }, context);
  printItems(context.output, context.format, items, awaitedList);
}

async function show(context: CliContext, id: string): Promise<void> {
  const { getApproval } = await import('@signalbox/api');
  const client = await context.connect();
  const approval = await client.request(getApproval, { params: { id } }, context);
  printItem(context.output, context.format, approval, itemLook);
}

async function give(
  context: CliContext,
  answer: 'approve' | 'refuse',
  id: string,
  { reason }: { reason?: string },
): Promise<void> {
  const { approveCall, refuseCall } = await import('@signalbox/api');
  const client = await context.connect();
  const route = answer === 'approve' ? approveCall : refuseCall;
  const body = reason === undefined ? {} : { reason };
  const approval = await client.request(route, { params: { id }, body }, context);
  if (context.format !== 'table') return printItem(context.output, context.format, approval, answeredLook);
  context.output.note(`${approval.state}: ${approval.target} of ${requesterOf(approval)}\n`);
}

function requesterOf({ requester, onBehalfOf }: ApprovalItem): string {
  return [requester, ...onBehalfOf].map(({ kind, id }) => `${kind} ${id}`).join(' for ');
}

const listLook: ListLook<ApprovalItem> = {
  columns: [
    { title: 'ID', of: ({ id }) => id, isWhole: true },
    { title: 'STATE', of: ({ state }) => state, isWhole: true },
    { title: 'TARGET', of: ({ target }) => target },
    { title: 'WHO', of: requesterOf },
    { title: 'RULES', of: ({ rules }) => rules.join(', ') },
    { title: 'UNTIL', of: ({ expiresAt }) => new Date(expiresAt).toISOString() },
  ],
  idOf: ({ id }) => id,
  empty: 'No call waits for approval.',
};

const itemLook: ItemLook<ApprovalDetail> = {
  idOf: ({ id }) => id,
  lines: (approval) => [
    ['id', approval.id],
    ['state', approval.state],
    ['target', `${approval.target} (${approval.source}/${approval.originalName})`],
    ['who', `${requesterOf(approval)}, over ${approval.interface}`],
    ['arguments', JSON.stringify(approval.arguments, null, 2)],
    ['rules', approval.rules.join(', ')],
    ['made', new Date(approval.createdAt).toISOString()],
    ['until', new Date(approval.expiresAt).toISOString()],
    ['answered', approval.answeredBy],
    ['reason', approval.reason],
    ['answer', approval.state === 'pending' ? `signalbox approval approve ${approval.id}` : undefined],
  ],
};

const answeredLook: ItemLook<ApprovalItem> = { idOf: ({ id }) => id, lines: () => [] };
