export { storePostgres, storePostgres as default } from './extension.ts';
export { openPostgresStore, type PostgresStore, type PostgresStoreOptions } from './open-postgres-store.ts';
