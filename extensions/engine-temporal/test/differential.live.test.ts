import { afterAll, beforeAll, expect, test } from 'vitest';
import { startEngineHub } from '../../engine-embedded/test/support/engine-hub.ts';
import { carryOut } from './differential/carry-out.ts';
import { difference } from './differential/compare.ts';
import { makeCase } from './differential/make-case.ts';
import { patient } from './differential/patient.ts';
import { startTemporalHub } from './support/temporal-hub.ts';
import { describeTemporal, TemporalServer } from './support/temporal-server.ts';

const cases = Array.from({ length: 40 }, (_, index) => makeCase(20_261_129 + index));

describeTemporal('40 generated pipelines', () => {
  let server: TemporalServer;
  beforeAll(async () => {
    server = await TemporalServer.start();
  });
  afterAll(() => server[Symbol.asyncDispose]());

  test('end as the model says, with the same calls, whoever carries them out', {
    timeout: 300_000,
  }, async () => {
    const embedded = await carryOut(cases, (extensions) => startEngineHub({ extensions }));
    const temporal = await carryOut(cases, (extensions) =>
      startTemporalHub({ address: server.address }, { extensions, settings: patient }),
    );
    const differences = cases.flatMap((each, index) =>
      [embedded[index], temporal[index]].flatMap((carried) => (carried && difference(each, carried)) ?? []),
    );
    expect(differences).toEqual([]);
  });
});
