import { defineTopic, type Log, silentLog } from '@signalbox/sdk';
import { expect, test } from 'vitest';
import { EventBus } from '../../src/events/event-bus.ts';

const topic = defineTopic<number>('count');

test('a listener that throws is logged and keeps nobody from hearing', () => {
  const logged: unknown[] = [];
  const log: Log = {
    ...silentLog,
    error: (message, fields) => void logged.push([message, fields?.['topic']]),
  };
  const bus = new EventBus(log);
  const heard: number[] = [];
  bus.on(topic, () => {
    throw new Error('no');
  });
  const off = bus.on(topic, (count) => void heard.push(count));
  bus.on(defineTopic<number>('other'), () => void heard.push(-1));
  bus.publish(topic, 1);
  off();
  off();
  bus.publish(topic, 2);
  expect({ heard, logged }).toEqual({
    heard: [1],
    logged: [
      ['an event listener failed', 'count'],
      ['an event listener failed', 'count'],
    ],
  });
});

test('a listener may leave while it hears', () => {
  const bus = new EventBus(silentLog);
  const heard: string[] = [];
  const off = bus.on(topic, () => {
    heard.push('once');
    off();
  });
  bus.on(topic, () => void heard.push('always'));
  bus.publish(topic, 1);
  bus.publish(topic, 2);
  expect(heard).toEqual(['once', 'always', 'always']);
});
