/** Node's and PostgreSQL's errors, with what Node adds of the call that failed. */
type Coded = Error & { code: string; syscall?: string; path?: string; port?: number; address?: string };

const urlForm = "postgres://user:password@host:5432/name";

const onListen: Record<string, (error: Coded) => string> = {
  EADDRINUSE: ({ port }) => `Port ${port} is in use. Stop what uses it, or set PORT.`,
  EACCES: ({ port }) => `This user may not listen on port ${port}. Set PORT to one above 1023.`,
  EADDRNOTAVAIL: ({ address }) => `This machine has no address ${address}. Set HOST to one of its own.`,
  ENOTFOUND: () => "HOST names no address of this machine. Set it to one of its own.",
};

const onFile: Record<string, (path: string) => string> = {
  EACCES: (path) => `Rollcall may not use ${path}. Give its user the right to write there, or set DATA_DIR.`,
  EPERM: (path) => `Rollcall may not use ${path}. Give its user the right to write there, or set DATA_DIR.`,
  EROFS: (path) => `${path} cannot be written to. Set DATA_DIR to a folder that can.`,
  ENOSPC: (path) => `The disk of ${path} is full. Free some space, or set DATA_DIR.`,
};

/** Codes of PostgreSQL, of Node's URL and of its TLS. */
const onDatabase: Record<string, string> = {
  "28P01": "PostgreSQL does not let Rollcall in. Check the user and the password in DATABASE_URL.",
  "28000":
    "PostgreSQL does not let Rollcall in. Check the user in DATABASE_URL and PostgreSQL’s pg_hba.conf.",
  "3D000": "PostgreSQL has no database of the name in DATABASE_URL. Create it, or correct the name.",
  "42501": "The user in DATABASE_URL may not create tables. Make it the owner of the database.",
  ERR_INVALID_URL: `DATABASE_URL cannot be read. Write it as ${urlForm}.`,
  DEPTH_ZERO_SELF_SIGNED_CERT:
    "PostgreSQL’s certificate is not trusted. Name the file of its authority in NODE_EXTRA_CA_CERTS.",
};

const isCoded = (error: unknown): error is Coded =>
  error instanceof Error && "code" in error && typeof error.code === "string";

/**
 * What to tell the person who started Rollcall in vain: what is wrong and what to do about it. Errors of our own say so
 * themselves; what nobody foresaw is named with where its cause can be read.
 */
export function explainStart(error: unknown): string {
  if (error instanceof Error && error.constructor === Error && !isCoded(error)) return error.message;
  let last = error;
  for (let each = error; each instanceof Error; each = each.cause) {
    const known = isCoded(each) ? explainCode(each) : undefined;
    if (known) return known;
    last = each;
  }
  const said = (last instanceof Error ? last.message : String(last)).split("\n")[0]?.replace(/\.$/, "");
  return `Rollcall could not start: ${said}. Start it with LOG_LEVEL=debug to see where.`;
}

function explainCode(error: Coded): string | undefined {
  const { code, syscall, path } = error;
  if (syscall === "listen" || syscall === "getaddrinfo") return onListen[code]?.(error);
  return onDatabase[code] ?? (path ? onFile[code]?.(path) : undefined);
}
