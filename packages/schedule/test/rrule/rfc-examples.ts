/** One example of RFC 5545 3.8.5.3: what it is called there, its lines, and the times it lists. */
export interface RfcExample {
  readonly name: string;
  readonly start: string;
  readonly lines: readonly string[];
  /** Years with days of months, `1997 Sep 2 9; Oct 7`; all are at 9:00 unless times follow after @. */
  readonly times: string;
  /** Whether the list is the whole of it; otherwise its first part. */
  readonly isAll: boolean;
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

const all = (name: string, start: string, times: string, ...lines: readonly string[]): RfcExample => ({
  name,
  start,
  lines,
  times,
  isAll: true,
});
const first = (name: string, start: string, times: string, ...lines: readonly string[]): RfcExample => ({
  ...all(name, start, times, ...lines),
  isAll: false,
});

const days = (from: number, to: number): string =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index).join(' ');
const untilChristmas = `1997 Sep ${days(2, 30)}; Oct ${days(1, 31)}; Nov ${days(1, 30)}; Dec ${days(1, 23)}`;
const januaries = [1998, 1999, 2000].map((year) => `${year} Jan ${days(1, 31)}`).join('; ');
const fiveWeeks = '1997 Sep 2 4 9 11 16 18 23 25 30; Oct 2';
const weekly = '1997 Sep 2 9 16 23 30; Oct 7 14 21 28; Nov 4';
const everyTwentyMinutes = Array.from({ length: 48 }, (_, index) => {
  const minutes = 9 * 60 + (index % 24) * 20;
  return `1997 Sep ${index < 24 ? 2 : 3} @ ${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}`;
}).join('; ');

/** The examples in the order of the RFC, a line for each way it writes them. */
export const rfcExamples: readonly RfcExample[] = [
  all('daily for 10 occurrences', '19970902', `1997 Sep ${days(2, 11)}`, 'FREQ=DAILY;COUNT=10'),
  all('daily until 24 December', '19970902', untilChristmas, 'FREQ=DAILY;UNTIL=19971224T000000Z'),
  first(
    'every other day',
    '19970902',
    '1997 Sep 2 4 6 8 10 12 14 16 18 20 22 24 26 28 30; Oct 2 4 6',
    'FREQ=DAILY;INTERVAL=2',
  ),
  all(
    'every 10 days, 5 occurrences',
    '19970902',
    '1997 Sep 2 12 22; Oct 2 12',
    'FREQ=DAILY;INTERVAL=10;COUNT=5',
  ),
  all(
    'every day in January for 3 years, yearly',
    '19980101',
    januaries,
    'FREQ=YEARLY;UNTIL=20000131T140000Z;BYMONTH=1;BYDAY=SU,MO,TU,WE,TH,FR,SA',
  ),
  all(
    'every day in January for 3 years, daily',
    '19980101',
    januaries,
    'FREQ=DAILY;UNTIL=20000131T140000Z;BYMONTH=1',
  ),
  all('weekly for 10 occurrences', '19970902', weekly, 'FREQ=WEEKLY;COUNT=10'),
  all(
    'weekly until 24 December',
    '19970902',
    `${weekly} 11 18 25; Dec 2 9 16 23`,
    'FREQ=WEEKLY;UNTIL=19971224T000000Z',
  ),
  first(
    'every other week',
    '19970902',
    '1997 Sep 2 16 30; Oct 14 28; Nov 11 25; Dec 9 23; 1998 Jan 6 20; Feb 3 17',
    'FREQ=WEEKLY;INTERVAL=2;WKST=SU',
  ),
  all(
    'Tuesday and Thursday for five weeks, until',
    '19970902',
    fiveWeeks,
    'FREQ=WEEKLY;UNTIL=19971007T000000Z;WKST=SU;BYDAY=TU,TH',
  ),
  all(
    'Tuesday and Thursday for five weeks, counted',
    '19970902',
    fiveWeeks,
    'FREQ=WEEKLY;COUNT=10;WKST=SU;BYDAY=TU,TH',
  ),
  all(
    'every other week on Monday, Wednesday, Friday',
    '19970901',
    '1997 Sep 1 3 5 15 17 19 29; Oct 1 3 13 15 17 27 29 31; Nov 10 12 14 24 26 28; Dec 8 10 12 22',
    'FREQ=WEEKLY;INTERVAL=2;UNTIL=19971224T000000Z;WKST=SU;BYDAY=MO,WE,FR',
  ),
  all(
    'every other week on Tuesday and Thursday',
    '19970902',
    '1997 Sep 2 4 16 18 30; Oct 2 14 16',
    'FREQ=WEEKLY;INTERVAL=2;COUNT=8;WKST=SU;BYDAY=TU,TH',
  ),
  all(
    'first Friday for 10 occurrences',
    '19970905',
    '1997 Sep 5; Oct 3; Nov 7; Dec 5; 1998 Jan 2; Feb 6; Mar 6; Apr 3; May 1; Jun 5',
    'FREQ=MONTHLY;COUNT=10;BYDAY=1FR',
  ),
  all(
    'first Friday until 24 December',
    '19970905',
    '1997 Sep 5; Oct 3; Nov 7; Dec 5',
    'FREQ=MONTHLY;UNTIL=19971224T000000Z;BYDAY=1FR',
  ),
  all(
    'every other month on the first and last Sunday',
    '19970907',
    '1997 Sep 7 28; Nov 2 30; 1998 Jan 4 25; Mar 1 29; May 3 31',
    'FREQ=MONTHLY;INTERVAL=2;COUNT=10;BYDAY=1SU,-1SU',
  ),
  all(
    'second to last Monday for 6 months',
    '19970922',
    '1997 Sep 22; Oct 20; Nov 17; Dec 22; 1998 Jan 19; Feb 16',
    'FREQ=MONTHLY;COUNT=6;BYDAY=-2MO',
  ),
  first(
    'third to last day of the month',
    '19970928',
    '1997 Sep 28; Oct 29; Nov 28; Dec 29; 1998 Jan 29; Feb 26',
    'FREQ=MONTHLY;BYMONTHDAY=-3',
  ),
  all(
    '2nd and 15th for 10 occurrences',
    '19970902',
    '1997 Sep 2 15; Oct 2 15; Nov 2 15; Dec 2 15; 1998 Jan 2 15',
    'FREQ=MONTHLY;COUNT=10;BYMONTHDAY=2,15',
  ),
  all(
    'first and last day for 10 occurrences',
    '19970930',
    '1997 Sep 30; Oct 1 31; Nov 1 30; Dec 1 31; 1998 Jan 1 31; Feb 1',
    'FREQ=MONTHLY;COUNT=10;BYMONTHDAY=1,-1',
  ),
  all(
    'every 18 months on the 10th to 15th',
    '19970910',
    '1997 Sep 10 11 12 13 14 15; 1999 Mar 10 11 12 13',
    'FREQ=MONTHLY;INTERVAL=18;COUNT=10;BYMONTHDAY=10,11,12,13,14,15',
  ),
  first(
    'every Tuesday of every other month',
    '19970902',
    '1997 Sep 2 9 16 23 30; Nov 4 11 18 25; 1998 Jan 6 13 20 27; Mar 3 10 17 24 31',
    'FREQ=MONTHLY;INTERVAL=2;BYDAY=TU',
  ),
  all(
    'June and July for 10 occurrences',
    '19970610',
    '1997 Jun 10; Jul 10; 1998 Jun 10; Jul 10; 1999 Jun 10; Jul 10; 2000 Jun 10; Jul 10; 2001 Jun 10; Jul 10',
    'FREQ=YEARLY;COUNT=10;BYMONTH=6,7',
  ),
  all(
    'every other year in January, February, March',
    '19970310',
    '1997 Mar 10; 1999 Jan 10; Feb 10; Mar 10; 2001 Jan 10; Feb 10; Mar 10; 2003 Jan 10; Feb 10; Mar 10',
    'FREQ=YEARLY;INTERVAL=2;COUNT=10;BYMONTH=1,2,3',
  ),
  all(
    'every third year on the 1st, 100th and 200th day',
    '19970101',
    '1997 Jan 1; Apr 10; Jul 19; 2000 Jan 1; Apr 9; Jul 18; 2003 Jan 1; Apr 10; Jul 19; 2006 Jan 1',
    'FREQ=YEARLY;INTERVAL=3;COUNT=10;BYYEARDAY=1,100,200',
  ),
  first(
    'every 20th Monday of the year',
    '19970519',
    '1997 May 19; 1998 May 18; 1999 May 17',
    'FREQ=YEARLY;BYDAY=20MO',
  ),
  first(
    'Monday of week 20',
    '19970512',
    '1997 May 12; 1998 May 11; 1999 May 17',
    'FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO',
  ),
  first(
    'every Thursday in March',
    '19970313',
    '1997 Mar 13 20 27; 1998 Mar 5 12 19 26; 1999 Mar 4 11 18 25',
    'FREQ=YEARLY;BYMONTH=3;BYDAY=TH',
  ),
  first(
    'every Thursday in summer',
    '19970605',
    '1997 Jun 5 12 19 26; Jul 3 10 17 24 31; Aug 7 14 21 28; 1998 Jun 4 11 18 25; Jul 2 9 16 23 30; Aug 6 13 20 27',
    'FREQ=YEARLY;BYDAY=TH;BYMONTH=6,7,8',
  ),
  first(
    'every Friday the 13th',
    '19970902',
    '1998 Feb 13; Mar 13; Nov 13; 1999 Aug 13; 2000 Oct 13',
    'EXDATE;TZID=America/New_York:19970902T090000',
    'RRULE:FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13',
  ),
  first(
    'the first Saturday after the first Sunday',
    '19970913',
    '1997 Sep 13; Oct 11; Nov 8; Dec 13; 1998 Jan 10; Feb 7; Mar 7; Apr 11; May 9; Jun 13',
    'FREQ=MONTHLY;BYDAY=SA;BYMONTHDAY=7,8,9,10,11,12,13',
  ),
  first(
    'election day of the United States',
    '19961105',
    '1996 Nov 5; 2000 Nov 7; 2004 Nov 2',
    'FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8',
  ),
  all(
    'the third Tuesday, Wednesday or Thursday',
    '19970904',
    '1997 Sep 4; Oct 7; Nov 6',
    'FREQ=MONTHLY;COUNT=3;BYDAY=TU,WE,TH;BYSETPOS=3',
  ),
  first(
    'the second to last weekday',
    '19970929',
    '1997 Sep 29; Oct 30; Nov 27; Dec 30; 1998 Jan 29; Feb 26; Mar 30',
    'FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2',
  ),
  // The RFC means 17:00 in New York and writes it as if it were UTC (its erratum 3883 corrects the UNTIL).
  all(
    'every 3 hours from 9 to 5',
    '19970902',
    '1997 Sep 2 @ 9:00 12:00 15:00',
    'FREQ=HOURLY;INTERVAL=3;UNTIL=19970902T210000Z',
  ),
  all(
    'every 3 hours from 9 to 5, as printed',
    '19970902',
    '1997 Sep 2 @ 9:00 12:00',
    'FREQ=HOURLY;INTERVAL=3;UNTIL=19970902T170000Z',
  ),
  all(
    'every 15 minutes for 6 occurrences',
    '19970902',
    '1997 Sep 2 @ 9:00 9:15 9:30 9:45 10:00 10:15',
    'FREQ=MINUTELY;INTERVAL=15;COUNT=6',
  ),
  all(
    'every hour and a half for 4 occurrences',
    '19970902',
    '1997 Sep 2 @ 9:00 10:30 12:00 13:30',
    'FREQ=MINUTELY;INTERVAL=90;COUNT=4',
  ),
  first(
    'every 20 minutes from 9:00 to 16:40, daily',
    '19970902',
    everyTwentyMinutes,
    'FREQ=DAILY;BYHOUR=9,10,11,12,13,14,15,16;BYMINUTE=0,20,40',
  ),
  first(
    'every 20 minutes from 9:00 to 16:40, minutely',
    '19970902',
    everyTwentyMinutes,
    'FREQ=MINUTELY;INTERVAL=20;BYHOUR=9,10,11,12,13,14,15,16',
  ),
  all(
    'weeks that begin on Monday',
    '19970805',
    '1997 Aug 5 10 19 24',
    'FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO',
  ),
  all(
    'weeks that begin on Sunday',
    '19970805',
    '1997 Aug 5 17 19 31',
    'FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU',
  ),
  all(
    'days that do not exist are left out',
    '20070115',
    '2007 Jan 15 30; Feb 15; Mar 15 30',
    'FREQ=MONTHLY;BYMONTHDAY=15,30;COUNT=5',
  ),
];

/** The times an example lists, as local times. */
export function timesOf({ times }: RfcExample): readonly string[] {
  let year = '';
  return times.split('; ').flatMap((part) => {
    const [left = '', right = '9:00'] = part.split(' @ ');
    const words = left.split(' ');
    if (/^\d{4}$/.test(words[0] ?? '')) year = words.shift() ?? '';
    const month = String(months.indexOf(words.shift() ?? '') + 1).padStart(2, '0');
    return words.flatMap((day) =>
      right.split(' ').map((time) => `${year}-${month}-${day.padStart(2, '0')}T${time.padStart(5, '0')}:00`),
    );
  });
}
