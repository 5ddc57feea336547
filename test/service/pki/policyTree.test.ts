import { describe, expect, it } from '@jest/globals';

import { processPolicies, type PolicyInputs } from '../../../service/src/pki/policyTree.ts';
import { buildCa, buildCertificate, type Entity } from '../../support/certificates.ts';
import {
  encodeInhibitAnyPolicy,
  encodePolicies,
  encodePolicyConstraints,
  encodePolicyMappings,
} from '../../support/pathExtensions.ts';

const ANY = '2.5.29.32.0';
const [RED, BLUE, GREEN] = ['2.999.1', '2.999.2', '2.999.3'] as const;

/** One certificate's extensions; `isSelfIssued` gives it its issuer's name. */
interface Step {
  readonly extensions: readonly Uint8Array[];
  readonly isSelfIssued?: boolean;
}

/** @param steps - from the one below the anchor to the leaf. */
function process(
  steps: readonly Step[],
  inputs: PolicyInputs = {},
  anchor: readonly Uint8Array[] = [],
): unknown {
  const path: Entity[] = [buildCa(null, 'root', { extensions: anchor })];
  let name = 'root';
  steps.forEach(({ extensions, isSelfIssued = false }, place) => {
    const issuer = path[0]!;
    name = isSelfIssued ? name : `ca ${place}`;
    const isLast = place === steps.length - 1;
    path.unshift(
      isLast ? buildCertificate(issuer, { extensions }) : buildCa(issuer, name, { extensions }),
    );
  });
  const { fault, policies } = processPolicies(
    path.map(({ certificate }) => certificate),
    inputs,
  );
  return fault === null ? [...policies].sort() : fault;
}

const step = (...extensions: readonly Uint8Array[]): Step => ({ extensions });
const under = (...policies: readonly string[]): Step => step(encodePolicies(...policies));
const explicit: PolicyInputs = { requireExplicitPolicy: true };
const NONE = expect.stringMatching(/policy|policies/) as unknown;

describe('processPolicies', () => {
  it.each([
    ['the same policy on the way', [under(RED), under(RED)], [RED]],
    ['what they have in common', [under(RED, BLUE), under(BLUE, GREEN)], [BLUE]],
    ['any policy above', [under(ANY), under(GREEN)], [GREEN]],
    ['any policy below', [under(RED, BLUE), under(ANY)], [RED, BLUE]],
    ['any policy everywhere', [under(ANY), under(ANY)], [ANY]],
    ['nothing in common', [under(RED), under(BLUE)], NONE],
    ['none in the middle', [step(), under(RED)], NONE],
    ['none in the leaf', [under(RED), step()], NONE],
  ])('gives %s', (_, steps, outcome) => {
    expect(process(steps, explicit)).toEqual(outcome);
  });

  it('fails without a policy only where one is required', () => {
    expect(process([step(), step()])).toEqual([]);
    expect(process([step(), step()], explicit)).toEqual(NONE);
    expect(process([step(encodePolicyConstraints({ explicit: 0 })), step()])).toEqual(NONE);
    expect(process([step(encodePolicyConstraints({ explicit: 5 })), step()])).toEqual([]);
    expect(process([step(), step(encodePolicyConstraints({ explicit: 0 }))])).toEqual(NONE);
    expect(process([step(), step()], {}, [encodePolicyConstraints({ explicit: 0 })])).toEqual(NONE);
  });

  it('does not count a self-issued certificate', () => {
    const first = step(encodePolicyConstraints({ explicit: 2 }));
    const rolledOver = { extensions: [], isSelfIssued: true };

    expect(process([first, rolledOver, step()])).toEqual([]);
    expect(process([first, step(), step()])).toEqual(NONE);
  });

  it.each([
    [[RED], [RED]],
    [[GREEN], NONE],
    [[GREEN, BLUE], [BLUE]],
    [[ANY], [RED, BLUE]],
  ])('cuts to what the relying party accepts: %j', (initialPolicies, outcome) => {
    const inputs = { ...explicit, initialPolicies };

    expect(process([under(RED, BLUE), under(RED, BLUE)], inputs)).toEqual(outcome);
  });

  describe('with a mapping from red to blue', () => {
    const mapping = encodePolicyMappings([RED, BLUE]);

    it('takes blue below for red above', () => {
      const steps = [step(encodePolicies(RED), mapping), under(BLUE)];

      expect(process(steps, explicit)).toEqual([RED]);
      expect(process([steps[0]!, under(RED)], explicit)).toEqual(NONE);
    });

    it('maps what stands under any policy', () => {
      expect(process([step(encodePolicies(ANY), mapping), under(BLUE)], explicit)).toEqual([RED]);
    });

    it('is inhibited by the relying party and by a CA', () => {
      const steps = [step(encodePolicies(RED), mapping), under(BLUE)];
      const inhibiting = step(encodePolicies(RED), encodePolicyConstraints({ mapping: 0 }));

      expect(process(steps, { ...explicit, inhibitPolicyMapping: true })).toEqual(NONE);
      expect(process([inhibiting, ...steps], explicit)).toEqual(NONE);
    });

    it.each([
      [ANY, RED],
      [RED, ANY],
    ])('may not be from %s to %s', (issuer, subject) => {
      const wrong = step(encodePolicies(RED), encodePolicyMappings([issuer, subject]));

      expect(process([wrong, under(RED)])).toContain('maps any policy');
    });

    it('in the leaf says nothing', () => {
      expect(process([under(RED), step(encodePolicies(RED), mapping)], explicit)).toEqual([RED]);
    });
  });

  it('hears any policy no longer than it may', () => {
    const inhibiting = step(encodePolicies(RED), encodeInhibitAnyPolicy(0));
    const any = { extensions: [encodePolicies(ANY)], isSelfIssued: true };

    expect(process([inhibiting, under(ANY)], explicit)).toEqual(NONE);
    expect(process([inhibiting, any, under(RED)], explicit)).toEqual([RED]);
    expect(process([under(ANY), under(RED)], { ...explicit, inhibitAnyPolicy: true })).toEqual(
      NONE,
    );
    expect(
      process(
        [step(encodePolicies(RED), encodeInhibitAnyPolicy(1)), under(ANY), under(RED)],
        explicit,
      ),
    ).toEqual([RED]);
  });

  it('ends soon where a tree would double with every certificate', () => {
    const all = [RED, BLUE] as const;
    const pairs = all.flatMap((from) => all.map((to) => [from, to] as const));
    const doubling = step(encodePolicies(...all), encodePolicyMappings(...pairs));
    const started = globalThis.process.cpuUsage();

    expect(process([...new Array<Step>(60).fill(doubling), under(RED)], explicit)).toEqual([
      ...all,
    ]);
    expect(globalThis.process.cpuUsage(started).user).toBeLessThan(5_000_000);
  });
});
