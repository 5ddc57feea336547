/** Every page there is, with who opens it. */
import type { DayOfWork } from './dayOfWork.ts';
import type { DemoCity } from './demoCity.ts';

export interface Place {
  /** For file names: `department-licences-one`. */
  readonly name: string;
  readonly path: string;
  /** A name of the demo city; null: nobody. */
  readonly as: string | null;
}

/** What the console says of its pages; loaded as data, since it is made for browsers. */
interface Console {
  readonly ROOMS: readonly {
    readonly pages: readonly { readonly path: string; readonly roles: readonly string[] }[];
  }[];
}
const CONSOLE = new URL('../../web/src/console/rooms.ts', import.meta.url).href;

/** Who of the demo city works in a role. */
const PEOPLE: Readonly<Record<string, string>> = {
  clerk: 'clerk',
  issuer: 'maker',
  approver: 'checker',
  sealMaker: 'sealmaker',
  holder: 'holder',
  auditor: 'auditor',
  operator: 'operator',
  securityAdmin: 'security',
};

/** Which one a page about one thing shows, by the name of its parameter and the page's path. */
type Subjects = (path: string) => string | undefined;

/** The public page's, the signing in, and all of the console's rooms. @throws Error for a page whose subject nobody knows. */
export async function listPlaces(city: DemoCity, day: DayOfWork): Promise<readonly Place[]> {
  const subjects = await findSubjects(city, day);
  const { ROOMS } = (await import(CONSOLE)) as Console;
  const rooms = ROOMS.flatMap(({ pages }) => pages).map(({ path, roles }) => {
    const [role] = roles;
    const filled = path.replaceAll(/:\w+/g, () => {
      const subject = subjects(path);
      if (subject === undefined) throw new Error(`nobody knows what ${path} would show`);
      return encodeURIComponent(subject);
    });
    const name = path.slice(1).replaceAll(/:\w+/g, 'one').replaceAll('/', '-');
    return { name, path: filled, as: role === undefined ? null : (PEOPLE[role] ?? null) };
  });
  return [
    { name: 'public', path: '/v', as: null },
    { name: 'public-case', path: `/v/case#${day.queryCode}`, as: null },
    { name: 'sign-in', path: '/sign-in', as: null },
    { name: 'password', path: '/password', as: 'clerk' },
    ...rooms,
    { name: 'department-approve', path: `/department/licences/${day.draft}`, as: 'checker' },
    { name: 'department-seals-maker', path: '/department/seals', as: 'sealmaker' },
  ];
}

async function findSubjects(city: DemoCity, day: DayOfWork): Promise<Subjects> {
  const first = async (as: string, path: string, member: string): Promise<string> => {
    const [item] = (await city.send(as, 'GET', path)).items;
    const subject = item?.[member];
    return typeof subject === 'string' ? subject : '';
  };
  const known: Readonly<Record<string, string>> = {
    '/department/licences/:identifier': day.draft,
    '/department/imports/:id': day.import,
    '/department/seals/:esId': await first('maker', '/seals', 'esId'),
    '/department/cases/:id': day.case,
    '/holder/licences/:identifier': day.licence,
    '/holder/uses/:id': await first('holder', '/me/uses', 'id'),
    '/holder/cases/:id': day.case,
    '/audit/licences/:identifier': day.licence,
    '/audit/uses/:id': await first('auditor', '/usage-records', 'id'),
    '/administration/people/:id': await first('security', '/people', 'id'),
    '/administration/matters/:code': '429000100001',
    '/administration/types/:code': await first('operator', '/licence-types', 'typeCode'),
  };
  return (path) => known[path.replace(/\/edit$/, '')];
}
