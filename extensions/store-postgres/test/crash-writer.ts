import { writeUntilKilled } from '@signalbox/store/suite/crash-writer';
import { openPostgresStore } from '../src/index.ts';

const [, , url = '', schema = '', round = ''] = process.argv;
const store = await openPostgresStore({ url, schema });
await writeUntilKilled(store.database, round);
