/** The parts of ECharts that are used, and nothing else of it. */
import { BarChart } from 'echarts/charts';
import {
  AriaComponent,
  GridComponent,
  LegendComponent,
  TooltipComponent,
} from 'echarts/components';
import { init, use, type ECharts, type EChartsCoreOption } from 'echarts/core';
import { CanvasRenderer } from 'echarts/renderers';
import type { Figure, Paint } from './figures.ts';

use([BarChart, AriaComponent, GridComponent, LegendComponent, TooltipComponent, CanvasRenderer]);

export interface Drawing {
  readonly figure: Figure;
  readonly isHorizontal: boolean;
  /** For people who do not see it. */
  readonly description: string;
}

export function openChart(element: HTMLElement): ECharts {
  return init(element);
}

/** How a figure is drawn, in the colours that are in force where it stands. */
export function optionOf(drawing: Drawing, element: Element): EChartsCoreOption {
  const { figure, isHorizontal, description } = drawing;
  const style = getComputedStyle(element);
  const token = (name: Paint | 'ink' | 'ink-soft' | 'line' | 'surface'): string =>
    style.getPropertyValue(`--${name}`).trim();
  const text = { color: token('ink-soft'), fontFamily: style.fontFamily };
  const values = {
    ...{ type: 'value', minInterval: 1, axisLabel: text },
    splitLine: { lineStyle: { color: token('line') } },
  };
  const categories = {
    ...{ type: 'category', data: [...figure.categories], inverse: isHorizontal },
    ...{ axisTick: { show: false }, axisLine: { lineStyle: { color: token('edge') } } },
    axisLabel: { ...text, ...(isHorizontal ? { width: 130, overflow: 'break' } : {}) },
  };
  return {
    aria: { enabled: true, label: { description }, decal: { show: figure.series.length > 1 } },
    animation: false,
    textStyle: { fontFamily: style.fontFamily },
    tooltip: {
      ...{ trigger: 'axis', renderMode: 'richText', axisPointer: { type: 'shadow' } },
      ...{ backgroundColor: token('surface'), borderColor: token('edge') },
      textStyle: { color: token('ink') },
    },
    legend: { show: figure.series.length > 1, top: 0, textStyle: { ...text, color: token('ink') } },
    grid: {
      ...{ left: 8, right: 16, bottom: 8, containLabel: true },
      top: figure.series.length > 1 ? 40 : 12,
    },
    xAxis: isHorizontal ? values : categories,
    yAxis: isHorizontal ? categories : values,
    series: figure.series.map(({ name, paint, values: data }) => ({
      ...{ type: 'bar', stack: 'all', name, data: [...data], barMaxWidth: 28 },
      itemStyle: { color: token(paint) },
    })),
  };
}
