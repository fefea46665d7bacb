export { owner } from './access/authenticate.ts';
export { markOwnerKeyShown } from './access/owner-key.ts';
export { type ChainSource, storeSource } from './audit/chain-source.ts';
export { exportSource, readAnchors } from './audit/read-audit-lines.ts';
export { verifyAudit } from './audit/verify-audit.ts';
export { type CoreSettings, coreSettings, type EndpointSettings } from './config/core-settings.ts';
export { type ExplainedSetting, explainSettings } from './config/explain-settings.ts';
export {
  loadSettings,
  readSettingsFile,
  type Settings,
  type SettingsSources,
  settingsJsonSchema,
} from './config/load-settings.ts';
export { openApiDocument } from './http/openapi.ts';
export { type Hub, startHub } from './hub.ts';
export type { HubOptions } from './hub-options.ts';
export type { LogSink } from './observe/hub-log.ts';
