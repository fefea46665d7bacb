import type { ChangeNotes, RunNote, StoreWrite, WriteNote } from '@signalbox/sdk';
import { type Database, storeStep } from '@signalbox/store';
import { sql } from 'kysely';
import type { WebhookTables } from './webhook-tables.ts';

/** Something that happened, as it is noted. */
interface Note {
  readonly org: string;
  readonly kind: string;
  readonly task: string;
  readonly about: string;
  readonly detail?: string | undefined;
  readonly at: number;
}

/**
 * The writes that note what has happened for every webhook that tells of it. They are part of the write they tell of; which webhooks
 * there are is found by the store while it is made, so that none is missed and a hub without webhooks writes nothing.
 */
export class NoteWriter {
  readonly #database: Database;
  readonly #newId: () => string;

  constructor(database: Database, newId: () => string) {
    this.#database = database;
    this.#newId = newId;
  }

  readonly run: WriteNote<RunNote> = ({ org, run, task = '', status, at }) => [
    this.#insert({ org, kind: `run.${status}`, task, about: run, at }),
  ];

  readonly changes: ChangeNotes = {
    task: ({ org, task, status, reason, at }) => [
      this.#insert({ org, kind: `task.${status}`, task, about: task, detail: reason, at }),
    ],
    event: ({ org, event, topic, at }) => [
      this.#insert({ org, kind: 'event', task: '', about: event, detail: topic, at }),
    ],
  };

  #insert({ org, kind, task, about, detail, at }: Note): StoreWrite {
    const message = this.#newId();
    const query = this.#database
      .queries<WebhookTables>()
      .insertInto('webhook_deliveries')
      .columns([
        'org',
        'webhook',
        'message',
        'kind',
        'about',
        'detail',
        'at',
        'status',
        'tries',
        'next_at',
        'lease_epoch',
        'lease_until',
      ])
      .expression((eb) =>
        eb
          .selectFrom('webhook_wants')
          .innerJoin('webhooks', (join) =>
            join
              .onRef('webhooks.org', '=', 'webhook_wants.org')
              .onRef('webhooks.id', '=', 'webhook_wants.webhook'),
          )
          .select([
            'webhook_wants.org as org',
            'webhook_wants.webhook as webhook',
            asText(message).as('message'),
            asText(kind).as('kind'),
            asText(about).as('about'),
            asText(detail ?? null).as('detail'),
            asNumber(at).as('at'),
            sql<'waiting'>`'waiting'`.as('status'),
            asNumber(0).as('tries'),
            asNumber(at).as('next_at'),
            asNumber(0).as('lease_epoch'),
            asNumber(0).as('lease_until'),
          ])
          .where('webhook_wants.org', '=', org)
          .where('webhook_wants.kind', '=', kind)
          .where('webhook_wants.task', 'in', ['', task])
          .where('webhooks.status', '=', 'active'),
      );
    return storeStep(query);
  }
}

function asText<Text extends string | null>(value: Text) {
  return sql<Text>`cast(${value} as text)`;
}

function asNumber(value: number) {
  return sql<number>`cast(${value} as bigint)`;
}
