import type { AuditEntry, Clock } from '@signalbox/sdk';

/** A line for those who follow the audit. */
export type FollowLine = ({ readonly type: 'entry' } & AuditEntry) | { readonly type: 'alive' };

const aliveEveryMs = 15_000;

/** Entries as they come, and a sign of life where none do; ends what it reads from when its reader leaves. */
export async function* followLines(
  follow: (signal: AbortSignal) => AsyncIterable<AuditEntry>,
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
): AsyncGenerator<FollowLine> {
  const leave = new AbortController();
  const entries = follow(AbortSignal.any([signal, leave.signal]))[Symbol.asyncIterator]();
  let coming = entries.next();
  try {
    for (;;) {
      const found = await firstOf(coming, clock);
      if (found === 'silence') {
        yield { type: 'alive' };
        continue;
      }
      if (found.done) return;
      coming = entries.next();
      yield { type: 'entry', ...found.value };
    }
  } finally {
    leave.abort();
  }
}

/** What comes next, or the end of waiting for it. */
async function firstOf<Item>(coming: Promise<Item>, clock: Clock): Promise<Item | 'silence'> {
  const silence = Promise.withResolvers<'silence'>();
  const cancel = clock.after(aliveEveryMs, () => silence.resolve('silence'));
  try {
    return await Promise.race([coming, silence.promise]);
  } finally {
    cancel();
  }
}
