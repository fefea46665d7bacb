import { z } from 'zod';

const dateTime = by(z.iso.datetime({ offset: true }));

/** Whether a text has a format (JSON Schema Validation 2020-12, 7.3), as the schema library of the hub sees it. */
export const formats: Readonly<Record<string, (text: string) => boolean>> = {
  email: by(z.email()),
  uri: by(z.url()),
  'uri-reference': (text) => !/\s/.test(text) && URL.canParse(text, 'https://localhost/'),
  uuid: by(z.guid()),
  // RFC 3339 has seconds; ISO 8601 may leave them out.
  'date-time': (text) => /T\d\d:\d\d:\d\d/.test(text) && dateTime(text),
  date: by(z.iso.date()),
  time: (text) => /^\d\d:\d\d:\d\d/.test(text) && dateTime(`2000-01-01T${text}`),
  duration: by(z.iso.duration()),
  hostname: by(z.hostname()),
  ipv4: by(z.ipv4()),
  ipv6: by(z.ipv6()),
};

function by(type: z.ZodType): (text: string) => boolean {
  return (text) => type.safeParse(text).success;
}
