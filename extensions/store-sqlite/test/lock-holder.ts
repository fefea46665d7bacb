import { once } from 'node:events';
import { openSqliteStore } from '../src/index.ts';

// Opens a store, says so, and stays until somebody ends it: "close" on its input is the orderly way.
const [, , path = ''] = process.argv;
const store = await openSqliteStore({ path });
process.stdout.write(`open\n`);
await once(process.stdin, 'data');
await store.close();
process.exit(0);
