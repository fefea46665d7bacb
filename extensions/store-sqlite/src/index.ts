export { type BackupStoreOptions, backupStore } from './backup-store.ts';
export { checkStore } from './check-store.ts';
export { storeSqlite, storeSqlite as default } from './extension.ts';
export { openSqliteStore, type SqliteStore, type SqliteStoreOptions } from './open-sqlite-store.ts';
export { type RestoredStore, type RestoreStoreOptions, restoreStore } from './restore-store.ts';
