import { mkdirSync, writeFileSync } from 'node:fs';
import { referencePages } from './reference/reference-pages.ts';

// Run by "npm run docs": writes the parts of docs/reference that are made from the code.
const folder = new URL('../../../docs/reference/', import.meta.url);
mkdirSync(folder, { recursive: true });
for (const [name, text] of Object.entries(await referencePages())) writeFileSync(new URL(name, folder), text);
