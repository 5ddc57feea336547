import { describe, expect, it } from '@jest/globals';

import {
  markForEndorsements,
  NO_TRUST_STORE,
  parseTrustFile,
  parseTrustStore,
} from '../../../service/src/pki/trustStore.ts';
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

describe('parseTrustFile', () => {
  it('keeps roots that are marked for endorsements from anything else', async () => {
    const { rootsPem } = await testCity();
    const { rootsPem: others } = await testCity();

    const file = parseTrustFile(rootsPem + markForEndorsements(others));

    expect(file.anchors).toEqual(parseTrustStore(rootsPem).anchors);
    expect(file.endorsementAnchors).toEqual(parseTrustStore(others).anchors);
  });

  it('takes a root for what its own mark says, wherever it stands', async () => {
    const { rootsPem } = await testCity();
    const { rootsPem: others } = await testCity();

    const file = parseTrustFile(markForEndorsements(others) + rootsPem);

    expect(file.anchors).toEqual(parseTrustStore(rootsPem).anchors);
  });

  it('lets other programs read the file as before', async () => {
    const { rootsPem } = await testCity();

    expect(parseTrustStore(markForEndorsements(rootsPem))).toEqual(parseTrustStore(rootsPem));
  });
});
