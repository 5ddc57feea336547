/** A bare Koa application that answers a small JSON: what HTTP alone costs. Port in the first argument. */
import Koa from 'koa';

const app = new Koa();
app.use((ctx) => {
  ctx.body = { indication: 'TOTAL-PASSED' };
});
app.listen(Number(process.argv[2]), '127.0.0.1', () => process.send?.('listening'));
