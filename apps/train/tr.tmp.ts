import { useEngine } from '@vividmed/engine';
import { registerGradients } from '@vividmed/nn/gradients';
import { vividmed } from './bench/vividmed.js';
registerGradients();
await useEngine('ort');
for (const dims of [2,3,2,3]) {
const c:any = { name: 'x', group: '', kind: 'vividmed', sizes: { preset: 'tiny', dims, batch: 4, length: 192, side: 96, depth: 24 } };
const work: any = await vividmed(c, `/tmp/w-${process.pid}.st`);
for (let i = 0; i < 4; i++) { const c0=process.cpuUsage(); const t=performance.now(); await work.run(); const d=process.cpuUsage(c0); console.log(dims, i, 'wall', (performance.now()-t).toFixed(0),'cpu',((d.user+d.system)/1e3).toFixed(0)); }
work.dispose();
}
