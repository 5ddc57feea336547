/** Mistakes in judging certificates. */
import type { Mutation } from './mutation.ts';

export const PATHS: readonly Mutation[] = [
  {
    name: 'skip path validation',
    file: 'service/src/pki/certificationPath.ts',
    search: '    authorities,\n    pathLength,\n',
    replace: '',
    tests: ['service/pki/certificationPath.test.ts'],
  },
  {
    name: 'accept a name that an authority may not certify',
    file: 'service/src/pki/nameConstraints.ts',
    search: '!forbidden.some(matches.touches)',
    replace: 'true',
    tests: ['service/pki/nameConstraints.test.ts'],
  },
  {
    name: 'believe a forged revocation list',
    file: 'service/src/pki/revocation/crlSigner.ts',
    search: "if (outcome !== 'valid') {",
    replace: "if (outcome === 'unsupported') {",
    tests: ['service/pki/revocation/checkRevocation.test.ts'],
  },
  {
    name: 'clear a certificate by a list that is too old',
    file: 'service/src/pki/revocation/freshness.ts',
    search: 'provenAt <= nextUpdate',
    replace: 'thisUpdate <= nextUpdate',
    tests: ['service/pki/revocation/checkRevocation.test.ts'],
  },
  {
    name: 'pass a revocation that the signature is not proven to precede',
    file: 'service/src/pki/revocation/checkRevocation.ts',
    search: "revokedAt <= provenAt ? 'revokedUnproven' : 'passed'",
    replace: "revokedAt > provenAt ? 'revokedUnproven' : 'passed'",
    tests: ['service/pki/revocation/checkRevocation.test.ts'],
  },
  {
    name: 'accept an expired certificate',
    file: 'service/src/pki/certificationPath.ts',
    search: 'path.find(({ notAfter }) => at > notAfter)',
    replace: 'path.find(({ notAfter }) => notAfter < notAfter)',
    tests: ['service/pki/certificationPath.test.ts'],
  },
  {
    name: 'accept a certificate for another purpose',
    file: 'service/src/pki/certificationPath.ts',
    search: '  return fault === null\n    ? passed(CHECK.purpose',
    replace: '  return fault !== undefined\n    ? passed(CHECK.purpose',
    tests: ['service/pki/certificationPath.test.ts'],
  },
];
