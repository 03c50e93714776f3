import { notFound } from "next/navigation";
import { z } from "zod";
import { AppError } from "#lib/errors.ts";

/** What `read` finds under an id of the address; the page for what is not there when it finds nothing. */
export async function foundOr404<T>(id: string, read: (id: string) => Promise<T>): Promise<T> {
  if (!z.uuid().safeParse(id).success) notFound();
  return read(id).catch((error: unknown) => {
    if (error instanceof AppError && error.code === "not_found") notFound();
    throw error;
  });
}
