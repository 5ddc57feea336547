/** Mistakes in showing licences and redeeming what is shown. */
import type { Mutation } from './mutation.ts';

export const DISCLOSURES: readonly Mutation[] = [
  {
    name: 'disclose fields whatever the verdict',
    file: 'service/src/disclosure/prepareDisclosure.ts',
    search: "report.indication === 'TOTAL-PASSED' && order.fields !== null",
    replace: 'order.fields !== null',
    tests: ['service/disclosure/prepareDisclosure.test.ts'],
  },
  {
    name: 'claim a presentation without asking anew',
    file: 'service/src/store/sqlite/sqlitePresentations.ts',
    search: '        if (refusal !== null) return refusal;\n',
    replace: '',
    tests: ['service/store/presentations.test.ts'],
  },
  {
    name: 'claim a presentation without its records',
    file: 'service/src/store/sqlite/sqlitePresentations.ts',
    search: '        insert();\n        return null;\n',
    replace: '        return null;\n',
    tests: ['service/store/presentations.test.ts'],
  },
  {
    name: 'count no wrong spoken code',
    file: 'service/src/store/sqlite/sqlitePresentations.ts',
    search: '        failures.add(place.by, limits, at);\n',
    replace: '',
    tests: ['service/store/presentations.test.ts'],
  },
  {
    name: 'redeem spoken digits at any window',
    file: 'service/src/store/presentations.ts',
    search: "  if (window !== null && window !== place.window) return 'OTHER_WINDOW';\n",
    replace: '',
    tests: ['service/store/presentationRules.test.ts'],
  },
];
