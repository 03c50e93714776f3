import { createServer } from "node:http";

/** The least that node:http can do with a webhook: read it and say yes. */
const server = createServer((request, response) => {
  request.resume();
  request.on("end", () => {
    response.writeHead(200, { "Content-Type": "application/json" });
    response.end('{"status":"accepted"}');
  });
});
server.listen(Number(process.env.PORT), "127.0.0.1", () => console.log("ready on"));
