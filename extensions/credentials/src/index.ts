export { credentials, credentials as default } from './extension.ts';
