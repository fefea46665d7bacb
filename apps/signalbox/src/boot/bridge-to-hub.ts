import { type IncomingMessage, request } from 'node:http';
import type { Socket } from 'node:net';
import { localProtocol } from '@signalbox/mcp';
import { type Level, SignalboxError, type ViewName } from '@signalbox/sdk';
import type { HubLocation } from '../hub/hub-location.ts';

/**
 * Connects standard input and output with a running hub, byte by byte, until the input ends and all is answered; a level
 * that is given can only lower what the hub gives stdio.
 * Errors: `unauthenticated`, `forbidden`, `hub_unreachable`, also when the hub goes away before the input ends.
 */
export async function bridgeToHub(hub: HubLocation, view: ViewName, level?: Level): Promise<void> {
  const { socket, head } = await openSocket(hub, view, level);
  process.stdout.write(head);
  process.stdin.pipe(socket);
  socket.pipe(process.stdout);
  await new Promise<void>((resolve) => {
    socket.once('close', resolve);
    socket.once('error', () => resolve());
  });
  const hasInputEnded = process.stdin.readableEnded;
  process.stdin.destroy();
  if (hasInputEnded) return;
  throw new SignalboxError(
    'hub_unreachable',
    `the hub at ${hub.url} has gone; start it again with "signalbox up"`,
  );
}

function openSocket(
  hub: HubLocation,
  view: ViewName,
  level: Level | undefined,
): Promise<{ socket: Socket; head: Buffer }> {
  return new Promise((resolve, reject) => {
    const url = new URL('/local/stdio', hub.url);
    url.searchParams.set('view', view);
    if (level !== undefined) url.searchParams.set('level', level);
    const key = hub.key === undefined ? {} : { authorization: `Bearer ${hub.key}` };
    const upgrade = request(url, { headers: { connection: 'Upgrade', upgrade: localProtocol, ...key } });
    upgrade.once('upgrade', (_answer: IncomingMessage, socket: Socket, head: Buffer) =>
      resolve({ socket, head }),
    );
    upgrade.once('response', (answer: IncomingMessage) => {
      answer.resume();
      reject(refusal(hub, answer.statusCode ?? 0));
    });
    upgrade.once('error', (error) => {
      reject(
        new SignalboxError(
          'hub_unreachable',
          `the hub at ${hub.url} does not answer; start it with "signalbox up"`,
          { cause: error },
        ),
      );
    });
    upgrade.end();
  });
}

function refusal(hub: HubLocation, status: number): SignalboxError {
  if (status === 401)
    return new SignalboxError(
      'unauthenticated',
      `the hub at ${hub.url} does not know this key; check --key-file`,
    );
  if (status === 403)
    return new SignalboxError('forbidden', `the hub at ${hub.url} lets only its owner in here`);
  return new SignalboxError(
    'hub_unreachable',
    `what answers at ${hub.url} is no Signalbox of this version (HTTP ${status})`,
  );
}
