const paths=process.argv.slice(2)
const mods=await Promise.all(paths.map(async p=>({p,core:await import(p+'/dist/index.js'),t:await import(p+'/dist/testing.js')})))
const quiet={info(){},warn(){},error(){}}
const runs=mods.map(({p,core,t})=>({p,t,receiver:core.createReceiver({secret:t.testSecret,...(process.env.NOLOG?{}:{logger:quiet})}).on('chat.message',()=>{}),times:[]}))
const N=1000
let k=0
for(let round=0;round<60;round++){
  for(const r of runs){
    const reqs=[]
    for(let i=0;i<N;i++){const e={...r.t.fixture('chat.message'),id:'msg_'+(k++)};const s=await r.t.signedRequest({event:e});reqs.push({method:'POST',headers:s.headers,body:Buffer.from(s.body)})}
    const c=process.cpuUsage();
    for(const q of reqs) await r.receiver.handle(q)
    const d=process.cpuUsage(c); r.times.push((d.user+d.system)*1000/N)
  }
}
for(const r of runs){r.times.sort((a,b)=>a-b);console.log(r.p,'min',r.times[0].toFixed(0),'median',r.times[30].toFixed(0),'ns cpu')}
