/** Port: asks lists and responders that certificates name. Whatever comes back is attacker-controlled. */
export interface StatusSource {
  /** @returns DER, as it came. @throws Error whatever goes wrong. */
  fetchCrl(url: string): Promise<Uint8Array>;
  /** @param request - DER OCSPRequest. @returns DER OCSPResponse, as it came. @throws Error whatever goes wrong. */
  askResponder(url: string, request: Uint8Array): Promise<Uint8Array>;
}
