export { gateway, gateway as default } from './gateway.ts';
export { previewTools } from './openapi/connect-api.ts';
export { gatewaySettings } from './settings.ts';
