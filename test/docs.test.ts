import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { makeHome, type Run } from './support/home.ts';
import { checkoutProgram, root } from './support/paths.ts';

const home = makeHome();
afterAll(() => home[Symbol.dispose]());

const guides = readdirSync(join(root, 'docs/guides'))
  .filter((file) => file.endsWith('.md'))
  .map((file) => `docs/guides/${file}`);
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

const shown = pages.flatMap(({ text }) => [
  ...text.matchAll(/(?:^|[`|] ?)(?:npx )?signalbox ([a-z]+)(?: ([a-z]+))?/gm),
]);

/** Commands that messages and examples of the sources name, such as the hint `see "signalbox server logs x"`. */
const hinted = ['packages', 'kernel', 'extensions', 'apps']
  .flatMap((room) =>
    readdirSync(join(root, room), { recursive: true, encoding: 'utf8' }).map((file) => join(room, file)),
  )
  .filter((file) => /[\\/]src[\\/].*\.ts$/.test(file) && !file.includes('node_modules'))
  .flatMap((file) => [
    ...readFileSync(join(root, file), 'utf8').matchAll(/["']signalbox ([a-z]+)(?: ([a-z]+))?/g),
  ]);

const commands = [
  ...new Set([...shown, ...hinted].map((match) => `${match[1]} ${match[2] ?? ''}`.trim())),
].toSorted();

test('the pages and the sources name commands', () => {
  expect({ shown: shown.length > 10, hinted: hinted.length > 50 }).toEqual({ shown: true, hinted: true });
});

/** The help of each command, asked for once. */
const helps = new Map<string, Promise<Run>>();

function helpOf(...words: readonly string[]): Promise<Run> {
  const key = words.join(' ');
  const help = helps.get(key) ?? home.signalbox([...words, '--help']);
  helps.set(key, help);
  return help;
}

test.each(commands)('"signalbox %s" of the pages or the sources exists', async (words) => {
  const [command = '', sub] = words.split(' ');
  const help = await helpOf(command);
  // For a command that does not exist the help of the program comes, and with 0.
  expect(help.stdout).toMatch(new RegExp(`^Usage: signalbox ${command}\\b`));
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
  const texts = await Promise.all([helpOf(command), ...(sub === '' ? [] : [helpOf(command, sub)])]);
  expect(texts.some(({ stdout }) => stdout.includes(option))).toBe(true);
});

/** Settings of the engine that is installed apart are checked where it is; in CI it always is. */
const canCheck = ({ text }: { readonly text: string }): boolean =>
  !text.includes('driver: temporal') ||
  existsSync(join(root, 'extensions/engine-temporal/node_modules/@temporalio/worker'));

test.each(
  blocks('yaml')
    .filter(canCheck)
    .map(({ file, text }, index) => ({ name: `${file} #${index}`, text })),
)('the settings in $name are right', async ({ text }) => {
  // Settings that name an extension need it beside them; the example has both.
  const file = text.includes('weather.ts')
    ? join(root, 'examples/own-tool/signalbox.yaml')
    : home.write('docs.yaml', text);
  // Extensions of the checkout are found from there.
  const words = [checkoutProgram, 'config', 'check', '--config', file];
  const run = await home.run(process.execPath, words, {
    env: Object.fromEntries(
      ['GITHUB_TOKEN', 'DOCS_TOKEN', 'REPORTS_SECRET', 'COMPANY_SECRET', 'WIKI_SECRET'].map((name) => [
        name,
        'x'.repeat(10),
      ]),
    ),
  });
  expect(run).toMatchObject({ code: 0 });
});
