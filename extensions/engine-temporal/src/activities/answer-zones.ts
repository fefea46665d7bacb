import { calendarZones } from '@signalbox/schedule';
import { toSignalboxError } from '@signalbox/sdk';
import { z } from 'zod';
import type { ZoneAnswer, ZoneQuestion } from '../contract.ts';

const localTime = z.object({
  year: z.int(),
  month: z.int(),
  day: z.int(),
  hour: z.int(),
  minute: z.int(),
  second: z.int(),
  millisecond: z.int(),
});

/** What the zone data of this node says. */
export function answerZones(questions: readonly ZoneQuestion[]): readonly ZoneAnswer[] {
  return questions.map((question) => {
    try {
      return { value: answer(question) };
    } catch (thrown) {
      return { error: toSignalboxError(thrown).message };
    }
  });
}

function answer(question: ZoneQuestion) {
  if (question.kind === 'local') return { ...calendarZones.toLocal(question.ms, question.zone) };
  return calendarZones.toInstant(localTime.parse(question.local), question.zone);
}
