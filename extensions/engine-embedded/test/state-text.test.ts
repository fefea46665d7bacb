import { advance, makePlan, start } from '@signalbox/pipeline';
import { StateText } from '@signalbox/runs';
import { calendarZones } from '@signalbox/schedule';
import { expect, test } from 'vitest';

const startMs = 1_780_000_000_000;

test('the text of each state of a run is that state, steps that come, change and go included', () => {
  const plan = makePlan(
    {
      steps: [
        { id: 'list', uses: 'list' },
        {
          id: 'loop',
          foreach: '${steps.list}',
          steps: [{ id: 'each', uses: 'send', with: { to: '${item}' } }],
        },
        { id: 'last', uses: 'note', with: { all: '${steps.loop}' } },
      ],
    },
    { zones: calendarZones },
  );
  const texts = new StateText();
  const moment = (ms: number) => ({ nowMs: startMs + ms, random: 0.5 });
  let next = start(plan, {
    kind: 'Started',
    run: { id: 'r', trigger: 'manual', attempt: 1, maxAttempts: 1, depth: 0 },
    scheduledAtMs: startMs,
    timezone: 'UTC',
    params: {},
    ...moment(0),
  });
  let events = 0;
  for (const open = [...next.commands]; open.length > 0; ) {
    expect(JSON.parse(texts.of(next.state))).toEqual(JSON.parse(JSON.stringify(next.state)));
    const command = open.shift();
    if (command?.kind === 'Continue')
      next = advance(plan, next.state, { kind: 'Continued', ...moment(++events) });
    else if (command?.kind === 'CallTool') {
      const { path, attempt, tool } = command;
      const output = { json: tool === 'list' ? ['a', 'b', 'c'] : { at: events } };
      next = advance(plan, next.state, { kind: 'ToolDone', path, attempt, output, ...moment(++events) });
    } else continue;
    open.push(...next.commands);
  }
  expect(next.state.status).toBe('succeeded');
  expect(JSON.parse(texts.of(next.state))).toEqual(JSON.parse(JSON.stringify(next.state)));
  expect(events).toBeGreaterThanOrEqual(5);
});
