import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { SMTPServer } from "smtp-server";

export type Mail = { to: string; messageId: string };

/** A mail server that takes everything, and can be made to think for a while before it says that it has taken a mail. */
export type Mailbox = {
  url: string;
  mails: Mail[];
  /** Mails that were received whole and whose sender was not told so yet. */
  held(): number;
  hold(on: boolean): void;
  close(): Promise<void>;
};

export async function openMailbox(): Promise<Mailbox> {
  const mails: Mail[] = [];
  let waiting: (() => void)[] = [];
  let holding = false;
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS"],
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => void chunks.push(chunk));
      stream.on("end", () => {
        const text = Buffer.concat(chunks).toString("utf8");
        const messageId = /^message-id:\s*(\S+)/im.exec(text)?.[1] ?? "";
        for (const { address } of session.envelope.rcptTo)
          mails.push({ to: address.toLowerCase(), messageId });
        if (holding) waiting.push(() => done());
        else done();
      });
    },
  });
  server.on("error", () => undefined);
  server.listen(0, "127.0.0.1");
  await once(server.server, "listening");
  const { port } = server.server.address() as AddressInfo;
  return {
    url: `smtp://127.0.0.1:${port}`,
    mails,
    held: () => waiting.length,
    hold(on) {
      holding = on;
      if (on) return;
      for (const tell of waiting) tell();
      waiting = [];
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
