/** Figures of the city with their words: which are drawn, and in which order. */
import { t as stateWord } from '../components/stateTexts.ts';
import { currentLanguage } from '../texts.ts';
import { bars, byDay, daysOf, licencesByType, type Figure, type Statistics } from './figures.ts';
import { t } from './figureTexts.ts';

export interface Tile {
  readonly name: 'uses' | 'papers' | 'shown' | 'refused' | 'inTime' | 'open' | 'overdue' | 'seals';
  readonly text: string;
}

export interface Chart {
  readonly name:
    'uses' | 'issued' | 'receipts' | 'licences' | 'verdicts' | 'refusals' | 'cases' | 'ratings';
  readonly figure: Figure;
  readonly heading: string;
  readonly isHorizontal: boolean;
  readonly isWide: boolean;
}

export function tilesOf(statistics: Statistics): readonly Tile[] {
  const { uses, presentations, cases, objections, seals, papersSaved } = statistics;
  const { promised } = cases.decided;
  const number = (count: number): string => count.toLocaleString(currentLanguage());
  return [
    { name: 'uses', text: number(uses.reduce((sum, one) => sum + one.uses, 0)) },
    { name: 'papers', text: number(papersSaved) },
    { name: 'shown', text: number(presentations.redeemed) },
    { name: 'refused', text: number(presentations.refused) },
    { name: 'inTime', text: `${number(promised.inTime)} / ${number(promised.matters)}` },
    { name: 'open', text: number(objections.open) },
    { name: 'overdue', text: number(objections.overdue) },
    { name: 'seals', text: number(seals.inForce) },
  ];
}

export function chartsOf(
  statistics: Statistics,
  typeNames: ReadonlyMap<string, string>,
): readonly Chart[] {
  const { licences, indications, refusals, cases } = statistics;
  const day = { heading: t('day'), isHorizontal: false, isWide: false };
  const list = { isHorizontal: true, isWide: false };
  return [
    { name: 'uses', figure: usesByDay(statistics), ...day, isWide: true },
    { name: 'issued', figure: issuedByDay(statistics), ...day },
    { name: 'receipts', figure: papersByDay(statistics), ...day },
    {
      name: 'licences',
      figure: licencesByType(licences, {
        type: (code) => typeNames.get(code) ?? code,
        state: licenceState,
      }),
      ...{ heading: t('charts.licences'), ...list, isWide: true },
    },
    {
      name: 'verdicts',
      figure: bars(
        t('uses'),
        indications.map(({ indication, uses }) => [verdict(indication), uses]),
      ),
      ...{ heading: t('charts.verdicts'), ...list },
    },
    {
      name: 'refusals',
      figure: bars(
        t('uses'),
        refusals.map(({ reason, uses }) => [reason ?? t('other'), uses]),
        'failed',
      ),
      ...{ heading: t('charts.refusals'), ...list },
    },
    {
      name: 'cases',
      figure: bars(
        t('matters'),
        cases.matters.map(({ state, matters }) => [caseState(state), matters]),
      ),
      ...{ heading: t('charts.cases'), ...list },
    },
    {
      name: 'ratings',
      figure: bars(
        t('ratings'),
        cases.ratings.map(({ level, ratings }) => [t('level', { level }), ratings]),
        'passed',
      ),
      ...{ heading: t('charts.ratings'), ...list },
    },
  ];
}

function usesByDay(statistics: Statistics): Figure {
  const days = daysOf(statistics);
  const of = (outcome: 'answered' | 'refused'): readonly number[] =>
    byDay(
      days,
      statistics.uses.filter((one) => one.outcome === outcome),
      ({ uses }) => uses,
    );
  return {
    categories: days,
    series: [
      { name: t('answered'), paint: 'accent', values: of('answered') },
      { name: t('refused'), paint: 'failed', values: of('refused') },
    ],
  };
}

function issuedByDay(statistics: Statistics): Figure {
  const days = daysOf(statistics);
  const values = byDay(days, statistics.issued, ({ licences }) => licences);
  return { categories: days, series: [{ name: t('licences'), paint: 'accent', values }] };
}

function papersByDay(statistics: Statistics): Figure {
  const days = daysOf(statistics);
  const values = byDay(days, statistics.receipts, ({ licences }) => licences);
  return { categories: days, series: [{ name: t('papers'), paint: 'passed', values }] };
}

const LICENCE_STATES = [
  ...(['drafted', 'returned', 'issued', 'suspended', 'withdrawn', 'cancelled'] as const),
  ...(['lapsed', 'transferred', 'revoked', 'superseded'] as const),
];

function licenceState(state: string): string {
  const known = LICENCE_STATES.find((one) => one === state);
  return known === undefined ? state : stateWord(`state.${known}`);
}

const CASE_STATES = [
  ...(['opened', 'materialsPending', 'accepted', 'inReview', 'suspended', 'approved'] as const),
  ...(['refused', 'declined', 'decided', 'closed', 'withdrawn'] as const),
];

function caseState(state: string): string {
  const known = CASE_STATES.find((one) => one === state);
  return known === undefined ? state : t(`caseStates.${known}`);
}

function verdict(indication: string | null): string {
  if (indication === 'TOTAL-PASSED') return t('indications.passed');
  if (indication === 'TOTAL-FAILED') return t('indications.failed');
  return indication === null ? t('indications.none') : t('indications.unknown');
}
