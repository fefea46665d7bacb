import type { AwaitedItem } from '@signalbox/api';
import type { Awaited } from '../runs/awaited.ts';
import { toInstant } from './to-instant.ts';
import { toQuestionItem } from './to-run-item.ts';

const mostShown = 2_000;

/** What waits for somebody's answer, as answers have it. */
export function toAwaitedItem(awaited: Awaited): AwaitedItem {
  if (awaited.kind === 'question')
    return { kind: 'question', title: awaited.title, ...toQuestionItem(awaited.question) };
  const { id, chain, target, args, rules, askedAt, expiresAt } = awaited.call;
  const [requester = { kind: '', id: '' }, ...onBehalfOf] = chain;
  return {
    kind: 'call',
    approval: id,
    requester: { ...requester },
    ...(onBehalfOf.length === 0 ? {} : { on_behalf_of: onBehalfOf.map((each) => ({ ...each })) }),
    target,
    arguments: JSON.stringify(args).slice(0, mostShown),
    rules: [...rules],
    asked_at: toInstant(askedAt),
    expires_at: toInstant(expiresAt),
  };
}
