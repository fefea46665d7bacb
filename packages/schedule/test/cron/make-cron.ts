import type { Dice } from '../dice.ts';

const months = ['JAN', 'feb', 'MAR', 'APR', 'may', 'JUN', 'JUL', 'AUG', 'Sep', 'OCT', 'NOV', 'DEC'] as const;
const weekdays = ['SUN', 'mon', 'TUE', 'WED', 'THU', 'Fri', 'SAT'] as const;

/** A cron expression as somebody could write it, with everything that may stand in each field; some never come. */
export function makeCron(dice: Dice): string {
  const fields = [field(dice, 0, 59), field(dice, 0, 23), days(dice), monthsOf(dice), weekdaysOf(dice)];
  return [...(dice.once(3) ? [field(dice, 0, 59)] : []), ...fields].join(' ');
}

function field(dice: Dice, min: number, max: number): string {
  if (dice.once(4)) return '*';
  return list(dice, () => item(dice, min, max));
}

function item(dice: Dice, min: number, max: number): string {
  if (dice.once(5)) return `*/${dice.from(1, max - min + 1)}`;
  if (!dice.once(3)) return String(dice.from(min, max));
  const low = dice.from(min, max);
  return `${low}-${dice.from(low, max)}${dice.once(2) ? `/${dice.from(1, max - min + 1)}` : ''}`;
}

function days(dice: Dice): string {
  if (dice.once(3)) return dice.one('*', '?');
  if (dice.once(8)) return 'LW';
  return list(dice, () => {
    if (dice.once(6)) return 'L';
    return dice.once(4) ? `${dice.from(1, 31)}W` : item(dice, 1, 31);
  });
}

function monthsOf(dice: Dice): string {
  if (dice.once(2)) return '*';
  if (dice.once(6)) return '2';
  return list(dice, () => (dice.once(3) ? dice.one(...months) : item(dice, 1, 12)));
}

function weekdaysOf(dice: Dice): string {
  if (dice.once(2)) return dice.one('*', '?');
  const text = list(dice, () => {
    const weekday = dice.once(2) ? dice.one(...weekdays) : String(dice.from(0, 7));
    if (dice.once(4)) return `${weekday}#${dice.from(1, 5)}`;
    if (dice.once(6)) return `${weekday}L`;
    return dice.once(2) ? weekday : dice.one('MON-FRI', 'FRI-SUN/2', 'TUE-SUN', item(dice, 0, 6), '0-7');
  });
  return dice.once(3) ? `+${text}` : text;
}

function list(dice: Dice, make: () => string): string {
  return Array.from({ length: dice.once(3) ? dice.from(2, 3) : 1 }, make).join(',');
}
