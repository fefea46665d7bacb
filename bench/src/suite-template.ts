import { compileExpression, compileTemplate, type Scope, type TimeScope } from '@signalbox/pipeline';
import { toInstant, toLocal } from '@signalbox/schedule';
import type { JsonValue } from '@signalbox/sdk';
import { median } from './ratio.ts';
import { reportYardstick, type Yardstick } from './yardstick.ts';

const goalMs = 0.2;
const rounds = 31;

/** Something about templates, and how long it took in each round, in milliseconds. */
export interface TemplateSample {
  readonly name: string;
  readonly ms: readonly number[];
}

/** What a step of a morning briefing hands to its tool: 20 expressions, as people write them. */
const briefing: JsonValue = {
  to: '${params.recipient}',
  subject: 'Briefing for ${params.city}, ${now.date}',
  summary: {
    temperature: '${steps.weather.temperature}',
    feels: '${steps.weather.details.feels_like || steps.weather.temperature}',
    isWarm: '${steps.weather.temperature > 20}',
    alerts: "${steps.weather.alerts[?level == 'high'].text}",
    next: '${steps.calendar.events[0].title}',
    count: '${length(steps.calendar.events)}',
    titles: "${join(', ', steps.calendar.events[*].title)}",
    mine: "${steps.calendar.events[?contains(attendees, 'ada')] | [0].{title: title, at: start}}",
    unread: '${steps.inbox.unread}',
    urgent: '${steps.inbox.messages[?priority > 3 && !isRead].subject}',
    sorted: '${sort_by(steps.inbox.messages, &priority)[-1].subject}',
  },
  text: 'It is ${steps.weather.temperature} degrees in ${params.city}, ${steps.weather.sky}. ${steps.inbox.unread} unread.',
  until: '${scheduled_at+1d}',
  fallback: "${params.greeting || 'Good morning'}",
};

const scope: Scope = {
  params: { recipient: 'ada@example.org', city: 'Chisinau' },
  steps: {
    weather: {
      temperature: 26,
      sky: 'clear',
      details: { humidity: 40 },
      alerts: [
        { level: 'high', text: 'heat' },
        { level: 'low', text: 'wind' },
      ],
    },
    calendar: {
      events: Array.from({ length: 10 }, (_, index) => ({
        title: `meeting ${index}`,
        start: `2026-11-30T${10 + index}:00`,
        attendees: index % 3 === 0 ? ['ada', 'grace'] : ['grace'],
      })),
    },
    inbox: {
      unread: 7,
      messages: Array.from({ length: 20 }, (_, index) => ({
        subject: `message ${index}`,
        priority: (index * 7) % 5,
        isRead: index % 2 === 0,
      })),
    },
  },
};

const time: TimeScope = {
  nowMs: Date.UTC(2026, 10, 30, 6, 30),
  scheduledAtMs: Date.UTC(2026, 10, 30, 6, 30),
  timezone: 'Europe/Chisinau',
  zones: {
    toLocal: (ms, zone) => ({ ...toLocal(ms, zone), millisecond: ms % 1_000 }),
    toInstant: ({ millisecond, ...local }, zone) => toInstant(local, zone) + millisecond,
  },
};

/** Times templates in this process: the processor time they take, so that what else runs here does not count. */
export function runTemplate(): readonly TemplateSample[] {
  const template = compileTemplate(briefing);
  const index = compileExpression('steps.inbox.messages[3].subject');
  const filter = compileExpression('steps.inbox.messages[?priority > 3].subject');
  const data: JsonValue = { ...scope };
  let fresh = 0;
  return [
    {
      name: 'a template of 20 expressions, rendered',
      ms: measure(2_000, () => template.render(scope, time)),
    },
    { name: 'the same, compiled from known expressions', ms: measure(500, () => compileTemplate(briefing)) },
    {
      name: 'an expression nobody has used, compiled',
      ms: measure(2_000, () => compileExpression(`a.b[?c == '${fresh++}'].d`)),
    },
    { name: 'a path with a place in a list', ms: measure(10_000, () => index.search(data)) },
    { name: 'a filter over 20 items', ms: measure(5_000, () => filter.search(data)) },
  ];
}

/** The table and the goal. */
export function reportTemplate(samples: readonly TemplateSample[], yardstick: Yardstick): string {
  const rows = samples.map(({ name, ms }) => {
    const us = (value: number): string => (value * 1_000).toFixed(2);
    return `${name.padEnd(44)} ${us(median(ms)).padStart(9)} us (${us(Math.min(...ms))}–${us(Math.max(...ms))})`;
  });
  const renderMs = median(samples[0]?.ms ?? []);
  return [
    `processor time, medians of ${rounds} rounds`,
    ...rows,
    reportYardstick(yardstick),
    `template: 20 expressions in ${renderMs.toFixed(4)} ms (goal ≤ ${goalMs} ms)  ${renderMs <= goalMs ? 'met' : 'MISSED'}`,
  ].join('\n');
}

function measure(count: number, run: () => unknown): readonly number[] {
  return Array.from({ length: rounds + 3 }, () => {
    const began = process.threadCpuUsage();
    for (let done = 0; done < count; done++) run();
    const { user, system } = process.threadCpuUsage(began);
    return (user + system) / 1_000 / count;
  }).slice(3);
}
