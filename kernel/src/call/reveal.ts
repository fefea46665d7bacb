import {
  type CallChannels,
  type CallRequest,
  type CallResult,
  hideInObject,
  type Redact,
  SignalboxError,
} from '@signalbox/sdk';
import type { Found } from '../catalog/view.ts';
import { withDeadline } from './deadline.ts';
import { withoutWords } from './without-words.ts';

/** A call as its target alone gets it. */
export interface RevealedCall {
  readonly request: CallRequest;
  readonly redact: Redact;
}

/**
 * Between what looks at a call and its target: gives the call with the secrets it hides, silent on the way back. Undefined for a call
 * that hides none. Errors: `forbidden` for a tool of the hub itself, which may write down what it is given; those of who hides them.
 */
export async function reveal(
  { source, originalName }: Found,
  { reveal: open, ...hiding }: CallRequest,
  signal: AbortSignal,
): Promise<RevealedCall | undefined> {
  if (!open) return undefined;
  if (source.spec.kind !== 'upstream')
    throw new SignalboxError(
      'forbidden',
      `"${originalName}" is a tool of "${source.id}", an extension of this hub; secrets are given to tools of upstreams only`,
    );
  const opening = open({ source: source.id, originalName }, hiding.params);
  const { params, redact } = await withDeadline(opening, signal);
  const { channels, ...request } = withoutWords({ ...hiding, params });
  return {
    redact,
    request: channels ? { ...request, channels: withoutTold(channels, redact) } : request,
  };
}

/** A handle of a task is written down: one that holds a secret is not told, and the call is waited for. */
function withoutTold({ task, ...channels }: CallChannels, redact: Redact): CallChannels {
  if (!task) return channels;
  return {
    ...channels,
    task: (given) => {
      const text = JSON.stringify(given);
      if (redact(text) === text) task(given);
    },
  };
}

/** What the target says, without what it was given. Errors: `upstream_invalid_answer` for what cannot be looked into. */
export function hideResult(found: Found, result: CallResult, redact: Redact): CallResult {
  if (result.kind === 'data') return { ...result, value: hideInObject(redact, result.value) };
  if (result.kind === 'input') return { kind: 'input' };
  throw new SignalboxError(
    'upstream_invalid_answer',
    `"${found.originalName}" was given a secret and gave an answer that cannot be looked into; call it without one`,
  );
}
