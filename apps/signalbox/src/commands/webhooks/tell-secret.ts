import type { WebhookItem } from '@signalbox/api';
import type { Given } from '../tasks/hub-command.ts';

/** Prints a secret that is shown this once: alone, so that it can be put somewhere, and what it is for beside it. */
export function tellSecret(
  { context: { output, format }, client }: Given,
  made: { readonly webhook: WebhookItem; readonly secret: string },
): void {
  if (format === 'json' || format === 'jsonl')
    return output.result(`${JSON.stringify(made, null, format === 'json' ? 2 : 0)}\n`);
  const { webhook } = made;
  if (webhook.direction === 'in') output.note(`requests go to ${client.url}${webhook.path}\n`);
  output.note(`the secret of "${webhook.name}"; it is shown this once:\n`);
  output.result(`${made.secret}\n`);
}
