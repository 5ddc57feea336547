/** What the demo city's matters and their materials are called in English. */
import { typeInEnglish } from './demoEnglish.ts';

const MATTERS: Readonly<Record<string, string>> = {
  食品经营许可变更: 'Change a food business licence',
  食品经营许可延续: 'Renew a food business licence',
  网络餐饮服务经营者入网审查: 'List an eatery on a delivery platform',
  小餐饮经营登记变更: 'Change a small eatery registration',
  '药品经营许可证变更（零售）': 'Change a pharmacy licence (retail)',
  '药品经营许可证重新审查发证（零售）': 'Renew a pharmacy licence (retail)',
  医疗器械经营许可变更: 'Change a medical device trading licence',
  第二类医疗器械经营备案: 'File trade in class II medical devices',
  食品生产许可延续: 'Renew a food production licence',
  食品小作坊登记延续: 'Renew a food workshop registration',
  特种设备使用登记变更: 'Change a special equipment registration',
  特种设备作业人员资格复审: 'Review a special equipment operator',
  '企业住所（经营场所）变更登记': 'Register a company’s new address',
  个体工商户变更登记: 'Change a sole trader’s registration',
  公共场所卫生许可延续: 'Renew a public place hygiene licence',
  护士执业注册变更: 'Change a nurse’s registration',
  公共场所卫生许可变更: 'Change a public place hygiene licence',
  医疗机构执业登记变更: 'Change a medical institution’s registration',
  医疗机构校验: 'Periodic check of a medical institution',
  医师执业注册变更: 'Change a physician’s registration',
  医师多机构执业备案: 'File a physician’s further institution',
  放射诊疗许可校验: 'Periodic check of radiotherapy and imaging',
  母婴保健技术服务机构执业许可延续: 'Renew a maternal and infant care licence',
  饮用水供水单位卫生许可延续: 'Renew a water supplier hygiene licence',
  乡村医生执业再注册: 'Register a village doctor again',
  诊所备案变更: 'Change a clinic’s filing',
  户外广告设施设置许可延续: 'Renew an outdoor advertising permit',
  建筑垃圾处置核准变更: 'Change a construction waste approval',
  餐厨垃圾收运备案: 'File the collection of kitchen waste',
  门店招牌设置备案: 'File a shop sign',
  排水许可延续: 'Renew a sewer discharge permit',
  排水许可变更: 'Change a sewer discharge permit',
  '生活垃圾清扫、收集、运输服务许可延续': 'Renew a household waste service permit',
  占用挖掘城市道路许可延期: 'Extend a road occupation permit',
  燃气经营许可变更: 'Change a gas trading licence',
  建筑垃圾运输车辆准运延续: 'Renew a construction waste vehicle permit',
  养犬登记年检: 'Yearly check of a dog registration',
  '我要开饭店（一件事）': 'Open a restaurant (all in one)',
  '我要开药店（一件事）': 'Open a pharmacy (all in one)',
  '我要办诊所（一件事）': 'Open a clinic (all in one)',
};

const MATERIALS: Readonly<Record<string, string>> = {
  申请书: 'Application form',
  营业执照: 'Business licence',
  变更事项的证明材料: 'Evidence of the change',
  经营场所不动产权证明: 'Title to the premises',
  申请人身份证明: 'Proof of the applicant’s identity',
  经营条件未变化的声明: 'Declaration that conditions are unchanged',
  食品经营许可证或小餐饮经营登记证: 'Food Business Licence or Small Eatery Registration',
  实体门店地址信息: 'Address of the shop',
  食品安全负责人信息: 'Food safety officer',
  与网络交易平台签订的食品安全协议: 'Food safety agreement with the platform',
  从业人员健康证明: 'Health certificates of the staff',
  执业药师注册证明: 'Pharmacist’s registration',
  质量管理体系自查报告: 'Self-inspection report on quality',
  经营场所地址信息: 'Address of the premises',
  质量负责人信息: 'Quality manager',
  排污许可证: 'Pollutant Discharge Permit',
  生产场所布局图和工艺流程图: 'Plan of the premises and the process',
  定期检验报告: 'Periodic inspection report',
  持证期间从业情况说明: 'Statement of work since certification',
  关于变更住所的决议或者决定: 'Resolution on the new address',
  卫生检测或者评价报告: 'Hygiene test or assessment report',
  消防安全检查合格证: 'Fire Safety Certificate',
  拟任主要负责人资格证明: 'Qualification of the future person in charge',
  校验期内年度工作总结: 'Yearly work report',
  医疗质量检查结果: 'Results of the quality inspection',
  拟聘用机构的聘用证明: 'Proof of employment at the new institution',
  拟备案机构执业许可证: 'Licence of the further institution',
  放射诊疗设备性能检测报告: 'Test report of the radiological equipment',
  放射工作人员个人剂量监测报告: 'Dose monitoring report of the staff',
  水质检测报告: 'Water quality report',
  培训考核合格证明: 'Proof of training',
  设施安全检测报告: 'Safety test report of the installation',
  运输合同: 'Transport contract',
  运输车辆准运证: 'Vehicle permits',
  经营项目和规模说明: 'Items and scale of the business',
  收运地点信息: 'Place of collection',
  餐厨垃圾收运协议: 'Kitchen waste collection agreement',
  店铺名称证明: 'Proof of the shop’s name',
  招牌设置地点信息: 'Site of the sign',
  经营者身份信息: 'Identity of the operator',
  招牌设计效果图: 'Design of the sign',
  排水水质检测报告: 'Test report of the discharged water',
  作业车辆行驶证信息: 'Vehicle licences of the fleet',
  道路修复方案: 'Plan for restoring the road',
  燃气事故应急预案: 'Emergency plan for gas accidents',
  机动车行驶证: 'Vehicle licence',
  犬只狂犬病免疫证明: 'Rabies vaccination certificate',
};

/** The member of a definition that names its matter in English. */
export function matterInEnglish(name: string): { readonly nameEn?: string } {
  return named(MATTERS[name]);
}

/** The same material, named in English, too. */
export function materialInEnglish<T extends { readonly name: string }>(
  material: T,
): T & { readonly nameEn?: string } {
  return { ...material, ...named(MATERIALS[material.name] ?? typeInEnglish(material.name)) };
}

function named(english: string | undefined): { readonly nameEn?: string } {
  return english === undefined ? {} : { nameEn: english };
}
