import { makePlan, parsePipeline, pipelineJsonSchema } from '@signalbox/pipeline';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import { call } from '../support/run.ts';

const nested = (depth: number): Record<string, unknown> =>
  depth === 0 ? call('in') : { id: `s${depth}`, steps: [nested(depth - 1)] };

const wrong: readonly [string, Record<string, unknown>, string, RegExp][] = [
  ['no steps', {}, 'steps', /./],
  ['an unknown field', { steps: [call('a', { timeout: 3 })] }, 'steps.0', /timeout/],
  ['an id that cannot be', { steps: [call('__proto__')] }, 'steps.0.id', /begin with a letter/],
  ['a step that does nothing', { steps: [{ id: 'a' }] }, 'steps.0', /does nothing.*"uses"/],
  [
    'a step that does two things',
    { steps: [call('a', { sleep: 1 })] },
    'steps.0',
    /"uses", "sleep"; make a step of each/,
  ],
  ['a loop of nothing', { steps: [{ id: 'a', foreach: { in: [] } }] }, 'steps.0', /needs "steps"/],
  ['an else without if', { steps: [call('a', { else: [call('b')] })] }, 'steps.0.else', /needs an "if"/],
  [
    'retries of what is no call',
    { steps: [{ id: 'a', sleep: 1, max_retries: 1 }] },
    'steps.0.max_retries',
    /no meaning with "sleep"/,
  ],
  [
    'retries said twice',
    { steps: [call('a', { max_retries: 1, retry: { max: 2 } })] },
    'steps.0.max_retries',
    /keep one/,
  ],
  ['too many retries', { steps: [call('a', { max_retries: 21 })] }, 'steps.0.max_retries', /20/],
  [
    'a number too wide',
    { steps: [{ id: 'a', foreach: { in: [], max_parallel: 51 }, steps: [call('b')] }] },
    'steps.0.foreach.max_parallel',
    /50/,
  ],
  [
    'an error handler that cannot be',
    { steps: [call('a', { on_error: { steps: [] } })] },
    'steps.0.on_error.steps',
    /./,
  ],
  [
    'two steps of one name',
    { steps: [call('a'), call('b', { save_as: 'a' })] },
    'steps.1.save_as',
    /also the name of steps.0/,
  ],
  [
    'more than 200 steps',
    { steps: Array.from({ length: 201 }, (_, index) => call(`a${index}`)) },
    'steps',
    /201, more than 200/,
  ],
  [
    'steps too deep',
    { steps: [nested(8)] },
    'steps.0.steps.0.steps.0.steps.0.steps.0.steps.0.steps.0.steps.0.steps',
    /deeper than 8/,
  ],
  [
    'a jump back',
    { steps: [call('a'), call('b', { on_error: { goto: 'a' } })] },
    'steps.1.on_error.goto',
    /later step/,
  ],
  [
    'a circle',
    { steps: [call('a', { needs: ['b'] }), call('b', { needs: ['a'] })] },
    'steps.0.needs.0',
    /circle/,
  ],
  [
    'a need of nobody',
    { steps: [call('a', { needs: ['x'] })] },
    'steps.0.needs.0',
    /no step of the same list/,
  ],
  [
    'a step that comes later',
    { steps: [call('a', { with: { x: '${steps.b}' } }), call('b')] },
    'steps.0.with.x',
    /not sure to have ended/,
  ],
  [
    'a step that does not exist',
    { steps: [call('a', { with: { x: '${steps.z.y}' } })] },
    'steps.0.with.x',
    /"z", which does not exist/,
  ],
  [
    'a step of another branch',
    { steps: [{ id: 'p', parallel: { steps: [call('a'), call('b', { if: 'steps.a.ok' })] } }] },
    'steps.0.parallel.steps.1.0.if',
    /not sure/,
  ],
  [
    'a step inside a loop, from outside',
    { steps: [{ id: 'l', foreach: { in: [] }, steps: [call('a')] }, call('b', { if: 'steps.a' })] },
    'steps.1.if',
    /none inside a loop/,
  ],
  [
    'an item outside of a loop',
    { steps: [call('a', { with: { x: '${item}' } })] },
    'steps.0.with.x',
    /in loops only/,
  ],
  [
    'something done with a secret',
    { steps: [call('a', { with: { x: "${join('', [secrets.k])}" } })] },
    'steps.0.with.x',
    /written \$\{secrets\.name\} and nothing else/,
  ],
  [
    'a secret or something else',
    { steps: [call('a', { with: { x: "${secrets.k || 'none'}" } })] },
    'steps.0.with.x',
    /nothing else between the braces/,
  ],
  [
    'all secrets',
    { steps: [call('a', { with: { x: '${secrets}' } })] },
    'steps.0.with.x',
    /nothing else between the braces/,
  ],
  [
    'a secret with another kind of name',
    { steps: [call('a', { with: { x: '${secrets.API_KEY}' } })] },
    'steps.0.with.x',
    /names are of a-z/,
  ],
  [
    'something that goes by the name of secrets',
    { steps: [{ id: 'l', foreach: { in: [], as: 'secrets' }, steps: [call('a')] }] },
    'steps.0.foreach.as',
    /"secrets" is taken/,
  ],
  ...(
    [
      ['if', 'steps.0.if', { steps: [call('a', { if: 'secrets.k' })] }],
      [
        'a key of the cache',
        'steps.0.cache.key',
        { steps: [call('a', { cache: { key: '${secrets.k}', ttl: '1m' } })] },
      ],
      ['set', 'steps.0.set.v', { steps: [{ id: 'a', set: { v: '${secrets.k}' } }] }],
      ['an output', 'output', { steps: [call('a')], output: '${secrets.k}' }],
      ['an output in between', 'steps.0.output', { steps: [{ id: 'a', output: '${secrets.k}' }] }],
      [
        'params of a task',
        'steps.0.with.x',
        { steps: [{ id: 'a', call: 't', with: { x: '${secrets.k}' } }] },
      ],
      [
        'what to wait for',
        'steps.0.wait.match',
        { steps: [{ id: 'a', wait: { event: 't', match: 'secrets.k' } }] },
      ],
      [
        'a question',
        'steps.0.approve.message',
        { steps: [{ id: 'a', approve: { message: '${secrets.k}' } }] },
      ],
      [
        'a list',
        'steps.0.foreach.in',
        { steps: [{ id: 'l', foreach: { in: '${secrets.k}' }, steps: [call('a')] }] },
      ],
      [
        'what is collected',
        'steps.0.foreach.collect',
        { steps: [{ id: 'l', foreach: { in: [], collect: '${secrets.k}' }, steps: [call('a')] }] },
      ],
      [
        'while',
        'steps.0.while.condition',
        { steps: [{ id: 'l', while: { condition: 'secrets.k' }, steps: [call('a')] }] },
      ],
      [
        'a case',
        'steps.0.switch.cases.0.when',
        { steps: [{ id: 's', switch: { cases: [{ when: 'secrets.k', steps: [call('a')] }] } }] },
      ],
      ['a pause', 'steps.0.sleep', { steps: [{ id: 'a', sleep: '${secrets.k}' }] }],
    ] as const
  ).map(([where, at, pipeline]): [string, object, string, RegExp] => [
    `a secret in ${where}`,
    pipeline,
    at,
    /stand only in "with" of a step that "uses" a tool/,
  ]),
  [
    'a root that does not exist',
    { steps: [call('a', { with: { x: '${stesp.k}' } })] },
    'steps.0.with.x',
    /there are params, steps/,
  ],
  ['true as a name', { steps: [call('a', { if: 'true' })] }, 'steps.0.if', /backticks/],
  [
    'a variable nobody sets',
    { steps: [call('a', { with: { x: '${vars.k}' } })] },
    'steps.0.with.x',
    /variable nothing sets/,
  ],
  [
    'a variable set beside others',
    { steps: [{ id: 'p', parallel: { steps: [{ id: 'a', set: { v: 1 } }, call('b')] } }] },
    'steps.0.parallel.steps.0.0.set',
    /same time/,
  ],
  [
    'a template that is never closed',
    { steps: [call('a', { with: { x: 'a ${steps' } })] },
    'steps.0.with',
    /closed/,
  ],
  [
    'a pattern',
    { steps: [call('a', { validate: { properties: { x: { pattern: '(a+)+$' } } } })] },
    'steps.0.validate.properties.x',
    /"pattern" is not supported/,
  ],
  [
    'no JSON Schema',
    { steps: [call('a', { validate: { type: 'foo' } })] },
    'steps.0.validate.type',
    /has to be one of null/,
  ],
];
test.each(wrong)('%s is refused with path and what to do', (_name, definition, path, message) => {
  let thrown: unknown;
  try {
    makePlan(definition);
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toMatchObject({ code: 'invalid_params' });
  expect((thrown as { details: unknown }).details).toContainEqual({
    path,
    message: expect.stringMatching(message),
  });
});

test('a definition too deep to be read is refused without a stack overflow', () => {
  let deep: unknown = [];
  for (let depth = 0; depth < 100_000; depth++) deep = [deep];
  expect(() => parsePipeline({ steps: deep })).toThrow(/deeper than 100 levels/);
  expect(() => parsePipeline({ steps: Array.from({ length: 60_000 }, () => 1) })).toThrow(
    /more than 50000 values/,
  );
});

test('the field may be called pipeline, as Ordinaut has it', () => {
  expect(parsePipeline({ pipeline: [call('a')] })).toEqual(parsePipeline({ steps: [call('a')] }));
});

test('the published JSON Schema takes what the parser takes, and describes it', () => {
  const schema = pipelineJsonSchema();
  const check = new Ajv2020({ strict: false, validateFormats: false }).compile(schema);
  expect(
    check({ steps: [call('a', { save_as: 'b', if: 'params.x', timeout_seconds: 3, max_retries: 1 })] }),
  ).toBe(true);
  expect(check({ steps: [call('a', { nonsense: 1 })] })).toBe(false);
  expect(JSON.stringify(schema)).toContain('Unique in the pipeline');
});
