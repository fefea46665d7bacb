import { allRoutes } from '@signalbox/api';
import { openApiDocument } from '@signalbox/kernel';
import { SignalboxError } from '@signalbox/sdk';

/** The OpenAPI document of the management API, as `docs/reference/openapi.json` keeps it. */
export function openApiReference(): string {
  const routes = allRoutes.map((description) => ({ ...description, handle: notServed }));
  const document = openApiDocument(routes, { title: 'Signalbox management API', version: 'v1' });
  return `${JSON.stringify(document, null, 2)}\n`;
}

function notServed(): never {
  throw new SignalboxError('unsupported', 'a description for the document serves nothing; start a hub');
}
