export { directoryExtension, directoryExtension as default } from './extension.ts';
export { type SetupLink, setupLink } from './setup/setup-link.ts';
