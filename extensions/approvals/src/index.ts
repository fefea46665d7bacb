export { approvals as default, approvals } from './extension.ts';
