import { type CallInterface, type Calls, type Principal, type ViewName, withoutExpiry } from '@signalbox/sdk';

/** Who watches, and where they came in. */
export interface Watcher {
  readonly view: ViewName;
  readonly principal: Principal;
  readonly interface: CallInterface;
}

/** Begins to watch resources at their sources; gives those that may be watched. Those that refuse are left out. */
export async function watchResources(
  calls: Calls,
  watcher: Watcher,
  uris: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<string[]> {
  const attempts = [...uris].map(async (uri) => {
    try {
      await calls.call({ ...toCall(watcher, uri), params: { uri, subscribe: true }, signal });
      return [uri];
    } catch {
      return [];
    }
  });
  return (await Promise.all(attempts)).flat();
}

/** Watches them no longer. Nobody waits for it: the watcher is gone. */
export function unwatchResources(calls: Calls, watcher: Watcher, uris: Iterable<string>): void {
  const { signal } = new AbortController();
  for (const uri of uris) {
    // Many a watcher is gone because its credential has expired.
    const call = toCall({ ...watcher, principal: withoutExpiry(watcher.principal) }, uri);
    calls
      .call({ ...call, params: { uri, subscribe: false }, endsWatch: true, signal })
      .catch(() => undefined);
  }
}

function toCall({ view, principal, interface: through }: Watcher, uri: string) {
  return { kind: 'subscription', view, target: uri, principal, interface: through } as const;
}
