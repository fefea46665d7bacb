import type { CallRequest, Principal, UpstreamAccount } from '@signalbox/sdk';

/** Somebody who calls. */
export function person(id: string, more: Partial<Principal> = {}): Principal {
  return { kind: 'user', id, org: 'local', level: 'trusted', ...more };
}

/** The account of a person. */
export function accountOfPerson(id: string, org = 'local'): UpstreamAccount {
  return { org, subject: { kind: 'user', id } };
}

/** A caller who can be sent to a page, as a client of each era. */
export function clientOf(era: 'legacy' | 'modern', done: (id: string) => void = () => undefined) {
  const channels: NonNullable<CallRequest['channels']> = {
    capabilities: { elicitation: { form: {}, url: {} } },
    ...(era === 'legacy' ? { elicitationDone: done } : {}),
  };
  return era === 'legacy' ? { channels } : { channels, takesInput: true };
}
