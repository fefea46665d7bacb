import { upstreamDefinition } from '@signalbox/sdk';
import { expect, test } from 'vitest';
import { describeAddress, secretsRedactor } from '../../src/upstream/redact.ts';

const stdio = (args: readonly string[], env: Record<string, string> = {}) =>
  upstreamDefinition.parse({ command: 'npx', args, env });

test.each([
  [['-y', 'server', '/data'], 'npx -y server /data'],
  [['--api-key', 'abc', '--port', '1'], 'npx --api-key [redacted] --port 1'],
  [['--token=abc', 'PASSWORD=x', '--verbose=1'], 'npx --token=[redacted] PASSWORD=[redacted] --verbose=1'],
  [['sk-1234567890abcdef'], 'npx [redacted]'],
  [['postgres://user:pass@host/db'], 'npx postgres://[redacted]@host/db'],
  [['two words'], 'npx "two words"'],
])('the address of %j is %s', (args, address) => {
  expect(describeAddress(stdio(args))).toBe(address);
});

test('an argument that repeats a secret of the environment is not shown', () => {
  expect(describeAddress(stdio(['hunter2hunter2'], { PASS: 'hunter2hunter2' }))).toBe('npx [redacted]');
});

test('a URL is shown without credentials and query values', () => {
  const definition = upstreamDefinition.parse({ url: 'https://user:pass@host.example/mcp?key=abc&mode=x' });
  expect(describeAddress(definition)).toBe(
    'https://[redacted]@host.example/mcp?key=[redacted]&mode=[redacted]',
  );
});

test('secrets of headers are blotted out with and without their scheme', () => {
  const definition = upstreamDefinition.parse({
    url: 'https://h.example/',
    headers: { Authorization: 'Bearer abcdef123' },
  });
  const redact = secretsRedactor(definition);
  expect(redact('sent Bearer abcdef123, that is abcdef123')).toBe('sent [redacted], that is [redacted]');
});

test('what an address holds is blotted out as it is, as it is written and as it is sent', () => {
  const url = 'https://some%2Buser:pass-word@h.example/?key=abc%20def&other=ghi-jkl';
  const redact = secretsRedactor(upstreamDefinition.parse({ url }));
  const basic = Buffer.from('some+user:pass-word').toString('base64');
  expect(redact(`${basic} some+user pass-word abc%20def "abc def" ghi-jkl`)).toBe(
    '[redacted] [redacted] [redacted] [redacted] "[redacted]" [redacted]',
  );
  const odd = secretsRedactor(upstreamDefinition.parse({ url: 'https://a%zz-user@h.example/' }));
  expect(odd('a%zz-user')).toBe('[redacted]');
});
