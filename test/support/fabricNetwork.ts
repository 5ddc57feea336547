/** A real Fabric network of its own for a test: `scripts/network` in a temporary folder, with hands on each process. */

/** Its processes by name: `orderer0`, `peer0.operator`, `peer0.auditor`, `chaincode.operator`, `chaincode.auditor`, … */
export interface TestNetwork {
  /** The network's folder. */
  readonly dir: string;
  readonly basePort: number;
  /** Connection profiles. */
  readonly profiles: Readonly<{ operator: string; auditor: string }>;
  /** Enrolment root CAs of both peer organisations, PEM. */
  readonly trust: string;
  /** Names of all processes. */
  readonly names: readonly string[];
  /** @returns null if it does not run. */
  pid(name: string): number | null;
  /** SIGKILL, and waits until it is gone. */
  kill(name: string): Promise<void>;
  /** SIGTERM, and waits until it is gone. */
  stop(name: string): Promise<void>;
  /** Starts it again and waits until it is healthy. */
  start(name: string): Promise<void>;
  /** SIGSTOP: it hangs, its connections stay open. */
  pause(name: string): void;
  /** SIGCONT. */
  resume(name: string): void;
  /** Waits until every process is healthy and both organisations endorse. */
  untilReady(): Promise<void>;
  /** Stops and starts everything. */
  restart(): Promise<void>;
  /** Ends all processes and removes the folder. */
  down(): Promise<void>;
}

export interface TestNetworkOptions {
  /** Absent: a free range. */
  readonly basePort?: number;
  readonly orderers?: 1 | 3;
  readonly peers?: 1 | 2;
}

/** Whether Fabric's programs are on the PATH or in `FABRIC_BIN`. */
export function hasFabricPrograms(): boolean {
  throw new Error('not yet');
}

/** Starts a network, chaincode committed, ready for the first act. */
export function startNetwork(options: TestNetworkOptions = {}): Promise<TestNetwork> {
  void options;
  throw new Error('not yet');
}
