import { type CallResult, type Invocation, silentLog } from '@signalbox/sdk';
import { database } from '@signalbox/store';
import { FakeClock } from '@signalbox/testkit';
import { expect, test } from 'vitest';
import { forgetOrganization } from '../../../directory/src/org/forget-organization.ts';
import type { McpTables } from '../../src/tasks/task-table.ts';
import { ask } from '../support/modern.ts';
import { startMcpHub } from '../support/start-mcp-hub.ts';
import { text, tools } from '../support/workshop.ts';

test('the tasks of an organization that was removed are cancelled and gone, and are not written down again', async () => {
  const clock = new FakeClock();
  await using hub = await startMcpHub({ clock });
  const called = Promise.withResolvers<Invocation>();
  const outcome = Promise.withResolvers<CallResult>();
  hub.shop.open('a', tools('slow'), (invocation) => {
    called.resolve(invocation);
    return outcome.promise;
  });
  const capabilities = { extensions: { 'io.modelcontextprotocol/tasks': {} } };
  const meta = { 'io.modelcontextprotocol/clientCapabilities': capabilities };
  const headers = { accept: 'application/json' };
  const answering = ask(hub, 'tools/call', { name: 'a__slow', arguments: {} }, { meta, headers });
  const { signal } = await called.promise;
  clock.advance(10_000);
  await answering;
  const rows = () =>
    hub.hub.hub.services
      .get(database)
      .queries<McpTables>()
      .selectFrom('mcp_tasks')
      .select(['org', 'status'])
      .execute();
  expect(await rows()).toEqual([{ org: 'local', status: 'working' }]);
  const { events } = hub.shop.context();
  expect(await forgetOrganization({ events, log: silentLog }, 'local')).toBe(true);
  expect([signal.aborted, await rows()]).toEqual([true, []]);
  // A tool that does not listen answers in the end.
  outcome.resolve(text('late'));
  await outcome.promise;
  expect(await rows()).toEqual([]);
});
