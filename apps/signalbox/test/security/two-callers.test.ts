import { fileURLToPath } from 'node:url';
import { addUpstream } from '@signalbox/api';
import { catalogReader, permissions } from '@signalbox/sdk';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type Stage, setStage } from './support/cast.ts';
import { type McpCaller, makeMcpCaller } from './support/mcp-caller.ts';

const server = fileURLToPath(new URL('../fixtures/tiny-mcp-server.mjs', import.meta.url));
const perCaller = 40;

let stage: Stage;
let callers: McpCaller[];
beforeAll(async () => {
  stage = await setStage();
  const definition = { command: process.execPath, args: [server] };
  await stage.owner.request(addUpstream, { body: { name: 'tiny', definition } });
  const { services } = stage.app.test.hub;
  const names = () =>
    services
      .get(catalogReader)
      .items('tool')
      .map(({ name }) => name);
  await vi.waitFor(() => expect(names()).toContain('tiny__echo'), 20_000);
  callers = await Promise.all(
    ['ada', 'fay'].map(async (login) => {
      const org = login === 'fay' ? 'acme' : 'local';
      const person = await stage.addPerson(login, ['owner'], org);
      return makeMcpCaller(stage.url, (await stage.keyOf(person, permissions, org)).key);
    }),
  );
});
afterAll(() => stage[Symbol.asyncDispose]());

async function openSession(caller: McpCaller): Promise<string> {
  const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'a', version: '1' } };
  const answer = await caller.legacy({ id: 1, method: 'initialize', params });
  return answer.headers.get('mcp-session-id') ?? '';
}

test('two callers with the same ids, over one connection to one upstream, each get their own answers', async () => {
  const asked = callers.flatMap((caller, who) =>
    Array.from({ length: perCaller }, async (_, index) => {
      const message = `only for ${who}: ${index}`;
      const params = { name: 'tiny__echo', arguments: { message } };
      const answer =
        index % 2 === 0
          ? await caller.modern('tools/call', params)
          : await caller.legacy({ id: index, method: 'tools/call', params }, await openSession(caller));
      return { message, text: answer.text };
    }),
  );
  for (const { message, text } of await Promise.all(asked)) {
    expect(text).toContain(message);
    expect(text.split('only for').length - 1).toBe(1);
  }
}, 60_000);
