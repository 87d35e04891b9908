import { useEngine } from '@vividmed/engine';
import { registerGradients } from '@vividmed/nn/gradients';
import { vividmed } from './bench/vividmed.js';
registerGradients();
await useEngine('ort');
for (const [dims,batch] of [[2,8],[2,4],[3,4],[3,2]] as const) {
  const c:any = { name: 'x', group: '', kind: 'vividmed', sizes: { preset: 'tiny', dims, batch, length: 192, side: dims===2?96:64, depth: 24 } };
  const work: any = await vividmed(c, `/tmp/w-${process.pid}-${dims}-${batch}.st`);
  const cpu:number[]=[],ms:number[]=[];
  for (let i = 0; i < 9; i++) { const t=performance.now();const c0=process.cpuUsage(); await work.run(); const d=process.cpuUsage(c0); cpu.push((d.user+d.system)/1e3);ms.push(performance.now()-t);}
  cpu.splice(0,3);ms.splice(0,3);cpu.sort((a,b)=>a-b);ms.sort((a,b)=>a-b);
  console.log(dims,'D batch',batch,'cpu',cpu[3].toFixed(0),'wall',ms[3].toFixed(0),'GF',(work.flops/1e9).toFixed(1));
  work.dispose();
}
