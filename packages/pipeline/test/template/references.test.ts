import { describe, expect, test } from 'vitest';
import { compileCondition, compileTemplate } from '../../src/index.ts';
import { failureOf } from '../support.ts';

describe('what an expression reads is known before it is evaluated', () => {
  test.each<[string, readonly string[]]>([
    ['steps.weather.temperature', ['steps.weather.temperature']],
    ['steps.weather.alerts[*].text', ['steps.weather.alerts']],
    ['steps.weather.alerts[?level == steps.x].text', ['steps.weather.alerts']],
    ['steps.weather.alerts[0].text', ['steps.weather.alerts']],
    ['steps.weather.*.text', ['steps.weather']],
    ['steps.*', ['steps']],
    ['steps', ['steps']],
    ['values(secrets)', ['secrets']],
    ['(secrets).token', ['secrets.token']],
    ['(secrets || params).token', ['secrets', 'params']],
    ['secrets | token', ['secrets.token']],
    ['@.secrets.token', ['secrets.token']],
    ['@ | secrets', ['secrets']],
    ['@.{a: secrets.token}', ['secrets.token']],
    ['[params.a, {b: steps.c.d}]', ['params.a', 'steps.c.d']],
    ['params.a && !steps.b || event.c == run.d', ['params.a', 'steps.b', 'event.c', 'run.d']],
    ['sort_by(steps.list, &vars.x)', ['steps.list']],
    ['map(&@, steps.list)', ['steps.list']],
    ['steps."odd name".x', ['steps.odd name.x']],
    ['steps.a[].b[] | [0].c', ['steps.a']],
    ['steps.a | steps.b', ['steps.a.steps.b']],
    ['`{"a": 1}`.a', []],
    ['now+1d', []],
    ['scheduled_at.date', []],
    ['nowhere.x', ['nowhere.x']],
  ])('%s', (expression, paths) => {
    expect(compileTemplate(`\${${expression}}`).references.map(({ path }) => path)).toEqual(paths);
    expect(compileCondition(expression).references.map(({ path }) => path)).toEqual(paths);
  });

  test('with root, name, and where it stands', () => {
    expect(compileTemplate({ to: ['x ${ steps.weather.t } ${steps}'] }).references).toEqual([
      { root: 'steps', name: 'weather', path: 'steps.weather.t', position: 6, at: '/to/0' },
      { root: 'steps', path: 'steps', position: 26, at: '/to/0' },
    ]);
    expect(compileCondition('  ${ params.a }').references).toEqual([
      { root: 'params', name: 'a', path: 'params.a', position: 6, at: '' },
    ]);
  });
});

test.each([
  '@',
  '*',
  '*.x',
  '[*]',
  '[]',
  '[0]',
  '[?a]',
  '@.*',
  'keys(@)',
  'to_string(@)',
  '[@]',
  '{a: @}',
  '@ | @',
  '@[0]',
  '!@',
  'params.a || @',
])('%s would read everything, secrets included, and is refused', (expression) => {
  for (const compile of [() => compileTemplate(`\${${expression}}`), () => compileCondition(expression)]) {
    expect(failureOf(compile)).toMatchObject({
      code: 'invalid_params',
      message: expect.stringContaining('this would read everything there is'),
    });
  }
});
