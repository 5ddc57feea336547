import {
  APPLICATION,
  BUSINESS_LICENCE,
  fetched,
  IDENTITY,
  mattersOf,
  optional,
  paper,
  PLANNED_TYPES,
  standIn,
  type DemoMatter,
} from './demoMatterDraft.ts';
import { DEMO_CODES } from './demoOrganisations.ts';

const PREMISES_DEED = paper('premisesDeed', '经营场所不动产权证明', {
  typeCode: PLANNED_TYPES.realEstate,
  fields: ['location', 'purpose'],
});
const FOOD_LICENCE = paper(
  'foodLicence',
  '食品经营许可证',
  standIn('食品经营许可证', 'principal', 'premises', 'businessForm', 'items'),
);

const DRUG_LICENCE = paper(
  'drugLicence',
  '药品经营许可证',
  standIn('药品经营许可证', 'principal', 'premises', 'mode', 'scope'),
);

/** Matters of the market regulation administration. */
export const DEMO_MARKET_MATTERS: readonly DemoMatter[] = mattersOf('131', DEMO_CODES.market, [
  [
    {
      ...{ number: '001', name: '食品经营许可变更', numbers: [5, 10, 3200] },
      basis: '《食品经营许可和备案管理办法》',
    },
    APPLICATION,
    FOOD_LICENCE,
    BUSINESS_LICENCE,
    paper('changeEvidence', '变更事项的证明材料'),
    optional(PREMISES_DEED),
  ],
  [
    {
      ...{ number: '002', name: '食品经营许可延续', numbers: [5, 10, 2600] },
      basis: '《食品经营许可和备案管理办法》',
    },
    APPLICATION,
    FOOD_LICENCE,
    IDENTITY,
    paper('selfInspection', '经营条件未变化的声明'),
  ],
  [
    {
      ...{ number: '003', name: '网络餐饮服务经营者入网审查', numbers: [3, 7, 4100] },
      basis: '《网络餐饮服务食品安全监督管理办法》',
    },
    paper(
      'foodLicence',
      '食品经营许可证或小餐饮经营登记证',
      standIn('食品经营许可证', 'premises', 'items'),
      standIn('小餐饮经营登记证', 'premises', 'items'),
    ),
    paper('kitchenAddress', '实体门店地址信息', standIn('食品经营许可证', 'premises')),
    paper('principalInfo', '食品安全负责人信息', standIn('食品经营许可证', 'principal')),
    paper('platformAgreement', '与网络交易平台签订的食品安全协议'),
  ],
  [
    {
      ...{ number: '004', name: '小餐饮经营登记变更', numbers: [2, 5, 1900] },
      basis: '《湖北省食品生产加工小作坊小餐饮和食品摊贩管理条例》',
    },
    APPLICATION,
    paper(
      'eateryLicence',
      '小餐饮经营登记证',
      standIn('小餐饮经营登记证', 'shopName', 'premises', 'items'),
    ),
    IDENTITY,
    paper('healthCertificate', '从业人员健康证明'),
  ],
  [
    {
      ...{ number: '005', name: '药品经营许可证变更（零售）', numbers: [7, 15, 640] },
      basis: '《药品经营和使用质量监督管理办法》',
    },
    APPLICATION,
    DRUG_LICENCE,
    BUSINESS_LICENCE,
    paper('pharmacist', '执业药师注册证明'),
  ],
  [
    {
      ...{ number: '006', name: '药品经营许可证重新审查发证（零售）', numbers: [7, 15, 420] },
      basis: '《药品经营和使用质量监督管理办法》',
    },
    APPLICATION,
    DRUG_LICENCE,
    paper('qualityRecord', '质量管理体系自查报告'),
  ],
  [
    {
      ...{ number: '007', name: '医疗器械经营许可变更', numbers: [7, 15, 510] },
      basis: '《医疗器械监督管理条例》',
    },
    APPLICATION,
    paper(
      'deviceLicence',
      '医疗器械经营许可证',
      standIn('医疗器械经营许可证', 'principal', 'premises', 'mode', 'scope'),
    ),
    PREMISES_DEED,
  ],
  [
    {
      ...{ number: '008', name: '第二类医疗器械经营备案', numbers: [1, 1, 1500] },
      basis: '《医疗器械经营监督管理办法》',
    },
    APPLICATION,
    BUSINESS_LICENCE,
    paper('drugPremises', '经营场所地址信息', standIn('药品经营许可证', 'premises')),
    paper('qualityManager', '质量负责人信息', standIn('药品经营许可证', 'qualityManager')),
  ],
  [
    {
      ...{ number: '009', name: '食品生产许可延续', numbers: [10, 20, 180] },
      basis: '《食品生产许可管理办法》',
    },
    APPLICATION,
    paper(
      'productionLicence',
      '食品生产许可证',
      standIn('食品生产许可证', 'principal', 'site', 'categories'),
    ),
    paper('dischargePermit', '排污许可证', {
      typeCode: PLANNED_TYPES.environment,
      fields: ['category'],
    }),
    paper('processLayout', '生产场所布局图和工艺流程图'),
  ],
  [
    {
      ...{ number: '010', name: '食品小作坊登记延续', numbers: [3, 10, 360] },
      basis: '《湖北省食品生产加工小作坊小餐饮和食品摊贩管理条例》',
    },
    APPLICATION,
    paper('workshopLicence', '食品小作坊登记证', standIn('食品小作坊登记证', 'site', 'products')),
    IDENTITY,
  ],
  [
    {
      ...{ number: '011', name: '特种设备使用登记变更', numbers: [2, 15, 2300] },
      basis: '《中华人民共和国特种设备安全法》',
    },
    APPLICATION,
    paper(
      'equipmentRegistration',
      '特种设备使用登记证',
      standIn('特种设备使用登记证', 'equipmentKind', 'equipmentCode', 'place'),
    ),
    fetched('inspectionReport', '定期检验报告', 'sharedData'),
  ],
  [
    {
      ...{ number: '012', name: '特种设备作业人员资格复审', numbers: [5, 20, 3800] },
      basis: '《特种设备作业人员监督管理办法》',
    },
    APPLICATION,
    IDENTITY,
    paper(
      'operatorCertificate',
      '特种设备安全管理和作业人员证',
      standIn('特种设备安全管理和作业人员证', 'archiveNumber', 'items'),
    ),
    paper('workStatement', '持证期间从业情况说明'),
  ],
  [
    {
      ...{ number: '013', name: '企业住所（经营场所）变更登记', numbers: [1, 3, 9800] },
      basis: '《中华人民共和国市场主体登记管理条例》',
    },
    APPLICATION,
    BUSINESS_LICENCE,
    PREMISES_DEED,
    paper('resolution', '关于变更住所的决议或者决定'),
  ],
  [
    {
      ...{ number: '014', name: '个体工商户变更登记', numbers: [1, 3, 15600] },
      basis: '《促进个体工商户发展条例》',
    },
    APPLICATION,
    BUSINESS_LICENCE,
    IDENTITY,
    PREMISES_DEED,
  ],
]);
