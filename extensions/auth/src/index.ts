export { auth as default } from './extension.ts';
