/** The authorities of Yunhan (云汉市), a city that does not exist, and the people who work there. */
import type { AuthorityRole } from '@yinxin/chaincode/model';
import type { SealKind } from '../sealing/sealKinds.ts';
import type { HeldRole, PersonRole, Window } from '../store/people.ts';
import { demoCreditCode } from './demoCodes.ts';

export interface DemoOrganisation {
  readonly creditCode: string;
  readonly name: string;
  /** `government`, `operator`, `sealAuthority`, `department`, `serviceHall`, `auditor`. */
  readonly kind: string;
  /** Credit code of the organisation above; null at the top. Parents stand before children. */
  readonly parent: string | null;
  /** Its rights on the ledger; none: it is no authority there. */
  readonly authorityRoles: readonly AuthorityRole[];
}

export interface DemoAccount {
  readonly username: string;
  readonly displayName: string;
  readonly roles: readonly HeldRole[];
  readonly windowCode: string | null;
  /** Place in the list of holders; null for staff. */
  readonly holder: number | null;
}

export interface DemoSeal {
  /** Credit code. */
  readonly holder: string;
  readonly kind: SealKind;
  readonly name: string;
}

const government = demoCreditCode('authority', 1);
const dataBureau = demoCreditCode('authority', 2);
const sealCentre = demoCreditCode('publicInstitution', 3);
const market = demoCreditCode('authority', 4);
const health = demoCreditCode('authority', 5);
const urban = demoCreditCode('authority', 6);
const hall = demoCreditCode('publicInstitution', 7);
const audit = demoCreditCode('authority', 8);

/** Credit codes by what the organisation does. */
export const DEMO_CODES = {
  government,
  dataBureau,
  sealCentre,
  market,
  health,
  urban,
  hall,
  audit,
} as const;

export const DEMO_ORGANISATIONS: readonly DemoOrganisation[] = [
  {
    creditCode: government,
    name: '云汉市人民政府',
    kind: 'government',
    parent: null,
    authorityRoles: [],
  },
  {
    creditCode: dataBureau,
    name: '云汉市数据管理局',
    kind: 'operator',
    parent: government,
    authorityRoles: ['registrar', 'operator'],
  },
  {
    creditCode: sealCentre,
    name: '云汉市电子印章管理中心',
    kind: 'sealAuthority',
    parent: dataBureau,
    authorityRoles: ['sealMaker'],
  },
  {
    creditCode: market,
    name: '云汉市市场监督管理局',
    kind: 'department',
    parent: government,
    authorityRoles: ['issuer'],
  },
  {
    creditCode: health,
    name: '云汉市卫生健康委员会',
    kind: 'department',
    parent: government,
    authorityRoles: ['issuer'],
  },
  {
    creditCode: urban,
    name: '云汉市城市管理执法局',
    kind: 'department',
    parent: government,
    authorityRoles: ['issuer'],
  },
  {
    creditCode: hall,
    name: '云汉市政务服务中心',
    kind: 'serviceHall',
    parent: government,
    authorityRoles: ['issuer'],
  },
  {
    creditCode: audit,
    name: '云汉市审计局',
    kind: 'auditor',
    parent: government,
    authorityRoles: ['auditor'],
  },
];

export const DEMO_WINDOWS: readonly Window[] = [
  { code: 'W01', name: '1号窗口 企业综合服务', organisation: hall },
  { code: 'W02', name: '2号窗口 个人综合服务', organisation: hall },
];

/** The first accounts are the sign-in names every demo city has. */
export const DEMO_ACCOUNTS: readonly DemoAccount[] = [
  staff('operator', '范思远', 'operator', dataBureau),
  staff('security', '闻静言', 'securityAdmin', dataBureau),
  staff('sealmaker', '康伯衡', 'sealMaker', sealCentre),
  staff('maker', '褚经纬', 'issuer', market),
  staff('checker', '宫慎之', 'approver', market),
  staff('clerk', '乐晓窗', 'clerk', hall, 'W01'),
  staff('clerk2', '卞亦宁', 'clerk', hall, 'W02'),
  {
    username: 'holder',
    displayName: '沈砚秋',
    roles: [{ role: 'holder', organisation: null }],
    windowCode: null,
    holder: 0,
  },
  {
    username: 'holder2',
    displayName: '陆青禾',
    roles: [{ role: 'holder', organisation: null }],
    windowCode: null,
    holder: 1,
  },
  staff('auditor', '严可鉴', 'auditor', audit),
  staff('health-maker', '蓝若虚', 'issuer', health),
  staff('health-checker', '桑明理', 'approver', health),
  staff('urban-maker', '路平川', 'issuer', urban),
  staff('urban-checker', '石守正', 'approver', urban),
];

/** One seal for licences a department, and the hall's for annotated copies. */
export const DEMO_SEALS: readonly DemoSeal[] = [
  { holder: market, kind: 'licence', name: '云汉市市场监督管理局电子证照专用章' },
  { holder: health, kind: 'licence', name: '云汉市卫生健康委员会电子证照专用章' },
  { holder: urban, kind: 'licence', name: '云汉市城市管理执法局电子证照专用章' },
  { holder: hall, kind: 'windowService', name: '云汉市政务服务中心窗口业务专用章' },
];

function staff(
  username: string,
  displayName: string,
  role: PersonRole,
  organisation: string,
  windowCode: string | null = null,
): DemoAccount {
  return { username, displayName, roles: [{ role, organisation }], windowCode, holder: null };
}
