import { describe, expect, it } from '@jest/globals';
import { canonicalBytes } from '@yinxin/chaincode/model';
import { verifySignature } from '../../../service/src/keys/publicKey.ts';
import { signAct } from '../../../service/src/ledger/signAct.ts';
import { parseCertificate } from '../../../service/src/pki/certificate.ts';
import { buildLedgerCity } from '../../support/ledgerCity.ts';

const PEOPLE = { authority: '11100000000013338W', maker: 'a'.repeat(64) };
const BODY = { leaves: ['00'.repeat(32)] };

describe('signAct', () => {
  it('signs the canonical bytes with the act key it names', async () => {
    const { operator, clock } = await buildLedgerCity();
    const { signer } = operator;

    const signed = await signAct({ clock, signer }, 'usage.anchor', BODY, PEOPLE);

    const { publicKey } = parseCertificate(signer.certificationPath[0]!);
    const signature = new Uint8Array(Buffer.from(signed.signature, 'base64url'));
    expect(verifySignature(publicKey, canonicalBytes(signed.act), signature)).toBe(true);
    expect(signed.act.by).toEqual({ ...PEOPLE, keyId: signer.keyId });
  });

  it('gives every act an id of its own, unless one is given', async () => {
    const { operator, clock } = await buildLedgerCity();
    const signing = { clock, signer: operator.signer };
    const id = '01M80TJWQHMZAA1HQ97HRSY9YC';

    const first = await signAct(signing, 'usage.anchor', BODY, PEOPLE);
    const second = await signAct(signing, 'usage.anchor', BODY, PEOPLE);
    const named = await signAct({ ...signing, id }, 'usage.anchor', BODY, PEOPLE);

    expect(first.act.id).not.toBe(second.act.id);
    expect(named.act.id).toBe(id);
  });

  it('names an approver only when there is one', async () => {
    const { operator, clock } = await buildLedgerCity();
    const signing = { clock, signer: operator.signer };

    const alone = await signAct(signing, 'usage.anchor', BODY, PEOPLE);
    const approver = 'b'.repeat(64);
    const both = await signAct(signing, 'usage.anchor', BODY, { ...PEOPLE, approver });

    expect('approver' in alone.act.by).toBe(false);
    expect(both.act.by.approver).toBe(approver);
  });
});
