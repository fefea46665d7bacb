import { describeStore } from '@signalbox/store/suite';
import { describe } from 'vitest';
import { announceSkip, createTestSchema, findTestServer } from './test-server.ts';

const url = findTestServer();
if (url === '') announceSkip();

describe.skipIf(url === '')('with a server', () => {
  describeStore({ dialect: 'postgres', isShared: true, createPlace: async () => createTestSchema(url) });
});
