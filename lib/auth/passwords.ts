import { hash, verify } from "@node-rs/argon2";
import { processWide } from "../process-wide.ts";

/** OWASP's first choice for argon2id: 19 MiB, two passes, one lane. */
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** The argon2id hash of a password, with its own salt. */
export const hashPassword = (password: string): Promise<string> => hash(password, cost);

const dummyHash = (): Promise<string> => processWide("dummy-hash", () => hashPassword(crypto.randomUUID()));

/** Whether a password is the one hashed; takes the same time when there is no hash to compare with. */
export async function verifyPassword(hashed: string | null, password: string): Promise<boolean> {
  const matches = await verify(hashed ?? (await dummyHash()), password);
  return matches && hashed !== null;
}
