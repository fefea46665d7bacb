import type { Clock, Invoke, Log, SourceEntry, SourceHandle, Sources } from '@signalbox/sdk';
import type { Task } from '../store/task.ts';
import { sourceOf } from './source-of.ts';
import { toToolDefinition } from './to-tool-definition.ts';

/** So often nodes of a cluster look for what others have published. */
const lookEveryMs = 1_000;

/** What published pipelines are shown with. */
export interface PublishedParts {
  readonly sources: Sources;
  /** Every task that is a tool. */
  readonly read: () => Promise<readonly Task[]>;
  /** Answers the calls of those of an organization. */
  readonly invokeFor: (org: string) => Invoke;
  readonly clock: Clock;
  readonly log: Log;
  /** True where other nodes publish, too. */
  readonly isShared: boolean;
}

/** Keeps the published pipelines of each organization in the catalog, as the store says they are. */
export class PublishedTools {
  readonly #parts: PublishedParts;
  readonly #shown = new Map<string, { readonly handle: SourceHandle; readonly print: string }>();
  #reading: Promise<void> = Promise.resolve();
  #waiting: Promise<void> | undefined;
  #cancelLook: () => void = () => undefined;
  #isStopped = false;

  constructor(parts: PublishedParts) {
    this.#parts = parts;
  }

  /** Ends when the catalog has what the store had when this was called, or later. Errors: those of the store. */
  readonly renew = (): Promise<void> => {
    this.#waiting ??= this.#reading
      .catch(() => undefined)
      .then(() => {
        this.#waiting = undefined;
        this.#reading = this.#read();
        return this.#reading;
      });
    return this.#waiting;
  };

  /** Whether those of an organization can be shown: their source is theirs from then on, or another has its name. */
  readonly mayShow = (org: string): boolean => {
    if (this.#shown.has(org)) return true;
    const handle = this.#open(org);
    if (!handle) return false;
    this.#showWith(handle, org, []);
    return true;
  };

  /** Begins to look for what other nodes publish. */
  start(): void {
    if (!this.#parts.isShared || this.#isStopped) return;
    this.#cancelLook = this.#parts.clock.after(lookEveryMs, () => {
      this.renew()
        .catch((cause: unknown) => this.#parts.log.warn('published pipelines cannot be read', { cause }))
        .finally(() => this.start());
    });
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#cancelLook();
    await this.#waiting?.catch(() => undefined);
    await this.#reading.catch(() => undefined);
  }

  async #read(): Promise<void> {
    const byOrg = Map.groupBy(await this.#parts.read(), ({ row }) => row.org);
    for (const [org, tasks] of byOrg) this.#show(org, tasks.flatMap(toEntry));
    for (const org of this.#shown.keys()) if (!byOrg.has(org)) this.#show(org, []);
  }

  #show(org: string, entries: readonly SourceEntry[]): void {
    const print = JSON.stringify(entries);
    const known = this.#shown.get(org);
    if (known?.print === print) return;
    const handle = known?.handle ?? this.#open(org);
    if (!handle) return;
    this.#showWith(handle, org, entries);
  }

  #showWith(handle: SourceHandle, org: string, entries: readonly SourceEntry[]): void {
    handle.publish(entries);
    handle.setState({ status: 'available' });
    this.#shown.set(org, { handle, print: JSON.stringify(entries) });
  }

  #open(org: string): SourceHandle | undefined {
    const id = sourceOf(org);
    try {
      const invoke = this.#parts.invokeFor(org);
      return this.#parts.sources.open({ id, kind: 'extension', org, minLevel: 'trusted', invoke });
    } catch (cause) {
      this.#parts.log.error('published pipelines are not shown: another source has their name', {
        source: id,
        cause,
      });
      return undefined;
    }
  }
}

function toEntry({ definition }: Task): readonly SourceEntry[] {
  const { publish_as: publish } = definition;
  if (!publish) return [];
  return [{ kind: 'tool', name: publish.name, definition: toToolDefinition(definition, publish) }];
}
