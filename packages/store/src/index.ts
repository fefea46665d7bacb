export { type Database, type DatabaseReport, type Dialect, database, type Migration, type Row } from './database.ts';
