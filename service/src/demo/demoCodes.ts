/** Codes with right check characters that can belong to nobody. */
import { citizenIdCheckCharacter, creditCodeCheckCharacter } from '@yinxin/chaincode/model';

/** 省直辖县级行政区划 of Hubei: a division code that no city of its own has (GB/T 2260). */
export const DEMO_DIVISION = '429000';

/** First two characters of a credit code (GB 32100-2015): registering authority and kind of organisation. */
export const CREDIT_CODE_CLASSES = {
  /** 机构编制: 机关. */
  authority: '11',
  /** 机构编制: 事业单位. */
  publicInstitution: '12',
  /** 市场监督管理: 企业. */
  enterprise: '91',
  /** 市场监督管理: 个体工商户. */
  soleTrader: '92',
} as const;

export type CreditCodeClass = keyof typeof CREDIT_CODE_CLASSES;

const BODY_WEIGHTS = [3, 7, 9, 10, 5, 8, 4, 2]; // GB 11714-1997

/**
 * Makes a unified social credit code whose body id begins with `DEM`, which no registry gives out.
 *
 * @param number - 0 to 99,999.
 */
export function demoCreditCode(kind: CreditCodeClass, number: number): string {
  const body = `DEM${String(number).padStart(5, '0')}`;
  const first = `${CREDIT_CODE_CLASSES[kind]}${DEMO_DIVISION}${body}${bodyCheckCharacter(body)}`;
  return first + creditCodeCheckCharacter(first);
}

/** Check character of the organisation code inside a credit code (GB 11714-1997, MOD 11). */
function bodyCheckCharacter(body: string): string {
  const sum = Array.from(body).reduce(
    (total, character, i) => total + Number.parseInt(character, 36) * (BODY_WEIGHTS[i] ?? 0),
    0,
  );
  const check = (11 - (sum % 11)) % 11;
  return check === 10 ? 'X' : String(check);
}

/** Whom a made-up citizen id number describes. */
export interface DemoBirth {
  /** Six digits of GB/T 2260. */
  readonly division: string;
  /** `yyyymmdd`. */
  readonly birthDay: string;
  readonly sex: '男' | '女';
}

/**
 * Makes a citizen id number with sequence 998 or 999, which are set aside for people over a hundred: with the birth
 * days of younger people such a number belongs to nobody.
 */
export function demoCitizenId({ division, birthDay, sex }: DemoBirth): string {
  const first = `${division}${birthDay}${sex === '男' ? '999' : '998'}`;
  return first + citizenIdCheckCharacter(first);
}
