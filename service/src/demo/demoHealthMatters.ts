import {
  APPLICATION,
  BUSINESS_LICENCE,
  fetched,
  IDENTITY,
  mattersOf,
  paper,
  PLANNED_TYPES,
  standIn,
  type DemoMatter,
} from './demoMatterDraft.ts';
import { DEMO_CODES } from './demoOrganisations.ts';

const INSTITUTION_LICENCE = paper(
  'institutionLicence',
  '医疗机构执业许可证',
  standIn('医疗机构执业许可证', 'principal', 'chief', 'address', 'subjects'),
);
const DOCTOR_LICENCE = paper(
  'doctorLicence',
  '医师执业证书',
  standIn('医师执业证书', 'certificateNumber', 'category', 'scope'),
);
const HYGIENE_BASIS = '《公共场所卫生管理条例》';

/** Matters of the health commission. */
export const DEMO_HEALTH_MATTERS: readonly DemoMatter[] = mattersOf('123', DEMO_CODES.health, [
  [
    {
      ...{ number: '001', name: '公共场所卫生许可延续', basis: HYGIENE_BASIS },
      numbers: [7, 20, 1400],
    },
    APPLICATION,
    paper(
      'hygieneLicence',
      '公共场所卫生许可证',
      standIn('公共场所卫生许可证', 'principal', 'address', 'venueKind', 'grade'),
    ),
    BUSINESS_LICENCE,
    paper('hygieneReport', '卫生检测或者评价报告'),
  ],
  [
    { number: '002', name: '护士执业注册变更', basis: '《护士条例》', numbers: [5, 7, 2100] },
    APPLICATION,
    paper(
      'nurseLicence',
      '护士执业证书',
      standIn('护士执业证书', 'certificateNumber', 'institution'),
    ),
    IDENTITY,
  ],
  [
    {
      ...{ number: '003', name: '公共场所卫生许可变更', basis: HYGIENE_BASIS },
      numbers: [3, 20, 900],
    },
    APPLICATION,
    paper(
      'hygieneLicence',
      '公共场所卫生许可证',
      standIn('公共场所卫生许可证', 'principal', 'address', 'venueKind'),
    ),
    paper('fireCertificate', '消防安全检查合格证', {
      typeCode: PLANNED_TYPES.fireSafety,
      fields: ['address'],
    }),
  ],
  [
    {
      ...{ number: '004', name: '医疗机构执业登记变更', numbers: [10, 30, 260] },
      basis: '《医疗机构管理条例》',
    },
    APPLICATION,
    INSTITUTION_LICENCE,
    paper('chiefResume', '拟任主要负责人资格证明', standIn('医师执业证书', 'certificateNumber')),
  ],
  [
    {
      ...{ number: '005', name: '医疗机构校验', numbers: [10, 30, 480] },
      basis: '《医疗机构校验管理办法（试行）》',
    },
    APPLICATION,
    INSTITUTION_LICENCE,
    paper('annualReport', '校验期内年度工作总结'),
    fetched('qualityControl', '医疗质量检查结果', 'sharedData'),
  ],
  [
    {
      ...{ number: '006', name: '医师执业注册变更', numbers: [5, 20, 1700] },
      basis: '《中华人民共和国医师法》',
    },
    APPLICATION,
    DOCTOR_LICENCE,
    IDENTITY,
    paper('employment', '拟聘用机构的聘用证明'),
  ],
  [
    {
      ...{ number: '007', name: '医师多机构执业备案', numbers: [1, 20, 800] },
      basis: '《医师执业注册管理办法》',
    },
    DOCTOR_LICENCE,
    IDENTITY,
    paper('otherInstitution', '拟备案机构执业许可证', standIn('医疗机构执业许可证', 'subjects')),
  ],
  [
    {
      ...{ number: '008', name: '放射诊疗许可校验', numbers: [7, 20, 150] },
      basis: '《放射诊疗管理规定》',
    },
    APPLICATION,
    paper(
      'radiologyLicence',
      '放射诊疗许可证',
      standIn('放射诊疗许可证', 'address', 'items', 'officer'),
    ),
    paper('equipmentTest', '放射诊疗设备性能检测报告'),
    paper('doseRecord', '放射工作人员个人剂量监测报告'),
  ],
  [
    {
      ...{ number: '009', name: '母婴保健技术服务机构执业许可延续', numbers: [10, 45, 60] },
      basis: '《中华人民共和国母婴保健法》',
    },
    APPLICATION,
    paper(
      'maternityLicence',
      '母婴保健技术服务执业许可证',
      standIn('母婴保健技术服务执业许可证', 'address', 'items'),
    ),
    INSTITUTION_LICENCE,
  ],
  [
    {
      ...{ number: '010', name: '饮用水供水单位卫生许可延续', numbers: [10, 20, 90] },
      basis: '《生活饮用水卫生监督管理办法》',
    },
    APPLICATION,
    paper(
      'waterLicence',
      '供水单位卫生许可证',
      standIn('供水单位卫生许可证', 'principal', 'address', 'supply'),
    ),
    paper('waterTest', '水质检测报告'),
  ],
  [
    {
      ...{ number: '011', name: '乡村医生执业再注册', numbers: [5, 15, 340] },
      basis: '《乡村医生从业管理条例》',
    },
    APPLICATION,
    paper(
      'villageDoctorLicence',
      '乡村医生执业证书',
      standIn('乡村医生执业证书', 'certificateNumber', 'institution'),
    ),
    paper('training', '培训考核合格证明'),
  ],
  [
    {
      ...{ number: '012', name: '诊所备案变更', numbers: [1, 20, 210] },
      basis: '《诊所备案管理暂行办法》',
    },
    APPLICATION,
    paper(
      'clinicRecord',
      '诊所备案凭证',
      standIn('诊所备案凭证', 'principal', 'address', 'subjects'),
    ),
    DOCTOR_LICENCE,
  ],
]);
