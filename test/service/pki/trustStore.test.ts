import { describe, expect, it } from '@jest/globals';

import { NO_TRUST_STORE, parseTrustStore } from '../../../service/src/pki/trustStore.ts';
import { testCity } from '../../support/testCa.ts';

describe('parseTrustStore', () => {
  it('keeps roots and intermediates apart', async () => {
    const { rootsPem, intermediatesPem } = await testCity();

    const trust = parseTrustStore(rootsPem, intermediatesPem);

    expect(trust.anchors.map(({ pathLength }) => pathLength)).toEqual([1, 1]);
    expect(trust.intermediates.map(({ pathLength }) => pathLength)).toEqual([0, 0]);
  });

  it('trusts nothing where nothing is given', () => {
    expect(parseTrustStore('')).toEqual(NO_TRUST_STORE);
  });

  it('refuses a text with a broken certificate', () => {
    const pem = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';

    expect(() => parseTrustStore(pem)).toThrow(
      expect.objectContaining({ code: 'CERTIFICATE_MALFORMED' }),
    );
  });
});
