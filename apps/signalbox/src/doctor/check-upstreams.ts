import { listUpstreams } from '@signalbox/api';
import { listAll } from '@signalbox/client';
import type { UpstreamInfo } from '@signalbox/sdk';
import type { CliContext } from '../cli-context.ts';
import { findProgram } from './find-program.ts';
import { type Finding, fail, ok, warn } from './finding.ts';

/** Checks each upstream of the running hub: its state with the reason, and whether its command can be found. */
export async function checkUpstreams(context: CliContext): Promise<Finding[]> {
  const client = await context.connect();
  const upstreams = await listAll(10_000, (query) => client.request(listUpstreams, { query }, context));
  if (upstreams.length === 0) {
    return [
      warn('upstreams', 'there are none', 'add one with "signalbox server add" or "signalbox server import"'),
    ];
  }
  return upstreams.flatMap((upstream) => [stateOf(upstream), ...commandOf(upstream, context)]);
}

function stateOf(upstream: UpstreamInfo): Finding {
  const { name, state, tools, reason } = upstream;
  const check = `upstream ${name}`;
  switch (state) {
    case 'available':
      return ok(check, `${tools} tools`);
    case 'disabled':
      return ok(check, 'disabled');
    case 'connecting':
      return warn(check, 'still connecting', `wait, or see "signalbox server logs ${name}"`);
    case 'unavailable':
      return fail(
        check,
        reason ?? 'not available',
        `see "signalbox server test ${name}" and "signalbox server logs ${name}"`,
      );
    default:
      return warn(check, 'in a state this version does not know', 'use a client and a hub of one version');
  }
}

/** Only where it does not run: then a command that is not in PATH is the likeliest cause. */
function commandOf({ name, transport, state, address }: UpstreamInfo, { edge }: CliContext): Finding[] {
  const [program = ''] = address.split(' ');
  if (transport !== 'stdio' || state === 'available' || state === 'disabled' || program === '') return [];
  const check = `command of ${name}`;
  if (findProgram(program, edge.env, edge.platform) !== undefined) return [ok(check, program)];
  return [fail(check, `"${program}" is not in PATH`, 'install it, or give its full path')];
}
