import type { Command } from '@signalbox/pipeline';
import { describe, expect, test } from 'vitest';
import { StopGate } from '../src/run/stop-gate.ts';

const stop: Command = { kind: 'CancelCall', path: 'a', attempt: 1 };
const finish: Command = { kind: 'Finish', status: 'canceled', output: { json: null }, isResumable: false };
const harmless: Command = { kind: 'CancelTimer', timer: 'a' };

/** Something that is written down as long as a test wants. */
function writing(gate: StopGate, commands: readonly Command[]) {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const order: string[] = [];
  const written = gate.during(commands, () => promise.finally(() => order.push('written')));
  return { written, order, end: resolve, fail: reject };
}

describe('a call', () => {
  test('begins at once while nothing is written down that stops calls', async () => {
    const gate = new StopGate();
    const { written, order, end } = writing(gate, [harmless]);
    await gate.pass();
    expect(order).toEqual([]);
    end();
    await written;
  });

  test('begins only when it is written down which calls stop', async () => {
    const gate = new StopGate();
    const { written, order, end } = writing(gate, [harmless, stop]);
    const passed = gate.pass().then(() => order.push('begun'));
    end();
    await Promise.all([written, passed]);
    expect(order).toEqual(['written', 'begun']);
  });

  test('does not begin when the run has ended meanwhile, nor afterwards', async () => {
    const gate = new StopGate();
    const { written, end } = writing(gate, [finish]);
    const passed = gate.pass();
    end();
    await written;
    await expect(passed).rejects.toMatchObject({ code: 'cancelled' });
    await expect(gate.pass()).rejects.toMatchObject({ code: 'cancelled' });
  });

  test('does not begin when nobody knows whether it was written down', async () => {
    const gate = new StopGate();
    const { written, fail } = writing(gate, [stop]);
    const passed = gate.pass();
    fail(new Error('the store is away'));
    await expect(written).rejects.toThrow('the store is away');
    await expect(passed).rejects.toMatchObject({ code: 'cancelled' });
  });
});
