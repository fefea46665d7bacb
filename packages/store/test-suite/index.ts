export { describeStore } from './describe-store.ts';
export { openSampleStore, type SampleStore, sampleRow } from './sample-store.ts';
export { type SampleTables, sampleMigrations, sampleOwner } from './sample-tables.ts';
export type { OpenStore, StorePlace, StoreUnderTest, TestBounds } from './store-under-test.ts';
