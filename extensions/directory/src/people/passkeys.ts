import { type Directory, type Passkey, SignalboxError } from '@signalbox/sdk';
import type { DirectoryParts } from '../directory-parts.ts';
import type { PasskeyRow } from '../store/directory-tables.ts';
import { readTexts } from '../store/stored-json.ts';
import { notThere } from './not-there.ts';
import { readPerson } from './read-person.ts';

const maxPasskeys = 20;

/** The passkeys of people (WebAuthn Level 3). */
export function passkeyOperations({
  changes,
  clock,
}: DirectoryParts): Pick<Directory, 'passkeys' | 'findPasskey' | 'addPasskey' | 'usePasskey'> {
  const ofPerson = (rows: typeof changes.rows, person: string) =>
    rows.selectFrom('directory_passkeys').selectAll().where('person', '=', person).orderBy('created_at');
  const byId = (rows: typeof changes.rows, id: string) =>
    rows.selectFrom('directory_passkeys').selectAll().where('id', '=', id).executeTakeFirst();
  return {
    passkeys: async (personId) => (await ofPerson(changes.rows, personId).execute()).map(toPasskey),
    findPasskey: async (id) => {
      const row = await byId(changes.rows, id);
      const found = row && (await readPerson(changes.rows, 'id', row.person));
      return row && found && { person: found.person, passkey: toPasskey(row) };
    },
    addPasskey: (personId, passkey) =>
      changes.change(async ({ rows, note }) => {
        if (!(await readPerson(rows, 'id', personId))) throw notThere('person', personId);
        if (await byId(rows, passkey.id)) throw conflict('this passkey is registered already');
        const kept = await ofPerson(rows, personId).execute();
        if (kept.length >= maxPasskeys) throw conflict(`a person has at most ${maxPasskeys} passkeys`);
        await rows.insertInto('directory_passkeys').values(toRow(personId, passkey)).execute();
        note({ kind: 'facts', subject: personId });
      }),
    usePasskey: (id, counter) =>
      changes.change(async ({ rows }) => {
        const row = await byId(rows, id);
        if (!row) throw notThere('passkey', id);
        // WebAuthn Level 3 §7.2: a counter that does not grow is the sign of a copy; 0 means it counts nothing.
        if ((counter !== 0 || row.counter !== 0) && counter <= row.counter)
          throw conflict('the counter of this passkey went back; it may have been copied');
        await rows
          .updateTable('directory_passkeys')
          .set({ counter, last_used_at: clock.now() })
          .where('id', '=', id)
          .execute();
      }),
  };
}

function toPasskey(row: PasskeyRow): Passkey {
  return {
    id: row.id,
    publicKey: row.public_key,
    counter: row.counter,
    transports: readTexts(row.transports),
    label: row.label,
    createdAt: row.created_at,
    ...(row.last_used_at === null ? {} : { lastUsedAt: row.last_used_at }),
  };
}

function toRow(person: string, passkey: Passkey): PasskeyRow {
  return {
    id: passkey.id,
    person,
    public_key: passkey.publicKey,
    counter: passkey.counter,
    transports: JSON.stringify(passkey.transports),
    label: passkey.label,
    created_at: passkey.createdAt,
    last_used_at: passkey.lastUsedAt ?? null,
  };
}

function conflict(message: string): SignalboxError {
  return new SignalboxError('conflict', message);
}
