import type { Node } from './sdk.ts';

const attempts = new WeakMap<Node, Promise<boolean>>();
const retired = new WeakSet<Node>();

/**
 * Waits until a node has been connected to once; afterwards gRPC connects again by itself. Callers share one attempt: the
 * archived client closes the connection that another caller is waiting for.
 *
 * @throws Error when it cannot be reached within the client's connection time.
 */
export async function reach(node: Node): Promise<void> {
  if (node.connected) return;
  if (retired.has(node)) throw new Error(`${node.name} is not connected`);
  let attempt = attempts.get(node);
  if (attempt === undefined) {
    attempt = node.checkConnection().finally(() => attempts.delete(node));
    attempts.set(node, attempt);
  }
  if (!(await attempt)) throw new Error(`${node.name} is not connected`);
}

/** Lets a node never be connected to again: the archived client would, even after it was closed. */
export function retire(node: Node): void {
  retired.add(node);
}
