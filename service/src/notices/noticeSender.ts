/** Port: who brings notices to people, by text message, e-mail or app. */
import type { Text } from '../language.ts';

/** What leaves for the gateway: enough to find the person and to say what happened, no value of any field. */
export interface NoticeMessage {
  /** Id of the notice: the same at every attempt. */
  readonly id: string;
  /** {@link NoticeKind} and {@link NoticeEvent}. */
  readonly kind: string;
  readonly event: string;
  /** RFC 3339, UTC. */
  readonly at: string;
  /** Accounts of the person. */
  readonly recipients: readonly { readonly id: string; readonly username: string }[];
  readonly statement: Text;
  /** Id of the usage record, for an objection; null: it is about no use. */
  readonly useId: string | null;
  /** Name of the licence's type; null: it is about no licence. */
  readonly licenceType: string | null;
}

export interface NoticeSender {
  /**
   * Resolves once the gateway took the notice over.
   *
   * @param stopped - aborts the attempt.
   * @throws Error whatever goes wrong: then it is not known whether the gateway has it.
   */
  send(message: NoticeMessage, stopped: AbortSignal): Promise<void>;
}
