/** Words of what state a licence is in, of lists, and of nothing. */
import { defineTexts } from '../texts.ts';

export const t = defineTexts('components', {
  'zh-CN': {
    state: {
      drafted: '待审批',
      returned: '已退回',
      issued: '有效',
      suspended: '暂扣',
      withdrawn: '已撤销',
      cancelled: '已注销',
      lapsed: '已失效',
      transferred: '已转出',
      revoked: '已吊销',
      superseded: '已换发',
    },
    more: '显示更多',
    loading: '正在读取…',
    shown: '已显示 {count} 条',
    all: '共 {count} 条',
  },
  en: {
    state: {
      drafted: 'Waiting for approval',
      returned: 'Returned',
      issued: 'In force',
      suspended: 'Suspended',
      withdrawn: 'Withdrawn',
      cancelled: 'Cancelled',
      lapsed: 'Lapsed',
      transferred: 'Transferred out',
      revoked: 'Revoked',
      superseded: 'Replaced',
    },
    more: 'Show more',
    loading: 'Loading…',
    shown: '{count} shown',
    all: '{count} in all',
  },
});
