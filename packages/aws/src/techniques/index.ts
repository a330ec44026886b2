export { awsTechniques } from './aws-techniques.ts';
