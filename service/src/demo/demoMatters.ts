/** Matters (事项) of the demo city with their materials (材料). */
import type { Material, MatterDefinition, StandIn } from '../matters/matterDefinition.ts';
import { DEMO_LICENCE_TYPES } from './demoLicenceTypes.ts';
import { DEMO_CODES } from './demoOrganisations.ts';

export interface DemoMatter extends Pick<
  MatterDefinition,
  'basis' | 'promisedDays' | 'bundles' | 'materials'
> {
  readonly code: string;
  readonly name: string;
  /** Credit code of the department in charge. */
  readonly department: string;
}

const [food, hygiene, nurse, advertisement, waste, eatery] = DEMO_LICENCE_TYPES.map(
  (type) => type.typeCode,
);

const FOOD_FIELDS = ['principal', 'premises', 'businessForm', 'items'];

const APPLICATION = material('application', '申请书');
const IDENTITY = material('identity', '申请人身份证明', { source: 'sharedData' });
const BUSINESS_LICENCE = material('businessLicence', '营业执照', { source: 'onlineCheck' });
const FOOD_LICENCE = material('foodLicence', '食品经营许可证', {
  standIns: [standIn(food, FOOD_FIELDS)],
});
const ANY_FOOD_LICENCE = material('foodLicence', '食品经营许可证或小餐饮经营登记证', {
  standIns: [standIn(food, ['premises', 'items']), standIn(eatery, ['premises', 'items'])],
});

export const DEMO_MATTERS: readonly DemoMatter[] = [
  matter(
    '429000131001',
    '食品经营许可变更',
    DEMO_CODES.market,
    '《食品经营许可和备案管理办法》',
    10,
    [APPLICATION, FOOD_LICENCE, BUSINESS_LICENCE, material('changeEvidence', '变更事项的证明材料')],
  ),
  matter(
    '429000131002',
    '食品经营许可延续',
    DEMO_CODES.market,
    '《食品经营许可和备案管理办法》',
    10,
    [APPLICATION, FOOD_LICENCE, IDENTITY, material('selfInspection', '经营条件未变化的声明')],
  ),
  matter(
    '429000131003',
    '网络餐饮服务经营者入网审查',
    DEMO_CODES.market,
    '《网络食品安全违法行为查处办法》',
    3,
    [ANY_FOOD_LICENCE, IDENTITY],
  ),
  matter('429000123001', '公共场所卫生许可延续', DEMO_CODES.health, '《公共场所卫生管理条例》', 7, [
    APPLICATION,
    material('hygieneLicence', '公共场所卫生许可证', {
      standIns: [standIn(hygiene, ['principal', 'address', 'venueKind', 'grade'])],
    }),
    BUSINESS_LICENCE,
    material('hygieneReport', '卫生检测或者评价报告'),
  ]),
  matter('429000123002', '护士执业注册变更', DEMO_CODES.health, '《护士条例》', 5, [
    APPLICATION,
    material('nurseLicence', '护士执业证书', {
      standIns: [standIn(nurse, ['certificateNumber', 'institution'])],
    }),
    IDENTITY,
  ]),
  matter(
    '429000117001',
    '户外广告设施设置许可延续',
    DEMO_CODES.urban,
    '《城市市容和环境卫生管理条例》',
    7,
    [
      APPLICATION,
      material('advertisementLicence', '户外广告设施设置许可证', {
        standIns: [
          standIn(advertisement, [
            'location',
            'facilityKind',
            'widthMetres',
            'heightMetres',
            'faces',
          ]),
        ],
      }),
      material('safetyReport', '设施安全检测报告'),
    ],
  ),
  matter('429000117002', '建筑垃圾处置核准变更', DEMO_CODES.urban, '《城市建筑垃圾管理规定》', 5, [
    APPLICATION,
    material('wasteLicence', '城市建筑垃圾处置核准证', {
      standIns: [standIn(waste, ['project', 'origin', 'destination', 'volumeCubicMetres'])],
    }),
    material('transportContract', '运输合同'),
  ]),
  matter('429000117003', '餐厨垃圾收运备案', DEMO_CODES.urban, '《云汉市餐厨垃圾管理办法》', 1, [
    ANY_FOOD_LICENCE,
    BUSINESS_LICENCE,
    material('collectionContract', '餐厨垃圾收运协议', { required: false }),
  ]),
  {
    ...matter(
      '429000100001',
      '我要开饭店（一件事）',
      DEMO_CODES.hall,
      '《国务院关于进一步优化政务服务推动“高效办成一件事”的指导意见》',
      10,
      [
        APPLICATION,
        IDENTITY,
        { ...ANY_FOOD_LICENCE, source: 'earlierInCase' },
        material('hygieneLicence', '公共场所卫生许可证', {
          required: false,
          standIns: [standIn(hygiene, ['address', 'venueKind'])],
        }),
      ],
    ),
    bundles: ['429000131003', '429000117003'],
  },
];

function matter(
  code: string,
  name: string,
  department: string,
  basis: string,
  promisedDays: number,
  materials: readonly Material[],
): DemoMatter {
  return { code, name, department, basis, promisedDays, bundles: [], materials };
}

function material(
  code: string,
  name: string,
  options: Partial<Pick<Material, 'required' | 'source' | 'standIns'>> = {},
): Material {
  return { code, name, required: true, source: 'applicant', standIns: [], ...options };
}

/** @param typeCode - from the list of six above, so never absent. */
function standIn(typeCode: string | undefined, fields: readonly string[]): StandIn {
  return { typeCode: typeCode ?? '', fields };
}
