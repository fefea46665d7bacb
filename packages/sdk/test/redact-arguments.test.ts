import { expect, test } from 'vitest';
import { redactArguments, redactUrl } from '../src/index.ts';

test.each([
  [
    ['-y', 'server', '/data'],
    ['-y', 'server', '/data'],
  ],
  [
    ['--api-key', 'abc', '--port', '1'],
    ['--api-key', '[redacted]', '--port', '1'],
  ],
  [
    ['--token=abc', 'PASSWORD=x', '--verbose=1'],
    ['--token=[redacted]', 'PASSWORD=[redacted]', '--verbose=1'],
  ],
  [
    ['--header', 'Authorization: Bearer abc', 'X-Api-Key:abc', 'Accept: text/html'],
    ['--header', 'Authorization: [redacted]', 'X-Api-Key:[redacted]', 'Accept: text/html'],
  ],
  [
    ['--url=https://u:p@h.example/?key=abc', 'https://h.example/mcp?key=a'],
    ['--url=https://[redacted]@h.example/?key=[redacted]', 'https://h.example/mcp?key=[redacted]'],
  ],
  [['--key-of=sk-1234567890abcdef'], ['[redacted]']],
  [['@scope/name@1.2.3'], ['@scope/name@1.2.3']],
])('arguments %j are shown as %j', (args, shown) => {
  expect(redactArguments(args)).toEqual(shown);
});

test.each([
  ['https://h.example/mcp', 'https://h.example/mcp'],
  ['https://h.example', 'https://h.example'],
  ['./api.yaml?x', './api.yaml?x'],
  [
    'https://user:pass@h.example/mcp?key=abc&key=def#top',
    'https://[redacted]@h.example/mcp?key=[redacted]#top',
  ],
  ['https://:pass@h.example/', 'https://[redacted]@h.example/'],
  ['https://h.example/?secret', 'https://h.example/?secret=[redacted]'],
  ['postgres://user:pass@host/db', 'postgres://[redacted]@host/db'],
  ['https://user:pa@ss@h.example:port/?key=abc', 'https://[redacted]@h.example:port/?[redacted]'],
])('the address %s is shown as %s', (address, shown) => {
  expect(redactUrl(address)).toBe(shown);
});
