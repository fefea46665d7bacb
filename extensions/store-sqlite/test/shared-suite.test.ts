import { fileURLToPath } from 'node:url';
import { describeStore } from '@signalbox/store/suite';
import { openSqliteStore } from '../src/index.ts';
import { makeTemporaryFolder } from './temporary-folder.ts';

describeStore({
  dialect: 'sqlite',
  isShared: false,
  createPlace: async () => {
    const folder = await makeTemporaryFolder();
    const path = folder.path('signalbox.db');
    return {
      open: (bounds) => openSqliteStore({ path, ...bounds }),
      crashWriter: [fileURLToPath(new URL('./crash-writer.ts', import.meta.url)), path],
      [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
    };
  },
});
