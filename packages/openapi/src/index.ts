export { type OpenApiDocument, openDocument } from './document/open-document.ts';
export { serverUrl, trimSlash } from './document/server-url.ts';
export { buildRequest, type HttpRequest } from './request/build-request.ts';
export { type Auth, type Credential, credentialsOf, readCredentials } from './request/credentials.ts';
export { itemsOf, nextPage, type PageRule, withItems } from './response/next-page.ts';
export { type CallValue, fromJsonValue, type HttpAnswer, toCallValue } from './response/to-call-value.ts';
export { SchemaBudget } from './schema/schema-budget.ts';
export { makeTools, type OpenApiTool, type ToolChanges, toTools } from './tools/to-tools.ts';
