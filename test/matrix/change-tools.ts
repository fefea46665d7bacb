import type { ScriptedClient } from './client/scripted-client.ts';

const changed = 'notifications/tools/list_changed';

/** Adds a tool through the first client; resolves when all of them were told, and find it. */
export async function changeTools(
  clients: readonly ScriptedClient[],
  change: string,
  added: string,
): Promise<void> {
  const told = clients.map((client) => untilListed(client, added));
  await clients[0]?.request('tools/call', { name: change, arguments: { said: added } });
  await Promise.all(told);
}

/** Resolves when the client was told of a change after now, and then finds a tool in the list. */
async function untilListed(client: ScriptedClient, tool: string): Promise<void> {
  let told = client.notes(changed).length;
  for (let isThere = false; !isThere; ) {
    await client.moreThan(told, changed);
    told = client.notes(changed).length;
    const { tools } = await client.request('tools/list');
    isThere = JSON.stringify(tools).includes(`${tool}"`);
  }
}
