import {
  type Invoke,
  type Level,
  type ListKind,
  type SourceEntry,
  type SourceHandle,
  type SourceSpec,
  silentLog,
  type Viewer,
  type ViewName,
} from '@signalbox/sdk';
import { FakeClock } from '@signalbox/testkit';
import { Access } from '../../src/access/access.ts';
import { Catalog } from '../../src/catalog/catalog.ts';
import { endpointSettings } from '../../src/config/core-settings.ts';
import { EventBus } from '../../src/events/event-bus.ts';

/** A catalog on its own, with the clock and the events it was given. */
export interface TestCatalog {
  readonly catalog: Catalog;
  readonly clock: FakeClock;
  readonly events: EventBus;
  /** Opens an available source and publishes entries. */
  readonly open: (id: string, entries: readonly SourceEntry[], more?: Partial<SourceSpec>) => SourceHandle;
  /** The public names of a view, with where each leads: `name → source/original`. */
  readonly names: (kind: ListKind, view?: ViewName) => string[];
}

/** Makes an empty catalog with endpoints as they would stand in the settings. */
export function makeCatalog(endpoints: { readonly [name: string]: object } = {}): TestCatalog {
  const clock = new FakeClock();
  const events = new EventBus(silentLog);
  const parsed = Object.fromEntries(
    Object.entries(endpoints).map(([name, given]) => [name, endpointSettings.parse(given)]),
  );
  const access = new Access(() => undefined, clock);
  const catalog = new Catalog({ endpoints: parsed, clock, events, access });
  return {
    catalog,
    clock,
    events,
    open: (id, entries, more = {}) => {
      const handle = catalog.open({ id, kind: 'upstream', minLevel: 'public', invoke: nothing, ...more });
      handle.setState({ status: 'available' });
      handle.publish(entries);
      return handle;
    },
    names: (kind, view = 'all') =>
      (catalog.view(view)?.list(kind) ?? []).map(
        ({ publicName, entry }) => `${publicName} → ${entry.source.id}/${entry.originalName}`,
      ),
  };
}

const nothing: Invoke = () => ({ kind: 'data', value: {} });

const member = { tool: 'name', prompt: 'name', resource: 'uri', template: 'uriTemplate' } as const;

/** An entry of a kind, with the smallest definition. */
export function entry(kind: ListKind, name: string, minLevel?: Level): SourceEntry {
  return { kind, name, definition: { [member[kind]]: name }, ...(minLevel ? { minLevel } : {}) };
}

/** A member who came in at a level. */
export function viewer(level: Level): Viewer {
  return {
    principal: { kind: 'user', id: 'ada', org: 'local', level, roles: ['member'] },
    interface: { name: 'http', level },
  };
}

/** Tools by name. */
export function tools(...names: readonly string[]): SourceEntry[] {
  return names.map((name) => entry('tool', name));
}
