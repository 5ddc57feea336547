import { isCitizenId, isCreditCode } from '@yinxin/chaincode/model';
import { ServiceError } from './errors.ts';

/** Types of holders' codes: credit code, citizen id number, other (GB/T 36903-2018, annex A, as far as it is known). */
export const HOLDER_CODE_TYPES = ['001', '111', '999'] as const;
export type HolderCodeType = (typeof HOLDER_CODE_TYPES)[number];

/** @throws ServiceError `HOLDER_CODE_INVALID` naming the member, but not quoting it. @param member - whose `code` it is. */
export function requireHolderCode(
  { code, codeType }: Readonly<{ code: string; codeType: string }>,
  member: string,
): void {
  const isRight =
    (codeType === '111' && isCitizenId(code)) ||
    (codeType === '001' && isCreditCode(code)) ||
    (codeType === '999' && /^[0-9A-Za-z-]{1,64}$/.test(code));
  if (isRight) return;
  const detail = `is no code of type ${codeType} with a right check character`;
  throw new ServiceError('HOLDER_CODE_INVALID', `${member}.code ${detail}`, {
    faults: [{ pointer: `/${member}/code`, detail }],
  });
}

/** The type of a holder's code where nobody said it, by its form and check character. */
export function guessHolderCodeType(code: string): HolderCodeType {
  const known = [
    { codeType: '111', isRight: isCitizenId },
    { codeType: '001', isRight: isCreditCode },
  ] as const;
  return known.find(({ isRight }) => isRight(code))?.codeType ?? '999';
}
