import { describe, expect, it } from '@jest/globals';
import { LANGUAGES } from '../../../service/src/language.ts';
import { SUB_INDICATIONS, type SubjectKind } from '../../../service/src/report.ts';
import { statementOf } from '../../../service/src/verification/statement.ts';

const SUBJECTS: readonly SubjectKind[] = [
  ...(['licence', 'seal-signature', 'seal', 'receipt'] as const),
  ...(['credential', 'annotated-copy', 'proof'] as const),
];
const IDENTIFIER = '1.2.3';

describe('statementOf', () => {
  it.each(LANGUAGES)('says every verdict in %s, each in its own words', (language) => {
    const sentences = SUB_INDICATIONS.map((subIndication) =>
      statementOf({ indication: 'TOTAL-FAILED', subIndication }, { subject: 'licence' }, language),
    );

    expect(new Set(sentences).size).toBe(SUB_INDICATIONS.length);
    for (const sentence of sentences) {
      expect(/[\u4e00-\u9fff]/u.test(sentence)).toBe(language === 'zh-CN');
      expect(sentence).toMatch(/[.。]$/u);
    }
  });

  it.each(LANGUAGES)('says in %s what passed, by its kind', (language) => {
    const verdict = { indication: 'TOTAL-PASSED', subIndication: null } as const;
    const sentences = SUBJECTS.map((subject) => statementOf(verdict, { subject }, language));

    expect(new Set(sentences).size).toBe(SUBJECTS.length);
  });

  it('never calls a licence valid because its evidence holds', () => {
    const verdict = { indication: 'TOTAL-PASSED', subIndication: null } as const;

    expect(statementOf(verdict, { subject: 'proof' }, 'en')).not.toMatch(/valid/);
    expect(statementOf(verdict, { subject: 'proof' }, 'zh-CN')).not.toMatch(/有效/);
  });

  it('names the version in force and since when a state holds', () => {
    const facts = {
      subject: 'licence',
      currentIdentifier: IDENTIFIER,
      since: '2026-01-01',
    } as const;
    const failed = { indication: 'TOTAL-FAILED' } as const;

    expect(statementOf({ ...failed, subIndication: 'LICENCE_SUPERSEDED' }, facts, 'en')).toContain(
      IDENTIFIER,
    );
    expect(statementOf({ ...failed, subIndication: 'LICENCE_REVOKED' }, facts, 'zh-CN')).toContain(
      '2026-01-01',
    );
  });

  it.each(['LICENCE_EXPIRED', 'LICENCE_NOT_YET_VALID'] as const)(
    'names no beginning of %s, which no state tells',
    (subIndication) => {
      const facts = { subject: 'licence', since: '2026-01-01T00:00:00.000Z' } as const;
      const verdict = { indication: 'TOTAL-FAILED', subIndication } as const;

      expect(statementOf(verdict, facts, 'en')).not.toContain('since');
    },
  );

  it('cannot tell without a reason either', () => {
    const verdict = { indication: 'INDETERMINATE', subIndication: null } as const;

    expect(statementOf(verdict, { subject: 'licence' }, 'en')).toBe('Cannot tell.');
  });
});
