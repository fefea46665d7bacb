import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { addUpstream, getUpstream } from '@signalbox/api';
import { permissions } from '@signalbox/sdk';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Stage, setStage } from './support/cast.ts';

const server = fileURLToPath(new URL('../fixtures/argv-mcp-server.mjs', import.meta.url));

let stage: Stage;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'signalbox-injection-'));
  stage = await setStage({ settings: { http: { port: 0, level: 'trusted' } } });
});
afterAll(async () => {
  await stage[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

/** What a shell, or a program that reads options, would do something with. */
function corpus(): string[] {
  const touch = `touch ${join(folder, 'marker')}`;
  const commands = [touch, `sh -c '${touch}'`, 'id', 'reboot', '{{7*7}}'];
  const frames: ((command: string) => string)[] = [
    (command) => `; ${command}`,
    (command) => `| ${command}`,
    (command) => `|| ${command}`,
    (command) => `&& ${command}`,
    (command) => `& ${command} &`,
    (command) => `$(${command})`,
    (command) => `\`${command}\``,
    (command) => `"; ${command}; "`,
    (command) => `'; ${command}; '`,
    (command) => `\n${command}\n`,
    (command) => `\r\n${command}`,
    (command) => `> ${join(folder, 'marker')} ${command}`,
    (command) => `<(${command})`,
    (command) => `\${IFS}${command}`,
    (command) => `--eval=${command}`,
    (command) => `--require ${command}`,
    (command) => `-c ${command}`,
    (command) => `%0a${command}`,
    (command) => `\u2028${command}`,
    (command) => `\uff1b ${command}`,
    (command) => `\u202e${command}`,
    (command) => `^& ${command}`,
    (command) => `%COMSPEC% /c ${command}`,
    (command) => `!${command}`,
    (command) => `~/${command}`,
    (command) => `*?[a-z] ${command}`,
    (command) => `\\"; ${command} #`,
    (command) => `$'\\x3b' ${command}`,
    (command) => `{a,b} ${command}`,
    (command) => `\u{e0041}${command}`,
    (command) => `--\t${command}`,
    (command) => `#\t${command}`,
    (command) => `=${command}`,
    (command) => `@${command}`,
    (command) => `file://${command}`,
    (command) => `\\\\host\\share ${command}`,
    (command) => `\${${command}}`,
    (command) => `$\{env:HOME} ${command}`,
    (command) => `%s%n ${command}`,
    (command) => `;;${command};;`,
  ];
  return frames.flatMap((frame) => commands.map(frame));
}

async function untilSettled(name: string): Promise<void> {
  for (;;) {
    const { state } = await stage.owner.request(getUpstream, { params: { name } });
    if (state === 'available') return;
    if (state === 'unavailable') throw new Error(`${name} did not start`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

describe('what a definition says', () => {
  test('reaches a server word by word, whatever a shell would make of it', async () => {
    const words = corpus();
    expect(words.length).toBeGreaterThanOrEqual(200);
    const env = Object.fromEntries(words.map((word, index) => [`X_${index}`, word]));
    const definition = { command: process.execPath, args: [server, ...words], env };
    await stage.owner.request(addUpstream, { body: { name: 'words', definition } });
    await untilSettled('words');
    const result = await stage.app.test.call('tool', 'words__given', { arguments: {} });
    const { content } = (result.kind === 'data' ? result.value : {}) as { content?: { text: string }[] };
    const given = JSON.parse(content?.[0]?.text ?? '{}') as { words: string[]; variables: object };
    expect(given.words).toEqual(words);
    expect(given.variables).toEqual(env);
    expect(existsSync(join(folder, 'marker'))).toBe(false);
  });

  test.each(['; touch marker', '$(touch marker)', 'node; id', '-e', '/bin/sh -c id', 'node\0id'])(
    'is one program, not a line for a shell: %j',
    async (command) => {
      const name = `p-${Buffer.from(command).toString('hex').slice(0, 20)}`;
      const adding = stage.owner.request(addUpstream, { body: { name, definition: { command } } });
      const added = await adding
        .then(
          () => untilSettled(name),
          (error: unknown) => error,
        )
        .catch((error: unknown) => error);
      expect(added).toBeInstanceOf(Error);
      expect(existsSync(join(folder, 'marker'))).toBe(false);
    },
  );
});

describe('to define what is started', () => {
  const definition = { command: process.execPath, args: [server] };

  test.each([
    ['an owner over the network', ['owner'], 'local'],
    ['an operator over the network', ['operator'], 'local'],
    ['the owner of another organization', ['owner'], 'acme'],
  ] as const)('is not for %s', async (who, roles, org) => {
    const person = await stage.addPerson(who.replaceAll(' ', '-'), roles, org);
    const client = stage.as((await stage.keyOf(person, permissions, org)).key);
    const adding = client.request(addUpstream, { body: { name: 'taken', definition } });
    await expect(adding).rejects.toMatchObject({ code: 'forbidden' });
    await expect(stage.owner.request(getUpstream, { params: { name: 'taken' } })).rejects.toMatchObject({
      code: 'not_found',
    });
  });

  test.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data'])(
    'is not for a form of another site, sent as %s',
    async (type) => {
      const response = await fetch(`${stage.url}/api/v1/upstreams`, {
        method: 'POST',
        headers: {
          'content-type': type,
          origin: 'https://evil.example',
          authorization: `Bearer ${stage.app.test.key}`,
        },
        body: JSON.stringify({ name: 'taken', definition }),
      });
      expect(response.status).toBe(403);
    },
  );
});
