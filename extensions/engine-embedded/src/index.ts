export { engineEmbedded as default } from './extension.ts';
