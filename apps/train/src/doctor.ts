import { type CommandContext, startEngine } from '@vividmed/command';
import { inspectEngines } from '@vividmed/engine';

/** `pnpm run doctor`: what this machine computes with, what does not work and why, and what was chosen. */
export async function doctor({ options, log, result }: CommandContext): Promise<void> {
  const { versions, platform, arch } = process;
  log(`Node ${versions.node} on ${platform}-${arch}`);
  const reports = await inspectEngines();
  const width = Math.max(...reports.map(({ name }) => name.length));
  for (const { name, error, gflops } of reports) {
    const says = error ?? `works, ${gflops!.toPrecision(3)} GFLOP/s in products of matrices`;
    log(`  ${name.padEnd(width)}  ${says}`);
  }
  const chosen = await startEngine({ options, log });
  result({ node: versions.node, platform, arch, engines: reports, chosen });
}
