import { expect, test } from 'vitest';
import { shownArguments } from '../../src/wire/shown-arguments.ts';

test('arguments are shown as they are where there is room', () => {
  expect(shownArguments({ to: 'ada', amount: 3 }, 'x')).toBe('{"to":"ada","amount":3}');
});

test('no member is hidden behind a long text', () => {
  const shown = shownArguments({ body: 'b'.repeat(5_000), bcc: 'eve@evil.example', amount: 90_000 }, 'x');
  expect(shown).toContain('"bcc":"eve@evil.example","amount":90000');
  expect(shown).toContain('(4840 characters)');
});

test('what cannot be shown is said to be left out', () => {
  const many = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`member${index}`, index]));
  const shown = shownArguments(many, '0198');
  expect(shown).toMatch(/more characters: do not approve this before .* signalbox approval show 0198\)$/);
});
