import { Readable } from "node:stream";
import { createTransport } from "nodemailer";
import { env } from "./env.ts";

const mailTimeoutMs = 15_000;

/** Whether this server can send mail: SMTP_URL is set. */
export const canMail = (): boolean => env().SMTP_URL !== undefined;

/**
 * Hands one plain-text mail to the mail server of SMTP_URL, from MAIL_FROM; throws what the mail server said when it
 * does not take it. `id` becomes the Message-ID, so that a mail sent twice is one mail to programs that look.
 * `beforeEnd` is awaited when all but the end of the mail has left: when it throws, the mail server has no mail.
 */
export async function sendMail(mail: {
  to: string | string[];
  subject: string;
  text: string;
  id?: string;
  beforeEnd?: () => Promise<void>;
}): Promise<void> {
  const { SMTP_URL, MAIL_FROM, publicUrl } = env();
  if (!SMTP_URL) throw new Error("This server has no SMTP_URL.");
  const { id, beforeEnd, ...rest } = mail;
  const transport = createTransport(SMTP_URL, {
    connectionTimeout: mailTimeoutMs,
    greetingTimeout: mailTimeoutMs,
    socketTimeout: mailTimeoutMs,
  } as object);
  if (beforeEnd) {
    transport.use("stream", ({ message }, done) => {
      const read = message.createReadStream.bind(message);
      Object.assign(message, { createReadStream: () => Readable.from(endingWith(read(), beforeEnd)) });
      done();
    });
  }
  try {
    const messageId = id && `<${id}@${new URL(publicUrl).hostname}>`;
    await transport.sendMail({ from: MAIL_FROM, ...rest, ...(messageId ? { messageId } : {}) });
  } finally {
    transport.close();
  }
}

/** All of a mail, and its end only after `beforeEnd`; read no earlier than the mail server is ready for it. */
async function* endingWith(mail: AsyncIterable<Buffer>, beforeEnd: () => Promise<void>) {
  yield* mail;
  await beforeEnd();
}
