import { makeEngineTemporal } from './extension.ts';

export default makeEngineTemporal();
