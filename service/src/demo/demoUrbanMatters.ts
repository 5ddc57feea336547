import {
  APPLICATION,
  fetched,
  IDENTITY,
  mattersOf,
  optional,
  paper,
  standIn,
  type DemoMatter,
} from './demoMatterDraft.ts';
import { DEMO_CODES } from './demoOrganisations.ts';

const DRAINAGE_LICENCE = paper(
  'drainageLicence',
  '城镇污水排入排水管网许可证',
  standIn('城镇污水排入排水管网许可证', 'address', 'outlets', 'dailyCubicMetres'),
);
const DRAINAGE_BASIS = '《城镇排水与污水处理条例》';
const APPEARANCE_BASIS = '《城市市容和环境卫生管理条例》';

/** Matters of the urban management and law enforcement bureau. */
export const DEMO_URBAN_MATTERS: readonly DemoMatter[] = mattersOf('117', DEMO_CODES.urban, [
  [
    {
      ...{ number: '001', name: '户外广告设施设置许可延续', basis: APPEARANCE_BASIS },
      numbers: [7, 20, 730],
    },
    APPLICATION,
    paper(
      'advertisementLicence',
      '户外广告设施设置许可证',
      standIn(
        '户外广告设施设置许可证',
        ...['location', 'facilityKind', 'widthMetres', 'heightMetres', 'faces'],
      ),
    ),
    paper('safetyReport', '设施安全检测报告'),
  ],
  [
    {
      ...{ number: '002', name: '建筑垃圾处置核准变更', numbers: [5, 20, 560] },
      basis: '《城市建筑垃圾管理规定》',
    },
    APPLICATION,
    paper(
      'wasteLicence',
      '城市建筑垃圾处置核准证',
      standIn('城市建筑垃圾处置核准证', 'project', 'origin', 'destination', 'volumeCubicMetres'),
    ),
    paper('transportContract', '运输合同'),
    optional(paper('vehiclePermit', '运输车辆准运证', standIn('建筑垃圾运输车辆准运证', 'plate'))),
  ],
  [
    {
      ...{ number: '003', name: '餐厨垃圾收运备案', numbers: [1, 5, 3900] },
      basis: '《云汉市餐厨垃圾管理办法》',
    },
    paper(
      'businessScale',
      '经营项目和规模说明',
      standIn('小餐饮经营登记证', 'items', 'areaSquareMetres'),
      standIn('食品经营许可证', 'businessForm', 'items'),
    ),
    paper(
      'collectionAddress',
      '收运地点信息',
      standIn('小餐饮经营登记证', 'shopName', 'premises'),
      standIn('食品经营许可证', 'premises'),
    ),
    paper('collectionContract', '餐厨垃圾收运协议'),
  ],
  [
    {
      ...{ number: '004', name: '门店招牌设置备案', basis: APPEARANCE_BASIS },
      numbers: [3, 10, 5200],
    },
    paper('shopName', '店铺名称证明', standIn('小餐饮经营登记证', 'shopName')),
    paper(
      'signAddress',
      '招牌设置地点信息',
      standIn('小餐饮经营登记证', 'premises'),
      standIn('食品经营许可证', 'premises'),
      standIn('药品经营许可证', 'premises'),
    ),
    paper(
      'operatorIdentity',
      '经营者身份信息',
      standIn('小餐饮经营登记证', 'holderName', 'holderCode'),
      standIn('食品经营许可证', 'holderName', 'holderCode'),
      standIn('药品经营许可证', 'holderName', 'holderCode'),
    ),
    paper('signDesign', '招牌设计效果图'),
  ],
  [
    { number: '005', name: '排水许可延续', basis: DRAINAGE_BASIS, numbers: [5, 20, 880] },
    APPLICATION,
    DRAINAGE_LICENCE,
    paper('waterQuality', '排水水质检测报告'),
  ],
  [
    { number: '006', name: '排水许可变更', basis: DRAINAGE_BASIS, numbers: [5, 20, 410] },
    APPLICATION,
    DRAINAGE_LICENCE,
  ],
  [
    {
      ...{ number: '007', name: '生活垃圾清扫、收集、运输服务许可延续', numbers: [10, 20, 45] },
      basis: '《城市生活垃圾管理办法》',
    },
    APPLICATION,
    paper(
      'cleaningLicence',
      '城市生活垃圾经营性清扫、收集、运输服务许可证',
      standIn('城市生活垃圾经营性清扫、收集、运输服务许可证', 'services', 'area', 'vehicles'),
    ),
    fetched('vehicleList', '作业车辆行驶证信息', 'onlineCheck'),
  ],
  [
    {
      ...{ number: '008', name: '占用挖掘城市道路许可延期', numbers: [3, 20, 620] },
      basis: '《城市道路管理条例》',
    },
    APPLICATION,
    paper(
      'roadLicence',
      '占用挖掘城市道路许可证',
      standIn('占用挖掘城市道路许可证', 'road', 'purpose', 'areaSquareMetres'),
    ),
    fetched('restorationPlan', '道路修复方案', 'earlierInCase'),
  ],
  [
    {
      ...{ number: '009', name: '燃气经营许可变更', numbers: [7, 20, 70] },
      basis: '《城镇燃气管理条例》',
    },
    APPLICATION,
    paper(
      'gasLicence',
      '燃气经营许可证',
      standIn('燃气经营许可证', 'principal', 'category', 'area'),
    ),
    paper('emergencyPlan', '燃气事故应急预案'),
  ],
  [
    {
      ...{ number: '010', name: '建筑垃圾运输车辆准运延续', numbers: [2, 10, 1250] },
      basis: '《城市建筑垃圾管理规定》',
    },
    paper(
      'vehiclePermit',
      '建筑垃圾运输车辆准运证',
      standIn('建筑垃圾运输车辆准运证', 'plate', 'loadTonnes', 'company'),
    ),
    fetched('drivingLicence', '机动车行驶证', 'onlineCheck'),
  ],
  [
    {
      ...{ number: '011', name: '养犬登记年检', numbers: [1, 10, 6400] },
      basis: '《云汉市养犬管理条例》',
    },
    paper('dogRegistration', '养犬登记证', standIn('养犬登记证', 'breed', 'chipNumber')),
    IDENTITY,
    paper('vaccination', '犬只狂犬病免疫证明'),
  ],
]);
