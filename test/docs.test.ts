import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { makeHome } from './support/home.ts';
import { root } from './support/paths.ts';

const home = makeHome();
afterAll(() => home[Symbol.dispose]());

const guides = readdirSync(join(root, 'docs/guides')).map((file) => `docs/guides/${file}`);
const pages = ['README.md', ...guides].map((file) => ({
  file,
  text: readFileSync(join(root, file), 'utf8'),
}));

/** The blocks of one language on every page. */
function blocks(language: string): { file: string; text: string }[] {
  return pages.flatMap(({ file, text }) =>
    [...text.matchAll(/```(\w+)\n([\s\S]*?)```/g)].flatMap((match) =>
      match[1] === language ? [{ file, text: match[2] ?? '' }] : [],
    ),
  );
}

const commands = [
  ...new Set(
    blocks('sh').flatMap(({ text }) =>
      [...text.matchAll(/^npx signalbox ([a-z]+)(?: ([a-z]+))?([^#\n]*)/gm)].map((match) =>
        `${match[1]} ${match[2] ?? ''}`.trim(),
      ),
    ),
  ),
];

test('the pages show commands', () => {
  expect(commands.length).toBeGreaterThan(10);
});

test.each(commands)('"signalbox %s" of the pages exists', async (words) => {
  const [command = '', sub] = words.split(' ');
  const help = await home.signalbox([command, '--help']);
  expect(help.code).toBe(0);
  const hasCommands = /^Commands:$/m.test(help.stdout);
  if (sub !== undefined && hasCommands) expect(help.stdout).toMatch(new RegExp(`^  ${sub}\\b`, 'm'));
});

const options = blocks('sh').flatMap(({ file, text }) =>
  [...text.matchAll(/^npx signalbox ([a-z]+)(?: ([a-z]+))?([^#\n]*)/gm)].flatMap((match) =>
    [...((match[3] ?? '').split(' -- ')[0] ?? '').matchAll(/ (--[a-z-]+)/g)].map((option) => ({
      file,
      words: [match[1] ?? '', match[2] ?? ''],
      option: option[1] ?? '',
    })),
  ),
);

test.each(options)('$option of "$words" in $file exists', async ({ words, option }) => {
  const [command = '', sub = ''] = words;
  const helps = await Promise.all(
    [
      [command, '--help'],
      [command, sub, '--help'],
    ].map((each) => home.signalbox(each.filter(Boolean))),
  );
  expect(helps.some(({ stdout }) => stdout.includes(option))).toBe(true);
});

test.each(blocks('yaml').map(({ file, text }, index) => ({ name: `${file} #${index}`, text })))(
  'the settings in $name are right',
  async ({ text }) => {
    // Settings that name an extension need it beside them; the example has both.
    const file = text.includes('weather.ts')
      ? join(root, 'examples/own-tool/signalbox.yaml')
      : home.write('docs.yaml', text);
    const run = await home.signalbox(['config', 'check', '--config', file], {
      env: { GITHUB_TOKEN: 'x'.repeat(10), DOCS_TOKEN: 'x'.repeat(10) },
    });
    expect(run).toMatchObject({ code: 0 });
  },
);
