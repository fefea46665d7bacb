import { defineExtension, tool } from '@signalbox/sdk';
import { z } from 'zod';

const mails = [
  { from: 'ana@example.com', subject: 'Numbers for the budget', isImportant: true },
  { from: 'news@example.com', subject: 'This week', isImportant: false },
  { from: 'ion@example.com', subject: 'Lunch?', isImportant: false },
];

/** In the place of a mailbox. */
export default defineExtension({
  name: 'imap-mcp',
  config: z.strictObject({}),
  setup: ({ tools }) => {
    tools.provide(
      'top_unread',
      tool(
        'The newest unread mails',
        z.object({ count: z.int().min(1).max(50) }),
        ({ count }) => ({ mails: mails.slice(0, count) }),
        { annotations: { readOnlyHint: true, openWorldHint: false } },
      ),
    );
  },
});
