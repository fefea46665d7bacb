// Performs one scenario of the client suite with the hub's own connector: the suite gives the URL of its server as the last
// word and the name of the scenario in the environment. Every tool it offers is called through the gate of a real hub.
import type { CallRequest, JsonObject } from '@signalbox/sdk';
import { catalogReader, isJsonObject } from '@signalbox/sdk';
import { answerQuestion } from './answer-question.ts';
import { argumentsFor, type PlannedCall } from './arguments-for.ts';
import { startHub } from './start-hub.ts';

const url = process.argv.at(-1) ?? '';
const context = JSON.parse(process.env['MCP_CONFORMANCE_CONTEXT'] ?? '{}') as { toolCalls?: PlannedCall[] };
const capabilities = { elicitation: { form: {}, url: {} }, sampling: {}, roots: {} };

await using hub = await startHub({ suite: { url, callTimeoutMs: 20_000, startTimeoutMs: 10_000 } });
const catalog = hub.hub.services.get(catalogReader);
const way: Partial<CallRequest> = {
  view: 'upstream:suite',
  channels: { capabilities, ask: (question) => Promise.resolve(answerQuestion(question)) },
};

const tools = catalog.items('tool');
for (const { name, args } of argumentsFor(tools, context.toolCalls)) {
  await attempt(name, hub.call('tool', name, { arguments: args }, way));
}
for (const { originalName } of catalog.items('resource')) {
  await attempt(originalName, hub.call('resource', originalName, { uri: originalName }, way));
}
for (const { originalName } of catalog.items('prompt')) {
  await attempt(originalName, hub.call('prompt', originalName, {}, way));
}

/** What a server answers is the suite's to judge; the scenario goes on. */
async function attempt(name: string, call: Promise<unknown>): Promise<void> {
  try {
    const result = await call;
    const value: JsonObject = isJsonObject(result) ? result : {};
    process.stdout.write(`${name}: ${JSON.stringify(value).slice(0, 200)}\n`);
  } catch (error) {
    process.stdout.write(`${name}: ${String(error)}\n`);
  }
}
