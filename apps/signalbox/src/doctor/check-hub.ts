import { getHealth, type HubHealth } from '@signalbox/api';
import { toSignalboxError } from '@signalbox/sdk';
import type { CliContext } from '../cli-context.ts';
import { type Finding, fail, ok, warn } from './finding.ts';

/** Asks the hub how it is; no health when none answers. */
export async function checkHub(context: CliContext): Promise<{ findings: Finding[]; health?: HubHealth }> {
  try {
    const client = await context.connect();
    const health = await client.request(getHealth, {}, context);
    return { findings: findingsOf(client.url, health), health };
  } catch (error) {
    const { code, message } = toSignalboxError(error);
    const finding =
      code === 'hub_unreachable'
        ? warn('hub', message, 'start it with "signalbox up"')
        : fail('hub', message, 'check --url and --key-file');
    return { findings: [finding] };
  }
}

function findingsOf(url: string, health: HubHealth): Finding[] {
  const minutes = Math.floor(health.uptimeMs / 60_000);
  return [
    ok('hub', `${health.version} at ${url}, pid ${health.pid}, up for ${minutes} min`),
    ...health.parts.map(({ name, status, reason }) => {
      const check = `part ${name}`;
      if (status === 'ok') return ok(check, reason ?? 'ok');
      const tell = status === 'down' ? fail : warn;
      return tell(check, reason ?? status, 'look at the log of the hub');
    }),
  ];
}
