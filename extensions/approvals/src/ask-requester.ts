import type { CallChannels, JsonObject } from '@signalbox/sdk';
import type { ApprovalRecord } from './approval-record.ts';

const mostShown = 2_000;

/**
 * Asks who made a call whether it shall be made (MCP, client/elicitation, form mode): a decline refuses it, anything else
 * leaves it open. Undefined when the caller cannot be asked or did not answer.
 */
export async function askRequester(
  { target, rules }: ApprovalRecord,
  args: JsonObject,
  { channels, signal }: { channels: CallChannels | undefined; signal: AbortSignal },
): Promise<'approved' | 'refused' | undefined> {
  if (!channels?.ask || channels.capabilities?.['elicitation'] === undefined) return undefined;
  const shown = JSON.stringify(args, null, 2).slice(0, mostShown);
  const message = `The rules ${rules.join(', ')} want this call approved: ${target}\n${shown}`;
  const approve = { type: 'boolean', title: 'Make this call', default: false };
  const requestedSchema = { type: 'object', properties: { approve }, required: ['approve'] };
  const { action, content } = await channels.ask(
    { method: 'elicitation/create', params: { message, requestedSchema } },
    signal,
  );
  if (action === 'decline') return 'refused';
  if (action !== 'accept' || typeof content !== 'object' || content === null) return undefined;
  const isApproved = (content as JsonObject)['approve'];
  if (typeof isApproved !== 'boolean') return undefined;
  return isApproved ? 'approved' : 'refused';
}
