import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkEdit, connectText } from '../../src/clients/connect-text.ts';
import { undoText } from '../../src/clients/undo-text.ts';

const entry = { command: 'signalbox', args: ['mcp'] };
const json = { path: 'f.json', syntax: 'json', container: 'mcpServers' } as const;
const vscode = { path: 'mcp.json', syntax: 'json', container: 'servers' } as const;
const toml = { path: 'config.toml', syntax: 'toml', container: 'mcp_servers' } as const;
const fixture = (name: string): string =>
  readFileSync(new URL(`../fixtures/clients/${name}.txt`, import.meta.url), 'utf8');

describe('connect', () => {
  test('keeps comments, trailing commas, tabs and everything else', () => {
    const text = fixture('vscode-mcp.json');
    const added =
      '\t"servers": {\n\t\t"signalbox": {\n\t\t\t"command": "signalbox",\n\t\t\t"args": [\n\t\t\t\t"mcp"\n\t\t\t]\n\t\t},';
    expect(connectText(text, vscode, entry)).toBe(text.replace('\t"servers": {', added));
  });

  test('keeps Windows line ends and a byte order mark', () => {
    const text = '\ufeff{\r\n    "mcpServers": {\r\n        "a": {}\r\n    }\r\n}\r\n';
    expect(connectText(text, json, { command: 'x' })).toBe(
      '\ufeff{\r\n    "mcpServers": {\r\n        "signalbox": {\r\n            "command": "x"\r\n        },\r\n        "a": {}\r\n    }\r\n}\r\n',
    );
  });

  test.each([
    ['no file', '', '{\n  "mcpServers": {\n    "signalbox": {\n      "command": "x"\n    }\n  }\n}\n'],
    [
      'an empty object',
      '{}',
      '{\n  "mcpServers": {\n    "signalbox": {\n      "command": "x"\n    }\n  }\n}',
    ],
    [
      'no servers yet',
      '{\n  "a": 1\n}\n',
      '{\n  "mcpServers": {\n    "signalbox": {\n      "command": "x"\n    }\n  },\n  "a": 1\n}\n',
    ],
    [
      'an empty list of servers',
      '{\n  "mcpServers": {}\n}\n',
      '{\n  "mcpServers": {\n    "signalbox": {\n      "command": "x"\n    }\n  }\n}\n',
    ],
    [
      'an older entry of ours',
      '{\n  "mcpServers": {\n    "signalbox": { "command": "old" }, "b": {}\n  }\n}',
      '{\n  "mcpServers": {\n    "signalbox": {\n      "command": "x"\n    }, "b": {}\n  }\n}',
    ],
  ])('writes into %s', (_, text, expected) => {
    expect(connectText(text, json, { command: 'x' })).toBe(expected);
  });

  test('appends a table to TOML and leaves the rest', () => {
    const text = fixture('codex-config.toml');
    expect(connectText(text, toml, entry)).toBe(
      `${text}\n[mcp_servers.signalbox]\ncommand = "signalbox"\nargs = [ "mcp" ]\n`,
    );
  });

  test('replaces our table in the middle of TOML with its inner tables', () => {
    const text =
      'a = 1\n[mcp_servers.signalbox] # ours\nurl = "http://x"\n\n[mcp_servers.signalbox.http_headers]\nA = "b"\n\n# about b\n[b]\nc = [\n  [1],\n]\n';
    expect(connectText(text, toml, entry)).toBe(
      'a = 1\n[mcp_servers.signalbox]\ncommand = "signalbox"\nargs = [ "mcp" ]\n\n# about b\n[b]\nc = [\n  [1],\n]\n',
    );
  });

  test.each([
    ['JSON that is none', json, '{"mcpServers": ', 'parse_error'],
    ['JSON that is a list', json, '[]', 'parse_error'],
    ['servers that are no object', json, '{"mcpServers": []}', 'unsupported'],
    ['TOML that keeps its servers inline', toml, 'mcp_servers = { a = { command = "x" } }\n', 'unsupported'],
    ['TOML that is none', toml, 'a = = b', 'parse_error'],
  ])('refuses %s with a typed error', (_, target, text, code) => {
    expect(() => connectText(text, target, entry)).toThrow(expect.objectContaining({ code }));
  });
});

test.each([
  ['lost another server', '{"mcpServers":{"signalbox":{"command":"x"}}}'],
  ['changed another setting', '{"a":2,"mcpServers":{"b":{},"signalbox":{"command":"x"}}}'],
  ['did not write what was meant', '{"a":1,"mcpServers":{"b":{},"signalbox":{"command":"y"}}}'],
  ['broke the file', '{"a":1,"mcpServers":{"b":{},,}}'],
])('an edit that %s is never written', (_, edited) => {
  const before = { a: 1, mcpServers: { b: {} } };
  const right = '{"a":1,"mcpServers":{"b":{},"signalbox":{"command":"x"}}}';
  checkEdit(before, right, json, { command: 'x' });
  expect(() => checkEdit(before, edited, json, { command: 'x' })).toThrow(
    expect.objectContaining({ code: 'unsupported' }),
  );
});

describe('undo', () => {
  test.each([
    ['claude_desktop_config.json', json],
    ['claude.json', json],
    ['cursor-mcp.json', json],
    ['windsurf-mcp_config.json', json],
    ['vscode-mcp.json', vscode],
    ['codex-config.toml', toml],
  ] as const)('gives %s back byte for byte', (name, target) => {
    const text = fixture(name);
    const connected = connectText(text, target, entry);
    expect(connected).not.toBe(text);
    expect(undoText(connected, { text }, target)).toEqual({ text, isExact: true });
  });

  test('without a backup takes just our entry out', () => {
    const text = fixture('vscode-mcp.json');
    expect(undoText(connectText(text, vscode, entry), 'unknown', vscode)).toEqual({ text, isExact: false });
    const config = fixture('codex-config.toml');
    expect(undoText(connectText(config, toml, entry), 'unknown', toml)).toEqual({
      text: config,
      isExact: false,
    });
  });

  test('keeps what the user changed since', () => {
    const text = fixture('cursor-mcp.json');
    const edited = connectText(text, json, entry).replace('"linear"', '"linear-two"');
    expect(undoText(edited, { text }, json)).toEqual({
      text: text.replace('"linear"', '"linear-two"'),
      isExact: false,
    });
  });

  test('puts back what stood in our place, as it was written', () => {
    const text = '{\n  "mcpServers": {\n    "signalbox": {"command":"mine" /* keep */}\n  }\n}\n';
    const edited = connectText(text, json, entry).replace('{\n  "mcp', '{\n  "x": 1,\n  "mcp');
    const undone = undoText(edited, { text }, json);
    expect(undone).toEqual({ text: text.replace('{\n  "mcp', '{\n  "x": 1,\n  "mcp'), isExact: false });
  });

  test('removes a file that was not there, and the list we made in one that was edited', () => {
    const made = connectText('', json, entry);
    expect(undoText(made, 'no-file', json)).toBe('no-file');
    expect(undoText(made.replace('{', '{\n  "x": 1,'), 'no-file', json)).toEqual({
      text: '{\n  "x": 1\n}\n',
      isExact: false,
    });
  });

  test('leaves an entry that is not ours, and says when there is none', () => {
    const foreign = '{"mcpServers":{"signalbox":{"command":"other"}}}';
    expect(() => undoText(foreign, 'unknown', json)).toThrow(expect.objectContaining({ code: 'conflict' }));
    expect(() => undoText('{}', 'unknown', json)).toThrow(expect.objectContaining({ code: 'not_found' }));
  });

  const blank = fc.constantFrom('', ' ', '\n', '\r\n', '\n\n\t', ' /* c, { */ ', ' // } c\n', '\n  ');
  const key = fc.constantFrom('a', 'b', 'with space', 'ü', 'signalbox', 'mcpServers');
  const { value } = fc.letrec<{ value: string; object: string }>((tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      fc.constantFrom('1', 'null', 'true', '"x"', '"}, //"', '[]', '[1, /* x */ 2,]'),
      tie('object'),
    ),
    object: fc
      .tuple(
        fc.uniqueArray(fc.tuple(key, tie('value'), blank, blank), {
          selector: ([name]) => name,
          maxLength: 4,
        }),
        blank,
        fc.boolean(),
      )
      .map(([members, end, hasTail]) => {
        const texts = members.map(
          ([name, inner, before, after]) => `${before}${JSON.stringify(name)}:${after}${inner}${after}`,
        );
        return `{${texts.join(',')}${hasTail && texts.length > 0 ? ',' : ''}${end}}`;
      }),
  }));
  const file = fc.tuple(
    fc.constantFrom('', '\ufeff'),
    blank,
    value.filter((text) => text.startsWith('{')),
    blank,
  );

  test('any JSON file comes back byte for byte, or was refused and never written', () => {
    fc.assert(
      fc.property(file, (parts) => {
        const text = parts.join('');
        const connected = tryConnect(text);
        if (connected === undefined) return;
        expect(undoText(connected, { text }, json)).toEqual({ text, isExact: true });
      }),
      { numRuns: 2_000 },
    );
  });

  test('any JSON file with other servers comes back byte for byte even without its backup', () => {
    fc.assert(
      fc.property(value, blank, blank, fc.boolean(), (inner, before, after, hasTail) => {
        const text = `{${before}"mcpServers":${after}{${before}"other":${inner}${hasTail ? ',' : ''}${after}}${before}}`;
        expect(undoText(connectText(text, json, entry), 'unknown', json)).toEqual({ text, isExact: false });
      }),
      { numRuns: 2_000 },
    );
  });

  const line = fc.constantFrom(
    '',
    '# c [x]',
    'a = 1',
    'b = "[mcp_servers.signalbox]"',
    'c = [\n  [1, 2], # ]\n  ["]"],\n]',
    'd = """\n[mcp_servers.signalbox]\n\\"""" ',
    "e = '''\n[x]\n'''",
  );
  const table = fc.constantFrom(
    '[t]',
    '[mcp_servers.other]',
    '[mcp_servers.other.env]',
    '[[list]]',
    '[mcp_servers."sig.nalbox"]',
  );
  const tomlFile = fc
    .tuple(
      fc.uniqueArray(line, { maxLength: 4 }),
      fc.uniqueArray(fc.tuple(table, fc.uniqueArray(line, { maxLength: 3 })), {
        selector: ([name]) => name,
        maxLength: 4,
      }),
      fc.constantFrom('\n', '\r\n'),
      fc.boolean(),
    )
    .map(
      ([head, tables, lineEnd, hasEnd]) =>
        [...head, ...tables.flatMap(([name, lines]) => [name, ...lines])]
          .join('\n')
          .replaceAll('\n', lineEnd) + (hasEnd ? lineEnd : ''),
    );

  test('any TOML file comes back byte for byte, or was refused and never written', () => {
    let written = 0;
    fc.assert(
      fc.property(tomlFile, (text) => {
        const connected = tryConnect(text, toml);
        if (connected === undefined) return;
        written += 1;
        expect(undoText(connected, { text }, toml)).toEqual({ text, isExact: true });
      }),
      { numRuns: 1_000 },
    );
    expect(written).toBeGreaterThan(500);
  });
});

function tryConnect(text: string, target: typeof json | typeof toml = json): string | undefined {
  try {
    const connected = connectText(text, target, entry);
    return connected === text ? undefined : connected;
  } catch (error) {
    expect(error).toMatchObject({ code: expect.stringMatching(/parse_error|unsupported/) });
    return undefined;
  }
}
