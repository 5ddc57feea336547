// `npm start`: builds what changed, then runs the service in this very process.
import { build } from './build.mjs';

build();
await import('../service/src/main.ts');
