/** Nineteen kinds of licences that the departments issue, too; of these none is issued when the city begins. */
import { DEMO_CODES } from './demoOrganisations.ts';
import {
  choice,
  choices,
  day,
  licenceType,
  text,
  whole,
  type DemoLicenceType,
  type TypeDraft,
} from './demoTypeDraft.ts';

/** What most of them share. */
type Draft = Pick<TypeDraft, 'sequence' | 'name' | 'properties' | 'sampleFields'> &
  Partial<Pick<TypeDraft, 'holders' | 'approval' | 'formats'>> & {
    /** Names of properties that may be left out. */
    readonly optional?: readonly string[];
  };

const ORGANISATION = { holderName: '单位名称', holderCode: '统一社会信用代码' };
const PERSON = { holderName: '姓名', holderCode: '身份证件号码' };

const MARKET: readonly Draft[] = [
  {
    ...{ sequence: '003', name: '药品经营许可证' },
    properties: {
      principal: text('法定代表人', 40),
      qualityManager: text('质量负责人', 40),
      premises: text('经营地址', 100),
      mode: choice('经营方式', ['批发', '零售连锁', '零售']),
      scope: choices('经营范围', [
        '处方药',
        '甲类非处方药',
        '乙类非处方药',
        '中药饮片',
        '生物制品',
      ]),
    },
    sampleFields: {
      ...{ principal: '佟望舒', qualityManager: '沙半夏', mode: '零售' },
      premises: '云汉市临江区中山路52号',
      scope: ['甲类非处方药', '乙类非处方药', '中药饮片'],
    },
  },
  {
    ...{ sequence: '004', name: '医疗器械经营许可证' },
    properties: {
      principal: text('法定代表人', 40),
      premises: text('经营场所', 100),
      warehouse: text('库房地址', 100),
      mode: choice('经营方式', ['批发', '零售', '批零兼营']),
      scope: text('经营范围', 200),
    },
    optional: ['warehouse'],
    sampleFields: {
      ...{ principal: '简如砥', mode: '批零兼营', scope: '第三类医疗器械：6822软性角膜接触镜' },
      premises: '云汉市望湖区学府路18号',
    },
  },
  {
    ...{ sequence: '005', name: '食品生产许可证' },
    properties: {
      principal: text('法定代表人（负责人）', 40),
      domicile: text('住所', 100),
      site: text('生产地址', 100),
      categories: choices('食品类别', [
        '粮食加工品',
        '调味品',
        '饮料',
        '糕点',
        '豆制品',
        '茶叶及相关制品',
      ]),
    },
    sampleFields: {
      ...{ principal: '麦秋实', domicile: '云汉市东郊工业园一路6号' },
      ...{ site: '云汉市东郊工业园一路6号3幢', categories: ['糕点', '豆制品'] },
    },
  },
  {
    ...{ sequence: '006', name: '食品小作坊登记证', holders: 'people', approval: 'single' },
    properties: {
      shopName: text('字号名称', 60),
      site: text('生产加工地址', 100),
      products: text('食品品种', 100),
    },
    sampleFields: {
      shopName: '巷子口豆腐坊',
      site: '云汉市临江区豆市巷3号',
      products: '豆腐、豆干',
    },
  },
  {
    ...{ sequence: '007', name: '特种设备使用登记证', approval: 'single' },
    properties: {
      equipmentKind: choice('设备种类', [
        '锅炉',
        '压力容器',
        '电梯',
        '起重机械',
        '场（厂）内专用机动车辆',
      ]),
      equipmentCode: text('设备代码', 40),
      place: text('使用地点', 100),
      registeredOn: day('登记日期'),
    },
    sampleFields: {
      ...{ equipmentKind: '电梯', equipmentCode: '311042900020240017' },
      ...{ place: '云汉市望湖区湖滨路66号', registeredOn: '2024-05-20' },
    },
  },
  {
    ...{ sequence: '008', name: '特种设备安全管理和作业人员证', holders: 'people' },
    properties: {
      archiveNumber: text('档案编号', 40),
      items: choices('作业项目', [
        'A 特种设备安全管理',
        'T 电梯修理',
        'Q2 起重机司机',
        'N1 叉车司机',
        'G1 工业锅炉司炉',
      ]),
      firstIssuedOn: day('初次领证日期'),
    },
    sampleFields: {
      archiveNumber: '4290042023000581',
      items: ['N1 叉车司机'],
      firstIssuedOn: '2023-03-14',
    },
  },
];

const HEALTH: readonly Draft[] = [
  {
    ...{ sequence: '003', name: '医疗机构执业许可证' },
    properties: {
      principal: text('法定代表人', 40),
      chief: text('主要负责人', 40),
      address: text('地址', 100),
      subjects: text('诊疗科目', 200),
      beds: whole('床位（张）', 10_000),
    },
    optional: ['beds'],
    sampleFields: {
      ...{ principal: '关长庚', chief: '宓清和', address: '云汉市望湖区杏林路10号' },
      ...{ subjects: '内科、外科、妇产科、儿科、中医科', beds: 99 },
    },
  },
  {
    ...{ sequence: '004', name: '医师执业证书', holders: 'people' },
    properties: {
      certificateNumber: { title: '执业证书编码', type: 'string', pattern: '^[0-9]{15}$' },
      category: choice('执业类别', ['临床', '中医', '口腔', '公共卫生']),
      scope: text('执业范围', 60),
      institution: text('主要执业机构', 60),
    },
    sampleFields: {
      ...{ certificateNumber: '110429000001287', category: '临床', scope: '内科专业' },
      institution: '云汉市第一人民医院',
    },
  },
  {
    ...{ sequence: '005', name: '放射诊疗许可证' },
    properties: {
      address: text('地址', 100),
      items: choices('许可项目', ['放射治疗', '核医学', '介入放射学', 'X射线影像诊断']),
      officer: text('放射防护负责人', 40),
    },
    sampleFields: {
      address: '云汉市望湖区杏林路10号',
      items: ['X射线影像诊断'],
      officer: '居安澜',
    },
  },
  {
    ...{ sequence: '006', name: '母婴保健技术服务执业许可证' },
    properties: {
      address: text('地址', 100),
      items: choices('许可项目', ['婚前医学检查', '助产技术', '终止妊娠手术', '结扎手术']),
    },
    sampleFields: { address: '云汉市临江区康宁路5号', items: ['助产技术'] },
  },
  {
    ...{ sequence: '007', name: '供水单位卫生许可证' },
    properties: {
      principal: text('法定代表人或负责人', 40),
      address: text('单位地址', 100),
      supply: choice('供水方式', ['集中式供水', '二次供水']),
    },
    sampleFields: { principal: '水木清', address: '云汉市东郊水厂路1号', supply: '集中式供水' },
  },
  {
    ...{ sequence: '008', name: '乡村医生执业证书', holders: 'people', approval: 'single' },
    properties: {
      certificateNumber: text('证书编码', 40),
      institution: text('执业地点', 60),
      category: choice('执业类别', ['全科', '中医']),
    },
    sampleFields: {
      certificateNumber: '42900420210033',
      institution: '柳浪镇荷塘村卫生室',
      category: '全科',
    },
  },
  {
    ...{ sequence: '009', name: '诊所备案凭证', approval: 'single' },
    properties: {
      principal: text('法定代表人或主要负责人', 40),
      address: text('地址', 100),
      subjects: text('诊疗科目', 100),
    },
    sampleFields: { principal: '宓清和', address: '云汉市临江区竹影路21号', subjects: '中医科' },
  },
];

const URBAN: readonly Draft[] = [
  {
    ...{ sequence: '003', name: '城镇污水排入排水管网许可证' },
    properties: {
      principal: text('法定代表人', 40),
      address: text('排水户地址', 100),
      outlets: whole('排污口数', 99),
      dailyCubicMetres: whole('排水量（立方米／日）', 1_000_000),
      receiving: text('污水最终去向', 80),
    },
    sampleFields: {
      ...{ principal: '田初九', address: '云汉市临江区滨江大道188号', outlets: 1 },
      ...{ dailyCubicMetres: 36, receiving: '云汉市江东污水处理厂' },
    },
  },
  {
    ...{ sequence: '004', name: '城市生活垃圾经营性清扫、收集、运输服务许可证' },
    properties: {
      principal: text('法定代表人', 40),
      services: choices('服务内容', ['清扫', '收集', '运输']),
      area: text('服务区域', 100),
      vehicles: whole('车辆数', 10_000),
    },
    sampleFields: {
      ...{ principal: '洛清尘', services: ['收集', '运输'] },
      ...{ area: '云汉市临江区、望湖区', vehicles: 42 },
    },
  },
  {
    ...{ sequence: '005', name: '占用挖掘城市道路许可证', approval: 'single' },
    properties: {
      road: text('占用挖掘路段', 100),
      purpose: text('用途', 80),
      areaSquareMetres: whole('面积（平方米）', 100_000),
      contractor: text('施工单位', 60),
    },
    sampleFields: {
      ...{ road: '观澜路（滨江大道至中山路段）东侧人行道', purpose: '敷设燃气管道' },
      ...{ areaSquareMetres: 180, contractor: '云汉长桥建筑工程有限公司' },
    },
  },
  {
    ...{ sequence: '006', name: '燃气经营许可证' },
    properties: {
      principal: text('法定代表人', 40),
      address: text('注册地址', 100),
      category: choice('经营类别', ['管道燃气', '瓶装燃气', '燃气汽车加气']),
      area: text('经营区域', 100),
    },
    sampleFields: {
      ...{ principal: '钟离焰', address: '云汉市东郊能源路2号' },
      ...{ category: '瓶装燃气', area: '云汉市辖区' },
    },
  },
  {
    ...{ sequence: '007', name: '建筑垃圾运输车辆准运证', approval: 'single' },
    properties: {
      plate: text('车辆号牌', 20),
      loadTonnes: whole('核定载质量（吨）', 100),
      company: text('所属企业', 60),
    },
    sampleFields: { plate: '鄂M·D8866', loadTonnes: 31, company: '云汉长桥建筑工程有限公司' },
  },
  {
    ...{ sequence: '008', name: '养犬登记证', holders: 'people', approval: 'single' },
    properties: {
      breed: text('犬种', 40),
      chipNumber: { title: '电子标识号', type: 'string', pattern: '^[0-9]{15}$' },
      address: text('养犬地址', 100),
      vaccinatedOn: day('免疫日期'),
    },
    sampleFields: {
      ...{ breed: '柯基犬', chipNumber: '156000000031415', address: '云汉市望湖区学府路26号' },
      vaccinatedOn: '2026-04-18',
    },
  },
];

/** In the order of their departments. */
export const DEMO_FURTHER_TYPES: readonly DemoLicenceType[] = [
  ...MARKET.map((draft) => further(DEMO_CODES.market, draft, '#7a2020')),
  ...HEALTH.map((draft) => further(DEMO_CODES.health, draft, '#1f5f5b')),
  ...URBAN.map((draft) => further(DEMO_CODES.urban, draft, '#5a3a7a')),
];

function further(issuer: string, draft: Draft, themeColour: string): DemoLicenceType {
  const { optional = [], holders = 'organisations', ...rest } = draft;
  return licenceType({
    ...{ issuer, holders, approval: 'dual', formats: ['ofd', 'pdf'], ...rest },
    required: Object.keys(draft.properties).filter((name) => !optional.includes(name)),
    layout: { themeColour },
    labels: holders === 'people' ? PERSON : ORGANISATION,
  });
}
