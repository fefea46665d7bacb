export { vault as default, vault } from './extension.ts';
