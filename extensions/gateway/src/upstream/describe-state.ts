import type { UpstreamInfo } from '@signalbox/sdk';
import type { LifeState } from './upstream-life.ts';

/** What an upstream's state says to those who administer; without one it is disabled. */
export function describeState(
  state: LifeState | undefined,
): Pick<UpstreamInfo, 'state'> & Partial<UpstreamInfo> {
  if (!state || state.status === 'stopped') return { state: 'disabled' };
  if (state.status === 'connecting') return { state: 'connecting' };
  if (state.status === 'unavailable') {
    const { error, nextAttemptAt } = state;
    return {
      state: 'unavailable',
      reason: error.message,
      ...(nextAttemptAt === undefined ? {} : { nextAttemptAt }),
    };
  }
  const { facts, pid } = state.connection;
  return {
    state: 'available',
    ...(facts.isApi ? {} : { era: facts.era }),
    protocolVersion: facts.version,
    ...(facts.serverName === undefined ? {} : { serverName: facts.serverName }),
    ...(facts.serverVersion === undefined ? {} : { serverVersion: facts.serverVersion }),
    ...(pid === undefined ? {} : { pid }),
    connectedAt: state.connectedAt,
  };
}
