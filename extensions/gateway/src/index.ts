export { gateway, gateway as default } from './gateway.ts';
export { gatewaySettings } from './settings.ts';
