/** Object identifiers of CMS signatures. */
export const OID = {
  data: '1.2.840.113549.1.7.1', // id-data
  signedData: '1.2.840.113549.1.7.2', // id-signedData
  contentType: '1.2.840.113549.1.9.3', // id-contentType
  messageDigest: '1.2.840.113549.1.9.4', // id-messageDigest
  signingTime: '1.2.840.113549.1.9.5', // id-signingTime
  signingCertificate: '1.2.840.113549.1.9.16.2.12', // id-aa-signingCertificate
  signingCertificateV2: '1.2.840.113549.1.9.16.2.47', // id-aa-signingCertificateV2
  signatureTimeStampToken: '1.2.840.113549.1.9.16.2.14', // id-aa-timeStampToken
  timeStampInfo: '1.2.840.113549.1.9.16.1.4', // id-ct-TSTInfo
  revocationInfoArchival: '1.2.840.113583.1.1.8', // adbe-revocationInfoArchival
  sha1: '1.3.14.3.2.26', // id-sha1
  sha256: '2.16.840.1.101.3.4.2.1', // id-sha256
  sha384: '2.16.840.1.101.3.4.2.2', // id-sha384
  sha512: '2.16.840.1.101.3.4.2.3', // id-sha512
  shake256: '2.16.840.1.101.3.4.2.12', // id-shake256
  shake256WithLength: '2.16.840.1.101.3.4.2.18', // id-shake256-len
  sm3: '1.2.156.10197.1.401', // GM/T 0006
  ecdsaWithSha256: '1.2.840.10045.4.3.2', // ecdsa-with-SHA256
  ecdsaWithSha384: '1.2.840.10045.4.3.3', // ecdsa-with-SHA384
  ecdsaWithSha512: '1.2.840.10045.4.3.4', // ecdsa-with-SHA512
  sm2WithSm3: '1.2.156.10197.1.501', // GM/T 0006
  sm2Signature: '1.2.156.10197.1.301.1', // GM/T 0006, as GM/T 0010 names it in SignerInfo
  rsaEncryption: '1.2.840.113549.1.1.1', // rsaEncryption
  sha256WithRsa: '1.2.840.113549.1.1.11', // sha256WithRSAEncryption
  sha384WithRsa: '1.2.840.113549.1.1.12', // sha384WithRSAEncryption
  sha512WithRsa: '1.2.840.113549.1.1.13', // sha512WithRSAEncryption
  rsaPss: '1.2.840.113549.1.1.10', // id-RSASSA-PSS
  ed25519: '1.3.101.112', // id-Ed25519
  ed448: '1.3.101.113', // id-Ed448
  mgf1: '1.2.840.113549.1.1.8', // id-mgf1
  timeStamping: '1.3.6.1.5.5.7.3.8', // id-kp-timeStamping
} as const;
