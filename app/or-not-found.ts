import { notFound } from "next/navigation";
import { Refusal } from "@/lib/domain/refusal";

/** What a page shows; the page of what is not there where it is not there for whoever looks. */
export async function orNotFound<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof Refusal && ["not_found", "forbidden"].includes(error.code)) notFound();
    throw error;
  }
}
