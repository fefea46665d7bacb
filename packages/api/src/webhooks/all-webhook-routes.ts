import type { RouteDescription } from '../route-description.ts';
import {
  addWebhook,
  changeWebhook,
  getWebhook,
  listDeliveries,
  listWebhooks,
  redeliver,
  removeWebhook,
  rotateWebhook,
  testWebhook,
} from './webhooks.ts';

/** The operations on webhooks, in the order of the document. */
export const allWebhookRoutes: readonly RouteDescription[] = [
  listWebhooks,
  addWebhook,
  getWebhook,
  changeWebhook,
  removeWebhook,
  rotateWebhook,
  testWebhook,
  listDeliveries,
  redeliver,
];
