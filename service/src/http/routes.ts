import { administrationRoutes } from './administrationRoutes.ts';
import { alarmRoutes } from './alarmRoutes.ts';
import { auditExportRoutes } from './auditExportRoutes.ts';
import { auditRoutes } from './auditRoutes.ts';
import { calendarRoutes } from './calendarRoutes.ts';
import { caseMaterialRoutes } from './caseMaterialRoutes.ts';
import { caseRoutes } from './caseRoutes.ts';
import { certificateRoutes } from './certificateRoutes.ts';
import { copyRoutes } from './copyRoutes.ts';
import { clientRoutes } from './clientRoutes.ts';
import { dataRoutes } from './dataRoutes.ts';
import { documentSignerRoutes } from './documentSignerRoutes.ts';
import { grantRoutes } from './grantRoutes.ts';
import { erasureRoutes } from './erasureRoutes.ts';
import { externalSignInRoutes } from './externalSignInRoutes.ts';
import type { Route } from './guard.ts';
import { importRoutes } from './importRoutes.ts';
import { healthRoutes } from './healthRoutes.ts';
import { ledgerRoutes } from './ledgerRoutes.ts';
import { licenceActRoutes } from './licenceActRoutes.ts';
import { licenceRoutes } from './licenceRoutes.ts';
import { licenceTypeRoutes } from './licenceTypeRoutes.ts';
import { materialRoutes } from './materialRoutes.ts';
import { matterRoutes } from './matterRoutes.ts';
import { noticeRoutes } from './noticeRoutes.ts';
import { objectionRoutes } from './objectionRoutes.ts';
import { organisationRoutes } from './organisationRoutes.ts';
import { ownSessionRoutes } from './ownSessionRoutes.ts';
import type { AppParts } from './parts.ts';
import { ownDataRoutes } from './ownDataRoutes.ts';
import { peopleRoutes } from './peopleRoutes.ts';
import { personSessionRoutes } from './personSessionRoutes.ts';
import { presentationRoutes } from './presentationRoutes.ts';
import { previewRoutes } from './previewRoutes.ts';
import { personalSignatureRoutes } from './personalSignatureRoutes.ts';
import { proofRoutes } from './proofRoutes.ts';
import { recallRoutes } from './recallRoutes.ts';
import { receiptRoutes } from './receiptRoutes.ts';
import { relianceRoutes } from './relianceRoutes.ts';
import { sealApplicationRoutes } from './sealApplicationRoutes.ts';
import { sealRoutes } from './sealRoutes.ts';
import { sealSignatureRoutes } from './sealSignatureRoutes.ts';
import { sessionRoutes } from './sessionRoutes.ts';
import { statisticsRoutes } from './statisticsRoutes.ts';
import { statusListRoutes } from './statusListRoutes.ts';
import { timeStampRoutes } from './timeStampRoutes.ts';
import { tokenRoutes } from './tokenRoutes.ts';
import { trustRoutes } from './trustRoutes.ts';
import { usageRoutes } from './usageRoutes.ts';
import { verificationRoutes } from './verificationRoutes.ts';
import { waiverRoutes } from './waiverRoutes.ts';
import { windowRoutes } from './windowRoutes.ts';

/** Every route below the API's base; the busiest first. */
export function apiRoutes(parts: AppParts): readonly Route[] {
  return [
    ...verificationRoutes(parts),
    ...sessionRoutes(parts),
    ...ownSessionRoutes(parts),
    ...externalSignInRoutes(parts),
    ...licenceActRoutes(parts),
    ...licenceRoutes(parts),
    ...relianceRoutes(parts),
    ...presentationRoutes(parts),
    ...previewRoutes(parts),
    ...proofRoutes(parts),
    ...receiptRoutes(parts),
    ...importRoutes(parts),
    ...sealRoutes(parts),
    ...sealSignatureRoutes(parts),
    ...sealApplicationRoutes(parts),
    ...personalSignatureRoutes(parts),
    ...licenceTypeRoutes(parts),
    ...organisationRoutes(parts),
    ...windowRoutes(parts),
    ...peopleRoutes(parts),
    ...personSessionRoutes(parts),
    ...administrationRoutes(parts),
    ...tokenRoutes(parts),
    ...dataRoutes(parts),
    ...clientRoutes(parts),
    ...grantRoutes(parts),
    ...copyRoutes(parts),
    ...matterRoutes(parts),
    ...waiverRoutes(parts),
    ...caseRoutes(parts),
    ...caseMaterialRoutes(parts),
    ...materialRoutes(parts),
    ...calendarRoutes(parts),
    ...usageRoutes(parts),
    ...ownDataRoutes(parts),
    ...objectionRoutes(parts),
    ...noticeRoutes(parts),
    ...recallRoutes(parts),
    ...erasureRoutes(parts),
    ...auditRoutes(parts),
    ...statisticsRoutes(parts),
    ...alarmRoutes(parts),
    ...auditExportRoutes(parts),
    ...ledgerRoutes(parts),
    ...healthRoutes(parts),
    ...statusListRoutes(parts),
    ...certificateRoutes(parts),
    ...documentSignerRoutes(parts),
    ...trustRoutes(parts),
    ...timeStampRoutes(parts),
  ];
}
