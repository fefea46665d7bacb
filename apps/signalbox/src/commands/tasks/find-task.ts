import { SignalboxError } from '@signalbox/sdk';
import type { Given } from './hub-command.ts';

const most = 10_000;

/** The id of a task that is named by its id, or by its title. Errors: `not_found`; `usage` for a title that several have. */
export async function findTask({ context, client, api }: Given, name: string): Promise<string> {
  if (/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(name)) return name;
  const { listAll } = await import('@signalbox/client');
  const tasks = await listAll(most, ({ limit, cursor }) => {
    const query = { limit: Math.min(200, limit), ...(cursor === undefined ? {} : { before: cursor }) };
    return client.request(api.listTasks, { query }, context);
  });
  const found = tasks.filter(({ title, status }) => title === name && status !== 'canceled');
  const [first] = found;
  if (!first)
    throw new SignalboxError('not_found', `there is no task "${name}"; "signalbox task ls" lists them`);
  if (found.length === 1) return first.id;
  const ids = found.map(({ id }) => id).join(', ');
  throw new SignalboxError('usage', `several tasks are called "${name}"; name one by its id: ${ids}`);
}
