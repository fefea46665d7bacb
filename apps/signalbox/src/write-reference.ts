import { mkdirSync, writeFileSync } from 'node:fs';
import { openApiReference } from './reference/openapi-reference.ts';

// Run by "npm run docs": writes the parts of docs/reference that are made from the code.
const folder = new URL('../../../docs/reference/', import.meta.url);
mkdirSync(folder, { recursive: true });
writeFileSync(new URL('openapi.json', folder), openApiReference());
