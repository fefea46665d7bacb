export { webhooks as default } from './extension.ts';
