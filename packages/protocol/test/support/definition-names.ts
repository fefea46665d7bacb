import { isJsonObject, type JsonObject, type JsonValue } from '@signalbox/sdk';
import { definitionsOf, type SchemaVersion } from './published-schemas.ts';

const ofTasks: { readonly [method: string]: string } = {
  'tasks/get': 'tasks:GetTaskRequest',
  'tasks/update': 'tasks:UpdateTaskRequest',
  'tasks/cancel': 'tasks:CancelTaskRequest',
  'notifications/tasks': 'tasks:TaskStatusNotification',
};

const results: { readonly [method: string]: string } = {
  initialize: 'InitializeResult',
  ping: 'EmptyResult',
  'server/discover': 'DiscoverResult',
  'tools/list': 'ListToolsResult',
  'tools/call': 'CallToolResult',
  'resources/list': 'ListResourcesResult',
  'resources/templates/list': 'ListResourceTemplatesResult',
  'resources/read': 'ReadResourceResult',
  'resources/subscribe': 'EmptyResult',
  'resources/unsubscribe': 'EmptyResult',
  'prompts/list': 'ListPromptsResult',
  'prompts/get': 'GetPromptResult',
  'completion/complete': 'CompleteResult',
  'logging/setLevel': 'EmptyResult',
  'subscriptions/listen': 'SubscriptionsListenResult',
  'elicitation/create': 'ElicitResult',
  'sampling/createMessage': 'CreateMessageResult',
  'roots/list': 'ListRootsResult',
  'tasks/get': 'GetTaskResult',
  'tasks/list': 'ListTasksResult',
  'tasks/cancel': 'CancelTaskResult',
  'tasks/result': 'CallToolResult',
};

/** The definition of a request or notification in the schema of a version; undefined when nobody on that side may send it. */
export function messageDefinition(
  version: SchemaVersion,
  from: 'client' | 'server',
  kind: 'Request' | 'Notification',
  method: string,
): string | undefined {
  if (version === '2026-07-28' && Object.hasOwn(ofTasks, method)) return ofTasks[method];
  return messagesOf(version, from, kind).find(([, each]) => each === method)?.[0];
}

/** Every definition one side may send, with its method. */
export function messagesOf(
  version: SchemaVersion,
  from: 'client' | 'server',
  kind: 'Request' | 'Notification',
): readonly (readonly [string, string])[] {
  const all = definitionsOf(version);
  const union = all[`${from === 'client' ? 'Client' : 'Server'}${kind}`];
  if (!union) return [];
  const references = Array.isArray(union['anyOf']) ? union['anyOf'] : [];
  const names = references.map(
    (each) =>
      textOf((each as JsonObject)['$ref'])
        .split('/')
        .at(-1) ?? '',
  );
  // One member is written out instead of referred to.
  const own = names.length > 0 ? names : ['CancelledNotification'];
  return own.map((name) => [name, methodOf(all[name])] as const);
}

/** The definition of the answer to a request. */
export function resultDefinition(
  version: SchemaVersion,
  request: JsonObject,
  result: JsonObject,
): string | undefined {
  const method = textOf(request['method']);
  if (version !== '2026-07-28') {
    const isTask = isJsonObject(request['params']) && isJsonObject(request['params']['task']);
    return isTask && method === 'tools/call' ? 'CreateTaskResult' : results[method];
  }
  if (result['resultType'] === 'task') return 'tasks:CreateTaskResult';
  if (result['resultType'] === 'input_required') return 'InputRequiredResult';
  if (method === 'tasks/get') return 'tasks:GetTaskResult';
  if (method.startsWith('tasks/')) return 'tasks:AcknowledgedResult';
  return results[method];
}

/** The methods of a version that are answered with a result of their own. */
export function answeredMethods(version: SchemaVersion): readonly string[] {
  const all = definitionsOf(version);
  return Object.entries(results).flatMap(([method, name]) =>
    all[name] && !method.startsWith('tasks/') && isSpoken(version, method) ? [method] : [],
  );
}

function isSpoken(version: SchemaVersion, method: string): boolean {
  const asked = ['elicitation/create', 'sampling/createMessage', 'roots/list'];
  return (
    asked.includes(method) || messagesOf(version, 'client', 'Request').some(([, each]) => each === method)
  );
}

function methodOf(definition: JsonObject | undefined): string {
  const properties = definition?.['properties'];
  const method = isJsonObject(properties) ? properties['method'] : undefined;
  return isJsonObject(method) ? textOf(method['const']) : '';
}

/** The definition a result of this method has; undefined where there is none. */
export function resultName(method: string): string | undefined {
  return results[method];
}

function textOf(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : '';
}
