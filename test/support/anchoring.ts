import type { AnchorParts } from '../../service/src/usage/anchorUses.ts';
import type { TestService } from './testService.ts';

/** Who signs anchors in a test city, and what records them. */
export async function signersFor({
  service,
  config,
}: TestService): Promise<Pick<AnchorParts, 'signer' | 'operator' | 'recorder'>> {
  const operator = config.operator.creditCode;
  const { act: signer } = await service.licences.signersOf(operator);
  return { signer, operator, recorder: service.licences.recorder };
}
