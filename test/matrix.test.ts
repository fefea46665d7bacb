import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type SpokenWay, spokenVersions, spokenWays } from '../apps/signalbox/src/reference/compatibility.ts';
import { changeTools } from './matrix/change-tools.ts';
import { connectClient } from './matrix/client/scripted-client.ts';
import { openSseLine } from './matrix/client/sse-line.ts';
import { expectedOf } from './matrix/expected.ts';
import { keys, request } from './matrix/message.ts';
import { namesBeside, ownNames } from './matrix/names.ts';
import { type MatrixHub, startMatrixHub } from './matrix/start-matrix-hub.ts';
import { Turns } from './matrix/turns.ts';
import type { RunningUpstream } from './matrix/upstream/start-upstream.ts';
import { type Visit, visit } from './matrix/visit.ts';

let matrix: MatrixHub;

beforeAll(async () => {
  matrix = await startMatrixHub();
});

afterAll(() => matrix.stop());

const nameOf = ({ spoken, transport }: SpokenWay): string => `${transport}-${spoken.version}`;

test('the hub speaks with each upstream in its own version, over its transport', () => {
  const spoken = spokenWays.map((way) => {
    const { state, transport, era, protocolVersion } = matrix.registry.get(nameOf(way));
    return { state, transport, era, protocolVersion };
  });
  const expected = spokenWays.map(({ spoken: { era, version }, transport }) => ({
    state: 'available',
    transport,
    era,
    protocolVersion: version,
  }));
  expect(spoken).toEqual(expected);
});

describe.concurrent('at its own address', () => {
  test.each(spokenWays)('an upstream of $spoken.version over $transport serves every client', async (way) => {
    const upstream = upstreamOf(way);
    const visits: Visit[] = [];
    const came: { [client: string]: unknown } = {};
    // One after the other: over one channel nothing says which of two calls a question is about.
    for (const clientWay of spokenWays) {
      const name = nameOf(clientWay);
      const place = { hub: matrix.hub, view: `upstream:${upstream.name}` } as const;
      const client = await connectClient(clientWay, place, name);
      const each = { client, upstream: upstream.spoken, names: ownNames, name };
      visits.push(each);
      came[name] = await visit(each);
    }
    expect(came).toEqual(Object.fromEntries(visits.map((each) => [each.name, expectedOf(each)])));
    const clients = visits.map(({ client }) => client);
    await changeTools(clients, 'change', `late-${upstream.name}`);
    await Promise.all(clients.map((client) => client.close()));
  });
});

describe('in one view of everything', () => {
  test('every client uses every upstream under the names they have there, and hears of changes', async () => {
    const view = 'all';
    const turns = new Turns();
    const clients = await Promise.all(
      spokenWays.map((way) => connectClient(way, { hub: matrix.hub, view }, nameOf(way))),
    );
    const tours = spokenWays.map(async (way, index) => {
      // Each begins somewhere else, and an upstream has one visitor at a time.
      const order = [...matrix.upstreams.slice(index), ...matrix.upstreams.slice(0, index)];
      const visits = order.map((upstream): [string, Visit] => {
        const client = clients[index] ?? expect.fail('it is not connected');
        return [
          upstream.name,
          {
            client,
            upstream: upstream.spoken,
            names: namesBeside(upstream, matrix.upstreams),
            name: nameOf(way),
          },
        ];
      });
      const came: { [cell: string]: unknown } = {};
      for (const [name, each] of visits) came[name] = await turns.take(name, () => visit(each));
      expect(came).toEqual(Object.fromEntries(visits.map(([name, each]) => [name, expectedOf(each)])));
    });
    await Promise.all(tours);
    const [first] = matrix.upstreams;
    await changeTools(clients, `${first?.name}__change`, 'late-for-all');
    await Promise.all(clients.map((client) => client.close()));
  });

  test.each(spokenWays.filter(({ spoken }) => spoken.version === '2025-03-26'))(
    'a client of 2025-03-26 over $transport is answered a batch',
    async (way) => {
      const client = await connectClient(way, { hub: matrix.hub, view: 'all' }, nameOf(way));
      const names = spokenVersions.map(({ version }) => `stdio-${version}__echo`);
      const said = { said: 'together' };
      const answers = await client.batch?.(
        names.map((name) => ({ method: 'tools/call', params: { name, arguments: said } })),
      );
      const heard = spokenVersions.map(({ version }) => `${version} heard together`);
      expect(answers).toEqual(heard.map((text) => ({ content: [{ type: 'text', text }] })));
      await client.close();
    },
  );

  test('a message of 2026-07-28 is refused over HTTP+SSE', async () => {
    const line = await openSseLine({ hub: matrix.hub, view: 'all' }, () => undefined);
    const _meta = { [keys.version]: '2026-07-28', [keys.capabilities]: {} };
    await expect(line.send(request(1, 'tools/list', { _meta }))).rejects.toThrow(
      /^400: .*only protocol versions with \\"initialize\\" are spoken over HTTP\+SSE/,
    );
    await line.close();
  });
});

test('nothing an upstream said was dropped on the way', () => {
  const notes = spokenWays.flatMap((way) => matrix.registry.logs(nameOf(way), 100));
  expect(notes).toEqual([]);
});

function upstreamOf(way: SpokenWay): RunningUpstream {
  return matrix.upstreams.find(({ name }) => name === nameOf(way)) ?? expect.fail('it does not run');
}
