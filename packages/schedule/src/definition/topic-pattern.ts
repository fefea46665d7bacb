import { z } from 'zod';

const part = '(?:\\*|[A-Za-z0-9_-]+)';

/** Names topics: parts with dots between; `*` stands for one part, `**` at the end for one or more. */
export const topicPattern = z
  .string()
  .max(200)
  .regex(
    new RegExp(`^(?:${part}\\.)*(?:${part}|\\*\\*)$`),
    'must be parts with dots between, such as "email.*"',
  );

/** Tells whether a topic is one a pattern names. */
export function matchesTopic(pattern: string, topic: string): boolean {
  const wanted = pattern.split('.');
  const given = topic.split('.');
  const isOpen = wanted.at(-1) === '**';
  if (isOpen ? given.length < wanted.length : given.length !== wanted.length) return false;
  return wanted.every((each, index) => each === '*' || each === '**' || each === given[index]);
}
