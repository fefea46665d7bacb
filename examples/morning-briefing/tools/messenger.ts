import { defineExtension, tool } from '@signalbox/sdk';
import { z } from 'zod';

/** In the place of a messenger: a message goes into the log of the hub. */
export default defineExtension({
  name: 'telegram-mcp',
  config: z.strictObject({}),
  setup: ({ tools }) => {
    let count = 0;
    tools.provide(
      'send_message',
      tool(
        'Sends a message',
        z.object({ chat_id: z.int(), text: z.string().max(4_096) }),
        ({ chat_id, text }, { log }) => {
          log.info('a message was sent', { to: chat_id, text });
          return { ok: true, message_id: ++count };
        },
        { annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: false } },
      ),
    );
  },
});
