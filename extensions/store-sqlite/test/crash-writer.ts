import { writeUntilKilled } from '@signalbox/store/suite/crash-writer';
import { openSqliteStore } from '../src/index.ts';

const [, , path = '', round = ''] = process.argv;
const store = await openSqliteStore({ path });
await writeUntilKilled(store.database, round);
