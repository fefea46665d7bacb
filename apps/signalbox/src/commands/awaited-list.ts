import type { AwaitedItem } from '@signalbox/api';
import type { ListLook } from '../terminal/print-items.ts';

/** How that is listed which waits for somebody's answer. */
export const awaitedList: ListLook<AwaitedItem> = {
  columns: [
    { title: 'SINCE', of: ({ asked_at: since }) => since, isWhole: true },
    { title: 'UNTIL', of: ({ expires_at: until }) => until, isWhole: true },
    { title: 'WHO', of: whoAsks },
    {
      title: 'WHAT',
      of: (item) => (item.kind === 'call' ? `${item.target} ${item.arguments}` : item.message),
    },
    { title: 'ANSWER WITH', of: howToAnswer, isWhole: true },
  ],
  idOf: (item) => (item.kind === 'call' ? item.approval : item.run),
  empty: 'Nothing waits for your answer.',
};

function whoAsks(item: AwaitedItem): string {
  if (item.kind === 'question') return `run of ${item.title}`;
  return [item.requester, ...(item.on_behalf_of ?? [])].map(({ kind, id }) => `${kind} ${id}`).join(' for ');
}

function howToAnswer(item: AwaitedItem): string {
  return item.kind === 'call'
    ? `signalbox approval approve ${item.approval}`
    : `signalbox run answer ${item.run} --path ${item.path}`;
}
