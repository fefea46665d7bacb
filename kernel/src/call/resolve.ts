import { type CallRequest, isJsonObject, SignalboxError, type ViewName } from '@signalbox/sdk';
import type { Catalog } from '../catalog/catalog.ts';
import type { Found, View } from '../catalog/view.ts';

/** Stage 1: finds what the call is for. Errors: `not_found`, `invalid_params` for a malformed completion. */
export function resolve(catalog: Catalog, request: CallRequest): Found {
  const view = findView(catalog, request.view);
  const identity = request.resume?.identity ?? request.retry?.identity;
  const found = identity ? view.findIdentity(request.kind, identity) : findTarget(view, request);
  if (!found) throw notFound(request);
  return found;
}

/** A view by its name. Errors: `not_found`. */
export function findView(catalog: Catalog, name: ViewName): View {
  const view = catalog.view(name);
  if (view) return view;
  const [kind, id = ''] = name.split(/:(.*)/s);
  throw new SignalboxError(
    'not_found',
    `there is no ${kind} "${id}"; "signalbox server ls" shows what there is`,
  );
}

function findTarget(view: View, request: CallRequest): Found | undefined {
  switch (request.kind) {
    case 'tool':
      return view.findTool(request.target);
    case 'prompt':
      return view.findPrompt(request.target);
    case 'resource':
    case 'subscription':
      return view.findResource(request.target);
    case 'completion':
      return findCompletion(view, request);
    default:
      return request.kind satisfies never;
  }
}

function findCompletion(view: View, request: CallRequest): Found | undefined {
  const ref = request.params['ref'];
  if (isJsonObject(ref) && ref['type'] === 'ref/prompt') return view.findPrompt(request.target);
  if (isJsonObject(ref) && ref['type'] === 'ref/resource') {
    return view.findTemplate(request.target) ?? view.findResource(request.target);
  }
  throw new SignalboxError(
    'invalid_params',
    'a completion needs params.ref of type "ref/prompt" or "ref/resource"',
  );
}

/** What an unknown or invisible target is answered with: the two cannot be told apart. */
export function notFound(request: CallRequest): SignalboxError {
  const what = {
    tool: 'tool',
    prompt: 'prompt',
    resource: 'resource',
    subscription: 'resource',
    completion: 'prompt or template',
  };
  const target = request.target.slice(0, 200);
  return new SignalboxError(
    'not_found',
    `there is no ${what[request.kind]} "${target}" here; list them to see what there is`,
  );
}
