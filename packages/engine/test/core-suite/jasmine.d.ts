/** The part of jasmine-core that the suite is run with; it ships no types. */
declare module 'jasmine-core' {
  interface SpecResult {
    readonly fullName: string;
    readonly status: 'passed' | 'failed' | 'pending' | 'excluded';
    readonly failedExpectations: readonly { readonly message: string }[];
  }

  interface Reporter {
    specDone?(result: SpecResult): void;
    suiteDone?(result: Pick<SpecResult, 'fullName' | 'failedExpectations'>): void;
  }

  interface Env {
    configure(options: { random: boolean }): void;
    addReporter(reporter: Reporter): void;
    execute(): Promise<unknown>;
  }

  const core: { boot(): { getEnv(): Env } };
  export default core;
}
