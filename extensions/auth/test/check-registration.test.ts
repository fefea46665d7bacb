import { expectCode } from '@signalbox/sdk/expect-code';
import { expect, test } from 'vitest';
import { checkRegistration } from '../src/server/check-registration.ts';

const register = (uris: unknown, more: object = {}) =>
  checkRegistration({ client_name: 'App', redirect_uris: uris, ...more });

test.each([
  'https://app.example/cb',
  'https://app.example:8443/cb?x=1',
  'https://xn--e1afmkfd.example/cb',
  'http://127.0.0.1/cb',
  'http://127.0.0.1:33418/cb',
  'http://[::1]:33418/cb',
  'http://localhost:6274/oauth/callback',
])('a client may be sent back to %s', (uri) => {
  expect(register([uri])).toMatchObject({ redirect_uris: [uri] });
});

test.each([
  'http://app.example/cb',
  'http://localhost.evil.example/cb',
  'http://127.0.0.1.evil.example/cb',
  'http://127.0.0.2/cb',
  'http://0.0.0.0/cb',
  'http://[::]/cb',
  'http://[::ffff:127.0.0.1]/cb',
  'http://169.254.169.254/cb',
  'http://10.0.0.1/cb',
  'http://LOCALHOST.example/cb',
  'https://app.example/cb#fragment',
  'https://app.example/cb#',
  'https://user@app.example/cb',
  'https://user:secret@app.example/cb',
  'https://@app.example/cb',
  'https://app.example\\@evil.example/cb',
  'https:\\\\app.example/cb',
  'https:/app.example/cb',
  'https:app.example/cb',
  '//app.example/cb',
  '/cb',
  'cb',
  '',
  ' https://app.example/cb',
  'https://app.example/cb ',
  'https://app.example/c b',
  'https://app.example/\ncb',
  'https://app.example/\u0000cb',
  'https://app.example/\u202ecb',
  'https://аpp.example/cb',
  'https://app.example／cb',
  'https://*.example/cb',
  'https://app.example./cb',
  'https://',
  'https:///cb',
  'javascript:alert(1)',
  'javascript://app.example/%0aalert(1)',
  'data:text/html,x',
  'vbscript:x',
  'file:///etc/passwd',
  'ftp://app.example/cb',
  'ws://app.example/cb',
  'blob:https://app.example/x',
  'about:blank',
  'cursor://anysphere/cb',
  'urn:ietf:wg:oauth:2.0:oob',
  'https://app.example/<script>',
  'https://app.example/"onload="x',
  `https://app.example/${'x'.repeat(2_000)}`,
])('no client is sent to %j', (uri) => {
  expectCode('invalid_params', () => register([uri]));
});

test.each([
  ['no list', 'https://app.example/cb'],
  ['an empty list', []],
  ['more than ten', Array.from({ length: 11 }, (_, index) => `https://app.example/${index}`)],
  ['a number', [7]],
])('the redirections of a client are not %s', (_what, uris) => {
  expectCode('invalid_params', () => register(uris));
});

test.each([
  ['text that is too long', 'x'.repeat(101)],
  ['nothing', ''],
  ['spaces', '   '],
  ['a number', 7],
  ['a mark that turns the direction', 'Cl\u202eaude'],
  ['an isolate', 'Cl\u2066aude'],
  ['a mark nobody sees', 'Cl\u200baude'],
  ['a soft hyphen', 'Cl\u00adaude'],
  ['a new line', 'Claude\nverified'],
  ['a tag character', 'Claude\u{e0041}'],
])('the name of a client is not %s', (_what, name) => {
  expectCode('invalid_params', () => register(['https://app.example/cb'], { client_name: name }));
});

test('a client brings no keys and no addresses the hub would fetch', () => {
  for (const name of ['jwks_uri', 'jwks', 'sector_identifier_uri'])
    expectCode('invalid_params', () =>
      register(['https://app.example/cb'], { [name]: 'https://10.0.0.1/k' }),
    );
  expect(
    register(['https://app.example/cb'], {
      request_uris: ['https://10.0.0.1/'],
      scope: 'tools:call',
      odd: 1,
    }),
  ).toEqual({
    client_name: 'App',
    redirect_uris: ['https://app.example/cb'],
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    token_endpoint_auth_method: 'none',
    application_type: 'web',
  });
});
