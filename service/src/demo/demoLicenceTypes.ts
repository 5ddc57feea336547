/** Six kinds of licences of three departments. */
import { DEMO_CODES } from './demoOrganisations.ts';
import { choice, choices, day, licenceType, text, type DemoLicenceType } from './demoTypeDraft.ts';

const FOOD_ITEMS = [
  '预包装食品销售',
  '散装食品销售',
  '热食类食品制售',
  '冷食类食品制售',
  '生食类食品制售',
  '糕点类食品制售',
  '自制饮品制售',
];

const food = licenceType({
  issuer: DEMO_CODES.market,
  sequence: '001',
  name: '食品经营许可证',
  holders: 'both',
  approval: 'dual',
  formats: ['ofd', 'pdf'],
  properties: {
    principal: text('法定代表人（负责人）', 40),
    domicile: text('住所', 100),
    premises: text('经营场所', 100),
    businessForm: choice('主体业态', ['食品销售经营者', '餐饮服务经营者', '单位食堂']),
    items: choices('经营项目', FOOD_ITEMS),
  },
  required: ['principal', 'premises', 'businessForm', 'items'],
  layout: { themeColour: '#8a1c1c' },
  labels: { holderName: '经营者名称', holderCode: '社会信用代码（身份证号码）' },
  sampleFields: {
    principal: '沈砚秋',
    domicile: '云汉市临江区滨江大道188号',
    premises: '云汉市临江区滨江大道188号2层201至203号铺面',
    businessForm: '餐饮服务经营者',
    items: ['热食类食品制售', '冷食类食品制售', '自制饮品制售'],
  },
});

const hygiene = licenceType({
  issuer: DEMO_CODES.health,
  sequence: '001',
  name: '公共场所卫生许可证',
  holders: 'organisations',
  approval: 'dual',
  formats: ['ofd', 'pdf'],
  properties: {
    principal: text('法定代表人或负责人', 40),
    address: text('经营地址', 100),
    venueKind: choice('经营场所类别', [
      '住宿与交际场所',
      '洗浴与美容场所',
      '文化娱乐场所',
      '文化交流场所',
      '购物场所',
      '候诊候车场所',
    ]),
    areaSquareMetres: {
      title: '营业面积（平方米）',
      type: 'number',
      exclusiveMinimum: 0,
      maximum: 1_000_000,
    },
    grade: choice('卫生信誉度等级', ['A级', 'B级', 'C级']),
  },
  required: ['principal', 'address', 'venueKind'],
  layout: {
    themeColour: '#1f5f5b',
    statement:
      '经审查，{holderName}符合《公共场所卫生管理条例》规定的卫生要求，准予从事下列经营活动。',
  },
  labels: { holderName: '单位名称', holderCode: '统一社会信用代码' },
  sampleFields: {
    principal: '梁见山',
    address: '云汉市望湖区湖滨路66号',
    venueKind: '住宿与交际场所',
    areaSquareMetres: 3280.5,
    grade: 'A级',
  },
});

const nurse = licenceType({
  issuer: DEMO_CODES.health,
  sequence: '002',
  name: '护士执业证书',
  holders: 'people',
  approval: 'dual',
  formats: ['ofd', 'pdf'],
  properties: {
    sex: choice('性别', ['男', '女']),
    birthDate: day('出生日期'),
    certificateNumber: { title: '护士执业证书编号', type: 'string', pattern: '^20[0-9]{10}$' },
    institution: text('执业地点', 60),
    firstRegisteredOn: day('首次注册日期'),
  },
  required: ['sex', 'birthDate', 'certificateNumber', 'institution'],
  layout: {
    orientation: 'landscape',
    themeColour: '#1c4f8a',
    statement: '{holderName}经审核合格，准予护士执业注册，特发此证。',
  },
  labels: { holderName: '姓名', holderCode: '身份证件号码' },
  sampleFields: {
    sex: '女',
    birthDate: '1995-06-30',
    certificateNumber: '202429000128',
    institution: '云汉市第一人民医院',
    firstRegisteredOn: '2019-08-01',
  },
});

const advertisement = licenceType({
  issuer: DEMO_CODES.urban,
  sequence: '001',
  name: '户外广告设施设置许可证',
  holders: 'organisations',
  approval: 'dual',
  formats: ['ofd', 'pdf'],
  properties: {
    location: text('设置地点', 100),
    facilityKind: choice('设施类型', ['电子显示屏', '灯箱', '展示牌', '霓虹灯', '墙面广告']),
    widthMetres: { title: '宽（米）', type: 'number', exclusiveMinimum: 0, maximum: 500 },
    heightMetres: { title: '高（米）', type: 'number', exclusiveMinimum: 0, maximum: 500 },
    faces: { title: '面数', type: 'integer', minimum: 1, maximum: 99 },
    safetyOfficer: text('安全责任人', 40),
  },
  required: ['location', 'facilityKind', 'widthMetres', 'heightMetres', 'faces'],
  layout: {
    orientation: 'landscape',
    themeColour: '#5a3a7a',
    statement: '依据《城市市容和环境卫生管理条例》，准予{holderName}设置下列户外广告设施。',
  },
  labels: { holderName: '设置单位', holderCode: '统一社会信用代码' },
  sampleFields: {
    location: '云汉市临江区解放大道与中山路交会处东北角',
    facilityKind: '电子显示屏',
    widthMetres: 12,
    heightMetres: 6.5,
    faces: 1,
    safetyOfficer: '骆野',
  },
});

const waste = licenceType({
  issuer: DEMO_CODES.urban,
  sequence: '002',
  name: '城市建筑垃圾处置核准证',
  holders: 'organisations',
  approval: 'single',
  formats: ['ofd'],
  properties: {
    project: text('工程名称', 80),
    origin: text('产生地点', 100),
    route: text('运输路线', 160),
    destination: text('消纳场所', 80),
    volumeCubicMetres: {
      title: '核准处置量（立方米）',
      type: 'integer',
      minimum: 1,
      maximum: 10_000_000,
    },
    vehicles: { title: '运输车辆数', type: 'integer', minimum: 1, maximum: 1000 },
  },
  required: ['project', 'origin', 'destination', 'volumeCubicMetres'],
  layout: { themeColour: '#7a4a12' },
  labels: { holderName: '处置单位', holderCode: '统一社会信用代码' },
  sampleFields: {
    project: '滨江新区市民公园二期工程',
    origin: '云汉市临江区滨江大道以北、观澜路以东地块',
    route: '观澜路、滨江大道、环城东路、东郊路',
    destination: '云汉市东郊建筑垃圾消纳场',
    volumeCubicMetres: 18500,
    vehicles: 24,
  },
});

const eatery = licenceType({
  issuer: DEMO_CODES.market,
  sequence: '002',
  name: '小餐饮经营登记证',
  holders: 'people',
  approval: 'single',
  formats: ['ofd'],
  properties: {
    shopName: text('店铺名称', 60),
    premises: text('经营场所', 100),
    items: choices('经营项目', FOOD_ITEMS),
    areaSquareMetres: {
      title: '场所面积（平方米）',
      type: 'number',
      exclusiveMinimum: 0,
      maximum: 150,
    },
  },
  required: ['shopName', 'premises', 'items'],
  layout: { themeColour: '#2c5e3b', subtitle: '（{shopName}）' },
  labels: { holderName: '经营者', holderCode: '身份证号码' },
  sampleFields: {
    shopName: '老船坞面馆',
    premises: '云汉市临江区渔市街17号',
    items: ['热食类食品制售'],
    areaSquareMetres: 46,
  },
});

/** Of each, some are issued when the city begins. `[0]` suits every holder, several at a time. */
export const DEMO_LICENCE_TYPES: readonly DemoLicenceType[] = [
  food,
  hygiene,
  nurse,
  advertisement,
  waste,
  eatery,
];
