/** Words of which made-up holders, shops and places are put together, and the dice that choose them. */

const SURNAMES =
  '王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文';
const GIVEN =
  '安柏辰澄春川丹东帆芳枫岗歌谷禾河鹤弘华桦江洁锦静君兰岚乐黎莲林玲鹿鸣墨宁萍起乾青晴荣瑞森山舒松棠田庭桐婉薇文汐溪晓欣星雪言阳叶怡宜音英永雨远月云泽芝知舟竹卓';
const STREETS = [
  '滨江大道',
  '解放大道',
  '湖滨路',
  '观澜路',
  '渔市街',
  '中山路',
  '环城东路',
  '桂花巷',
  '文昌街',
  '长桥路',
  '青年路',
  '临湖北街',
];
const DISTRICTS = ['临江区', '望湖区', '东郊区', '青溪县'];
const SHOPS = [
  '江畔',
  '拾味',
  '老船坞',
  '小满',
  '听雨',
  '归园',
  '百草',
  '长桥',
  '云间',
  '半山',
  '渔火',
  '一碗',
  '知味',
  '春和',
  '禾下',
  '青瓦',
];

/** Real division codes (GB/T 2260) of districts all over the country. */
export const DIVISIONS = [
  '110105',
  '120103',
  '130102',
  '140105',
  '150102',
  '210102',
  '220102',
  '230103',
  '310104',
  '320106',
  '330106',
  '340104',
  '350203',
  '360102',
  '370203',
  '410105',
  '420106',
  '430104',
  '440305',
  '450103',
  '460106',
  '500103',
  '510107',
  '520103',
  '530102',
  '540102',
  '610113',
  '620102',
  '630104',
  '640104',
  '650102',
] as const;

/** A sequence of numbers that is the same on every run. */
export interface Dice {
  /** @returns 0 to `sides` − 1. */
  roll(sides: number): number;
  pick<T>(list: readonly T[]): T;
}

/** Mulberry32: small, and good enough to make names. */
export function makeDice(seed: number): Dice {
  let state = seed | 0;
  const roll = (sides: number): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * sides);
  };
  return {
    roll,
    pick: <T>(list: readonly T[]) => list[roll(list.length)] as T, // lists here are never empty
  };
}

export function personName(dice: Dice): string {
  const given = Array.from({ length: 1 + Math.min(1, dice.roll(4)) }, () =>
    dice.pick(Array.from(GIVEN)),
  );
  return dice.pick(Array.from(SURNAMES)) + given.join('');
}

export function shopName(dice: Dice, trade: string): string {
  return dice.pick(SHOPS) + dice.pick(Array.from(GIVEN)) + trade;
}

/** A street address in Yunhan. */
export function address(dice: Dice): string {
  const room =
    dice.roll(3) === 0 ? `${1 + dice.roll(20)}栋${1 + dice.roll(6)}层${1 + dice.roll(30)}号铺` : '';
  return `云汉市${dice.pick(DISTRICTS)}${dice.pick(STREETS)}${1 + dice.roll(399)}号${room}`;
}

/** A day between two years, both inside; `yyyy-mm-dd`. */
export function dayBetween(dice: Dice, firstYear: number, lastYear: number): string {
  const day = Date.UTC(
    firstYear + dice.roll(lastYear - firstYear + 1),
    dice.roll(12),
    1 + dice.roll(28),
  );
  return new Date(day).toISOString().slice(0, 10);
}
