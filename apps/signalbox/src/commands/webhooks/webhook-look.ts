import type { DeliveryItem, WebhookItem } from '@signalbox/api';
import { redactUrl } from '@signalbox/sdk';
import type { ItemLook, ListLook } from '../../terminal/print-items.ts';

/** How webhooks are listed. */
export const webhookList: ListLook<WebhookItem> = {
  columns: [
    { title: 'NAME', of: ({ name }) => name, isWhole: true },
    { title: 'WAY', of: ({ direction }) => direction, isWhole: true },
    { title: 'STATE', of: stateOf, isWhole: true },
    { title: 'TELLS', of: (item) => (item.direction === 'in' ? item.topic : item.on.join(' ')) },
    { title: 'WHERE', of: whereOf },
  ],
  idOf: ({ id }) => id,
  empty: 'No webhooks; make one with "signalbox webhook add".',
};

/** How one webhook is shown. */
export const webhookLook: ItemLook<WebhookItem> = {
  idOf: ({ id }) => id,
  lines: (item) => [
    ['id', item.id],
    ['name', item.name],
    ['way', item.direction],
    ['state', stateOf(item)],
    ['why', item.status_reason],
    ...(item.direction === 'in'
      ? ([
          ['path', item.path],
          ['signed as', item.scheme],
          ['topic', item.topic],
        ] as const)
      : ([
          ['url', item.url],
          ['tells', item.on.join(' ')],
          ['of tasks', item.tasks?.join(' ')],
          ['with', item.include.join(' ') || undefined],
          ['failing since', item.failing_since],
        ] as const)),
    ['runs as', `${item.run_as.kind} ${item.run_as.id}`],
    ['old secret good until', item.old_secret_until],
    ['made', item.created_at],
  ],
};

/** How what a webhook had to tell is listed. */
export const deliveryList: ListLook<DeliveryItem> = {
  columns: [
    { title: 'ID', of: ({ id }) => id, isWhole: true },
    { title: 'AT', of: ({ at }) => at, isWhole: true },
    { title: 'TYPE', of: ({ type }) => type, isWhole: true },
    { title: 'STATUS', of: ({ status }) => status, isWhole: true },
    { title: 'TRIES', of: ({ tries }) => String(tries), isWhole: true },
    { title: 'ANSWER', of: ({ answer }) => answer?.toString(), isWhole: true },
    { title: 'AGAIN', of: ({ next_at: next }) => next, isWhole: true },
    { title: 'WHY', of: ({ reason }) => reason },
  ],
  idOf: ({ id }) => id,
  empty: 'It had nothing to tell.',
};

function stateOf(item: WebhookItem): string {
  if (item.status === 'disabled') return 'disabled';
  return item.direction === 'out' && item.failing_since !== undefined ? 'failing' : 'active';
}

function whereOf(item: WebhookItem): string {
  return item.direction === 'in' ? item.path : redactUrl(item.url);
}
