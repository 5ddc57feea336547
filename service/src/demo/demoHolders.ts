/** Twenty holders that do not exist: twelve people, eight enterprises. */
import type { Holder } from '../store/people.ts';
import { demoCitizenId, demoCreditCode, type DemoBirth } from './demoCodes.ts';

/** The first two are the accounts `holder` and `holder2`. Divisions are real, numbers belong to nobody. */
export const DEMO_HOLDERS: readonly Holder[] = [
  person('沈砚秋', { division: '420106', birthDay: '19880412', sex: '女' }),
  person('陆青禾', { division: '110105', birthDay: '19910923', sex: '男' }),
  person('王䶮', { division: '320106', birthDay: '19760218', sex: '男' }),
  person('李㛃', { division: '510107', birthDay: '19950630', sex: '女' }),
  person('阿依努尔·买买提', { division: '650102', birthDay: '19930115', sex: '女' }),
  person('欧阳知许', { division: '430104', birthDay: '19840707', sex: '男' }),
  person('格桑卓玛', { division: '540102', birthDay: '19971203', sex: '女' }),
  person('顾一舟', { division: '330106', birthDay: '19690526', sex: '男' }),
  person('乌兰图雅', { division: '150102', birthDay: '19900819', sex: '女' }),
  person('邵鹤鸣', { division: '610113', birthDay: '19730304', sex: '男' }),
  person('谢暄和', { division: '350203', birthDay: '19991010', sex: '女' }),
  person('骆野', { division: '440305', birthDay: '19840229', sex: '男' }),
  company('云汉市江畔人家餐饮管理有限公司', 101),
  company('云汉拾光里酒店有限公司', 102),
  company('云汉市青瓦台文化传播有限公司', 103),
  company('云汉长桥建筑工程有限公司', 104),
  company('云汉市百草汇商业管理有限公司', 105),
  company('云汉沐云健康管理有限公司', 106),
  { name: '云汉市临江区老船坞面馆', code: demoCreditCode('soleTrader', 107), codeType: '001' },
  { name: '云汉市临江区听雨茶社', code: demoCreditCode('soleTrader', 108), codeType: '001' },
];

/** 111: citizen id number (GB/T 36903-2018, annex A). */
function person(name: string, birth: DemoBirth): Holder {
  return { name, code: demoCitizenId(birth), codeType: '111' };
}

/** 001: unified social credit code. */
function company(name: string, number: number): Holder {
  return { name, code: demoCreditCode('enterprise', number), codeType: '001' };
}
