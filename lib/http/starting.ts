import type { IncomingMessage, ServerResponse } from "node:http";

const page = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>Starting · Rollcall</title>
<style>
  :root { color-scheme: light dark; background: light-dark(oklch(0.969 0.006 84), oklch(0.176 0.006 68)) }
  body { color: light-dark(oklch(0.235 0.014 60), oklch(0.945 0.007 86));
    font: 15px/1.45 system-ui, sans-serif; max-width: 24rem; margin: 20vh auto 0; padding: 0 16px }
  h1 { font-size: 23px; font-weight: 560; letter-spacing: -0.018em; margin: 0 0 4px }
  p { margin: 0 }
</style>
<h1>Rollcall is starting</h1>
<p>This page opens by itself in a moment.</p>
</html>
`;

/**
 * Answers 503 while the console is not there yet: a browser gets a page that asks again every 2 seconds, all else JSON.
 */
export function answerStarting(req: IncomingMessage, res: ServerResponse): void {
  const isBrowser = req.headers.accept?.includes("text/html") ?? false;
  res.writeHead(503, {
    "Content-Type": isBrowser ? "text/html; charset=utf-8" : "application/json",
    "Cache-Control": "no-store",
    "Retry-After": "2",
    ...(isBrowser && {
      Refresh: "2",
      "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
    }),
  });
  res.end(isBrowser ? page : '{"status":"starting"}');
}
